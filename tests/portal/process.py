"""A portal started as people start it: real processes, a folder and ports of its own, none of the tests' settings."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from portal.supervisor import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
OURS = (
    "DJANGO_SETTINGS_MODULE", "DATABASE_URL", "REDIS_URL", "SECRET_KEY", "ALLOWED_HOSTS", "DEBUG", "HTTPS",
    "PORT", "SANDBOX_PORT", "PORTAL_DATA_DIR", "WEB_BIND",
)  # fmt: skip


def environment(**settings: str) -> dict[str, str]:
    """The machine's environment without the portal's settings, plus these."""
    kept = {name: value for name, value in os.environ.items() if name not in OURS and not name.startswith("SENDGRID_")}
    return kept | settings


def run_once(settings: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "run"]
    return subprocess.run(
        command, cwd=ROOT, env=environment(**settings), capture_output=True, text=True, timeout=60, check=False
    )


@contextmanager
def running(settings: Mapping[str, str], log: Path, seconds: float = 90.0) -> Iterator[subprocess.Popen[bytes]]:
    """`manage.py run` as leader of a process group of its own, once it says that it is ready."""
    with log.open("wb") as output:
        portal = subprocess.Popen(
            [sys.executable, "manage.py", "run"],
            cwd=ROOT,
            env=environment(**settings),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + seconds
        while "is ready" not in log.read_text():
            assert portal.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        yield portal
    finally:
        if portal.poll() is None:
            portal.send_signal(signal.SIGTERM)
            portal.wait(30)


def group_members(group: int) -> list[int]:
    """The processes still alive in a process group (zombies do not count)."""
    listing = subprocess.run(["ps", "-eo", "pid=,pgid=,stat="], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listing.splitlines()]
    return [int(pid) for pid, pgid, stat in rows if int(pgid) == group and not stat.startswith("Z")]


def wait_until_gone(group: int, seconds: float = 15.0) -> list[int]:
    """Whoever is left in the group after so long."""
    deadline = time.monotonic() + seconds
    while group_members(group) and time.monotonic() < deadline:
        time.sleep(0.1)
    return group_members(group)


def get(port: int, path: str) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def two_ports() -> tuple[int, int]:
    """Two free ports below the range the system hands out, apart for each xdist worker and any other session."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw") or 0)
    mine = range(18000 + worker * 1000, 19000 + worker * 1000)
    first, second, *_ = (port for port in random.sample(mine, 50) if free_port(port))
    return first, second
