"""A PostgreSQL and a Redis of one's own, to be stopped, killed and flushed at will."""

from __future__ import annotations

import glob
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
import redis

START_SECONDS = 30.0


def missing() -> str:
    """What of the two is not installed; empty when both are."""
    lacking = []
    if not glob.glob("/usr/lib/postgresql/*/bin/initdb") and not shutil.which("initdb"):
        lacking.append("PostgreSQL's server programs")
    if not shutil.which("redis-server"):
        lacking.append("redis-server")
    return " and ".join(lacking)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Postgres:
    """Its own folder and port; `crash` is an immediate stop, as after a power cut, and a start."""

    def __init__(self) -> None:
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
        self._bin = Path(found[-1] if found else str(shutil.which("initdb"))).parent
        self._home = Path(tempfile.mkdtemp(prefix="chaos-pg-"))
        self.port = free_port()
        if os.getuid() == 0:
            shutil.chown(self._home, "postgres")
        self._run(
            "initdb", "-D", str(self._home / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale"
        )
        self.start()
        with psycopg.connect(f"postgresql://postgres@127.0.0.1:{self.port}/postgres", autocommit=True) as connection:
            connection.execute("create database chaos")

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/chaos"

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200"
        self._run("pg_ctl", "-D", str(self._home / "data"), "-l", str(self._home / "log"), "-w", "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self._home / "data"), "-m", "immediate", "-w", "stop")

    def crash(self) -> None:
        self.stop()
        self.start()

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self._home, ignore_errors=True)

    def _run(self, program: str, *words: str) -> None:
        command = [str(self._bin / program), *words]
        if os.getuid() == 0:  # PostgreSQL refuses to run as root
            command = ["runuser", "-u", "postgres", "--", *command]
        # A file, not a pipe: the server keeps what it inherits open for as long as it lives.
        with (self._home.parent / f"{self._home.name}.out").open("w") as output:
            subprocess.run(command, check=True, stdout=output, stderr=subprocess.STDOUT, cwd="/", timeout=60)


class Redis:
    """Keeps nothing on disk: killed, it has forgotten everything."""

    def __init__(self) -> None:
        self.port = free_port()
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                with redis.Redis(port=self.port) as client:
                    client.ping()
                return
            except redis.ConnectionError:
                assert time.monotonic() < deadline, "Redis did not start"
                time.sleep(0.05)

    def flush(self) -> None:
        with redis.Redis(port=self.port) as client:
            client.flushall()

    def kill(self, seconds: float = 2.0) -> None:
        """Gone for so long, and back empty."""
        self._server.send_signal(signal.SIGKILL)
        self._server.wait()
        time.sleep(seconds)
        self.start()

    def remove(self) -> None:
        self._server.kill()
        self._server.wait()
