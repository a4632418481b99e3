"""The portal's real processes, started as in production, killed and frozen at random."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.portal.process import ROOT

CELERY = [sys.executable, "-m", "celery", "--quiet", "-A", "portal"]


class Workers:
    """Two workers for both queues, one for people, and the clock; each leads a process group of its own."""

    def __init__(self, environ: dict[str, str], folder: Path, chance: random.Random) -> None:
        self._environ, self._folder, self._chance = environ, folder, chance
        common = ["--loglevel", "warning"]
        self._commands = {
            "any1": [*CELERY, "worker", "-n", "any1@chaos", "-Q", "people,background", "-c", "3", *common],
            "any2": [*CELERY, "worker", "-n", "any2@chaos", "-Q", "people,background", "-c", "3", *common],
            "people": [*CELERY, "worker", "-n", "people@chaos", "-Q", "people", "-c", "1", *common],
            "beat": [*CELERY, "beat", "--schedule", str(folder / "beat"), "--pidfile", "", *common],
        }
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        for name in self._commands:
            self._start(name)

    def _start(self, name: str) -> None:
        with (self._folder / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                self._commands[name],
                cwd=ROOT,
                env=self._environ,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self) -> str:
        """One worker with all its children, at once and without a word; a new one takes its place."""
        name = self._one()
        self._signal(name, signal.SIGKILL)
        self._running[name].wait()
        self._start(name)
        return name

    def freeze(self, seconds: float) -> str:
        name = self._one()
        self._signal(name, signal.SIGSTOP)
        time.sleep(seconds)
        self._signal(name, signal.SIGCONT)
        return name

    def mend(self) -> None:
        """Start again what ended by itself."""
        for name, process in self._running.items():
            if process.poll() is not None:
                self._start(name)

    def stop(self) -> None:
        for name, process in self._running.items():
            self._signal(name, signal.SIGKILL)
            process.wait()

    def _one(self) -> str:
        return self._chance.choice(["any1", "any2", "people"])

    def _signal(self, name: str, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._running[name].pid, number)
