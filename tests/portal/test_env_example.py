"""`.env.example` is the list of all settings: nothing the code reads is missing there, nothing there is unread."""

from __future__ import annotations

import re

from tests.portal.process import ROOT

READ = re.compile(r"""(?:env\.[a-z_]+|os\.environ\.get)\(\s*["']([A-Z][A-Z0-9_]+)["']""")
LISTED = re.compile(r"^([A-Z][A-Z0-9_]+)=", re.MULTILINE)
COMPOSE_ONLY = {"POSTGRES_PASSWORD"}


def read_by_the_code() -> set[str]:
    files = [file for folder in ("portal", "provisioning") for file in (ROOT / folder).rglob("*.py")]
    return {name for file in files for name in READ.findall(file.read_text(encoding="utf-8"))}


def listed() -> set[str]:
    return set(LISTED.findall((ROOT / ".env.example").read_text(encoding="utf-8")))


def test_every_setting_the_code_reads_is_listed() -> None:
    assert read_by_the_code() - listed() == set()


def test_every_listed_setting_is_read() -> None:
    assert listed() - read_by_the_code() == COMPOSE_ONLY


def test_no_secret_is_given_away() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    for name in ("SENDGRID_API_KEY", "SECRET_KEY", "POSTGRES_PASSWORD", "DATABASE_URL"):
        assert re.search(rf"^{name}=$", text, re.MULTILINE), name
