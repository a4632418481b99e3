"""Habits a machine can watch: small files, lock files without hosts, nothing third-party committed."""

from __future__ import annotations

import re
import statistics
import subprocess

from tests.portal.process import ROOT


def tracked(*patterns: str) -> list[str]:
    listing = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listing.stdout.splitlines() if (ROOT / name).exists()]


def lines(name: str) -> int:
    return (ROOT / name).read_text(encoding="utf-8").count("\n")


def test_no_file_outgrows_its_reader() -> None:
    files = [name for name in tracked("*.py") if "/migrations/" not in name]
    limits = {name: 400 if name.startswith("tests/") else 300 for name in files}
    assert {name: lines(name) for name in files if lines(name) > limits[name]} == {}
    code = [lines(name) for name in files if not name.startswith("tests/")]
    assert statistics.median(code) <= 80


def test_lock_files_name_no_host() -> None:
    for name in ("requirements/runtime.lock", "requirements/dev.lock", "requirements/assets.lock"):
        assert re.findall(r"https?://\S+|index-url|find-links", (ROOT / name).read_text(encoding="utf-8")) == [], name
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text(encoding="utf-8")


def test_every_locked_package_has_a_hash() -> None:
    for name in ("requirements/runtime.lock", "requirements/dev.lock", "requirements/assets.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        pinned = re.findall(r"^[a-zA-Z0-9._\[\]-]+==.*$", text, re.MULTILINE)
        assert pinned
        assert all(line.endswith("\\") for line in pinned), name


def test_no_third_party_asset_is_committed() -> None:
    assert tracked("static/vendor", "node_modules", "staticfiles") == []
    assert [name for name in tracked("static") if ".min." in name] == []
