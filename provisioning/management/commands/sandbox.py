"""`manage.py sandbox`: the sandbox SendGrid in the foreground, on loopback."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from provisioning.sandbox import customers
from provisioning.sandbox.server import SandboxServer


class Command(BaseCommand):
    help = "Serve a SendGrid to try the portal against."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=settings.SANDBOX_PORT)
        parser.add_argument("--data", type=Path, default=settings.VAR_DIR / "sandbox", help="folder for its state")
        parser.add_argument("--customers", type=int, default=0, help="fill an empty sandbox with so many")

    def handle(self, *_: Any, port: int, data: Path, customers: int, **__: Any) -> None:
        try:
            server = SandboxServer(data, port)
        except (OSError, SystemExit) as error:
            raise CommandError(f"The sandbox cannot use port {port} and folder {data}: {error}") from None
        except Exception as error:
            raise CommandError(f"The sandbox cannot write to {data}: {error}") from None
        fill(server, customers)
        done = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: done.set())
        server.start()
        self.stdout.write(f"Sandbox SendGrid on {server.url}")
        self.stdout.flush()
        done.wait()
        server.stop()


def fill(server: SandboxServer, count: int) -> None:
    """Customers for an empty sandbox only, so that a restart adds none."""
    if count and not server.store.accounts():
        with server.store.transaction() as db:
            customers.add(db, count, seed=1)
