"""Serves the sandbox over HTTP on loopback, in a thread of the caller or in the foreground."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence
from email.utils import formatdate
from pathlib import Path
from types import TracebackType
from typing import Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from provisioning.sandbox import clock
from provisioning.sandbox.app import KEY, Sandbox
from provisioning.sandbox.store import Store
from provisioning.sandbox.switches import Switches

LOOPBACK = "127.0.0.1"


class Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_: Any) -> None:
        """Quiet: addresses may carry codes."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The one Date header, on the clock of the sandbox that has just answered in this thread."""
        return formatdate(clock.epoch() if timestamp is None else timestamp, usegmt=True)

    def connection_dropped(self, *_: Any) -> None:
        """By a fault: without this the handler would wait for a next request and leave the client hanging instead."""
        self.close_connection = True

    def version_string(self) -> str:
        return "sandbox"


class Server(ThreadedWSGIServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: Any) -> None:
        """A connection that a fault tore down is no news."""


class SandboxServer:
    """`port` 0 takes any free one. Raises OSError when the port is taken or the folder cannot be written."""

    def __init__(
        self,
        data_dir: Path | None = None,
        port: int = 0,
        switches: Switches | None = None,
        faults: Sequence[dict[str, Any]] = (),
        seed: int = 1,
    ) -> None:
        self.store = Store(data_dir)
        self.app = Sandbox(self.store, switches, os.environ.get("SANDBOX_API_KEY", KEY), faults, seed)
        self.app.stop_listening = self.stop_listening
        self._server = Server(LOOPBACK, port, self.app, Handler)
        self.port = self._server.port
        self.url = self.app.origin = f"http://{LOOPBACK}:{self.port}"
        self._thread: threading.Thread | None = None
        self._switching = threading.Lock()
        self._away, self._stopped = threading.Event(), threading.Event()
        self._away_for = 0.0

    def stop_listening(self, seconds: float) -> None:
        """Refuse connections for so long, as when SendGrid's front door is shut. Returns once they are refused.

        Requests that are in go on, and each has a connection of its own; one that was only just accepted by the
        kernel is reset, as it would be elsewhere.
        """
        self._away_for = seconds
        self._server.shutdown()
        self._away.wait()

    @property
    def switches(self) -> Switches:
        return self.app.switches

    def set_faults(self, faults: list[dict[str, Any]], seed: int = 1) -> None:
        self.app.faults.set(faults, seed)

    def reset(self) -> None:
        self.app.reset()

    def start(self) -> None:
        self._thread = threading.Thread(target=self.serve, name="sandbox", daemon=True)
        self._thread.start()

    def serve(self) -> None:
        """Serve until `stop` is called from another thread."""
        while True:
            self._server.serve_forever(poll_interval=0.02)  # at its end it closes its socket
            self._away.set()
            if self._stopped.wait(self._away_for):
                return
            with self._switching:  # `stop` must find the server that is there to be stopped
                again = self._again()
                if again is None:
                    return
                self._server = again
                self._away.clear()

    def _again(self) -> Server | None:
        """On the same port. Another program may have got it for an outgoing connection: then a little later."""
        while not self._stopped.is_set():
            try:
                return Server(LOOPBACK, self.port, self.app, Handler)
            except SystemExit:  # werkzeug's word for a taken port
                time.sleep(0.1)
        return None

    def stop(self) -> None:
        self._stopped.set()
        with self._switching:
            server = self._server
        server.shutdown()
        server.server_close()
        if self._thread is not None:
            self._thread.join(timeout=5)
        self.app.landings.forget()
        self.store.close()

    def __enter__(self) -> SandboxServer:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
