"""Keeps the processes of one portal together: they start in order, and none outlives the others.

Promises: a child that ends by itself ends all; SIGTERM, SIGINT and SIGHUP end all; on Linux even a killed
supervisor takes its children along. Must not know what the processes do.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from types import FrameType

GRACE_SECONDS = 10.0
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class Stopped(Exception):
    """Somebody asked the portal to stop."""


class Trouble(Exception):
    """A process did not start or ended by itself; the message is for people."""


@dataclass
class Supervisor:
    """Use as a context manager: leaving it, however, stops every child."""

    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __enter__(self) -> Supervisor:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, _stop)
        return self

    def __exit__(self, *_: object) -> None:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        self.stop()

    def start(self, name: str, command: Sequence[str], environ: Mapping[str, str] | None = None) -> None:
        child = subprocess.Popen(
            list(command),
            env={**os.environ, **(environ or {})},
            stdin=subprocess.DEVNULL,
            preexec_fn=_die_with(os.getpid()),
        )
        self.children[name] = child

    def wait_for(self, name: str, port: int, path: str, seconds: float = 30.0) -> None:
        """Until the child answers HTTP on the port. Raises Trouble if it ends first or stays silent."""
        deadline = time.monotonic() + seconds
        while not _answers(port, path):
            self._require_alive(name)
            if time.monotonic() > deadline:
                raise Trouble(f"The {name} did not answer on port {port} within {seconds:.0f} seconds.")
            time.sleep(0.05)

    def watch(self) -> None:
        """Return never: ends by Stopped, or by Trouble when a child ends by itself."""
        while True:
            for name in self.children:
                self._require_alive(name)
            time.sleep(0.5)

    def stop(self) -> None:
        """Ask in reverse order, and after the grace insist."""
        running = [child for child in reversed(self.children.values()) if child.poll() is None]
        for child in running:
            child.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for child in running:
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def _require_alive(self, name: str) -> None:
        code = self.children[name].poll()
        if code is not None:
            raise Trouble(f"The {name} ended by itself (exit code {code}); its last lines are above.")


def free_port(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _answers(port: int, path: str) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    with contextlib.closing(connection):
        try:
            connection.request("GET", path)
            return connection.getresponse().status < 500
        except (OSError, HTTPException):
            return False


def _die_with(parent: int) -> Callable[[], None] | None:
    """What the child does before its program starts: ask Linux for SIGTERM when the supervisor dies."""
    libc = LIBC
    if libc is None:
        return None

    def ask() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return ask


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped
