"""`manage.py run`, behind `make run`: the whole portal on one machine, until Ctrl-C.

Checks what can be wrong first and says it in one line; then sandbox, database, people, first import, web, worker.
"""

from __future__ import annotations

import fcntl
import sys
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from portal import env
from portal.queues import worker_groups
from portal.supervisor import Stopped, Supervisor, Trouble, free_port
from provisioning import backend
from provisioning.demo import SignIn, ensure_demo_users
from provisioning.models import Account, User

CUSTOMERS = 60
MANAGE = [sys.executable, str(settings.BASE_DIR / "manage.py")]


class Command(BaseCommand):
    help = "Start the portal on this machine: web, worker and, without SENDGRID_API_KEY, the sandbox SendGrid."
    requires_system_checks: list[str] = []

    def handle(self, *_: Any, **__: Any) -> None:
        port = env.whole_number("PORT", 8000, at_most=65535)
        _require_free("PORT", port)
        if settings.SENDGRID_SANDBOX:
            _require_free("SANDBOX_PORT", settings.SANDBOX_PORT)
        try:
            with _only_one(settings.VAR_DIR), Supervisor() as supervisor:
                self._start(supervisor, port)
                supervisor.watch()
        except Stopped:
            self.stdout.write("\nThe portal has stopped. Its data stays.")
        except Trouble as error:
            raise CommandError(str(error)) from None

    def _start(self, supervisor: Supervisor, port: int) -> None:
        _migrate()
        backend.require_match(settings.SENDGRID_BASE_URL)
        sign_ins: list[SignIn] = []
        if settings.SENDGRID_SANDBOX:
            _start_sandbox(supervisor)
            sign_ins = ensure_demo_users()
        elif not User.objects.filter(groups__name="admin", is_active=True).exists():
            raise CommandError("There is no admin yet. Make one first: .venv/bin/python manage.py create_admin EMAIL")
        if not Account.objects.exists():
            self.stdout.write("Reading accounts and catalogue from SendGrid …")
            self.stdout.flush()
            call_command("import_accounts", stdout=self.stdout)
        _start_portal(supervisor, port)
        self._greet(port, sign_ins)

    def _greet(self, port: int, sign_ins: list[SignIn]) -> None:
        lines = ["", f"  The portal is ready on http://127.0.0.1:{port}"]
        if sign_ins:
            lines += [f"  It talks to a sandbox SendGrid on {settings.SENDGRID_BASE_URL}, not to the real one.", ""]
            lines += [f"  Sign in as  {one.email:<24} password  {one.password}" for one in sign_ins]
        else:
            lines += [f"  It talks to {settings.SENDGRID_BASE_URL}."]
        self.stdout.write("\n".join([*lines, "", "  Ctrl-C stops it.", ""]))
        self.stdout.flush()


def _require_free(name: str, port: int) -> None:
    if not free_port(port):
        raise CommandError(f"Port {port} is taken. Stop what uses it, or choose another: {name}={port + 1} make run")


def _only_one(folder: Path) -> IO[str]:
    """A lock on the data folder for as long as the file is open."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "run.lock").open("w")
    except OSError as error:
        raise CommandError(f"The folder {folder} is not writable ({error.strerror}). Set PORTAL_DATA_DIR.") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise CommandError(f"A portal is running on {folder} already. Set PORTAL_DATA_DIR for a second one.") from None
    return lock


def _migrate() -> None:
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except OperationalError as error:
        first = str(error).strip().splitlines()[0]
        raise CommandError(f"DATABASE_URL: the database does not let us in ({first}).") from None


def _start_sandbox(supervisor: Supervisor) -> None:
    data = settings.VAR_DIR / "sandbox"
    port = settings.SANDBOX_PORT
    where = ["--port", str(port), "--data", str(data)]
    # Only an empty sandbox is filled, so a restart adds nobody.
    supervisor.start("sandbox", [*MANAGE, "sandbox", *where, "--customers", str(CUSTOMERS)])
    supervisor.wait_for("sandbox", port, "/_sandbox/switches")


def _start_portal(supervisor: Supervisor, port: int) -> None:
    python = [sys.executable, "-m"]
    bound = {"WEB_BIND": f"127.0.0.1:{port}"}
    supervisor.start("web process", [*python, "gunicorn", "-c", "python:portal.gunicorn", "portal.wsgi"], bound)
    if not settings.EMBEDDED_WORKER:
        celery = [*python, "celery", "--quiet", "-A", "portal"]
        for group in worker_groups():
            named = ["-Q", group.queues, "--concurrency", str(group.slots), "-n", f"{group.name}@%h"]
            supervisor.start(f"worker ({group.name})", [*celery, "worker", *named, "--loglevel", "warning"])
        schedule = str(settings.VAR_DIR / "beat-schedule")
        supervisor.start("clock", [*celery, "beat", "--schedule", schedule, "--pidfile", "", "--loglevel", "warning"])
    supervisor.wait_for("web process", port, "/healthz")
