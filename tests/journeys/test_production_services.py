"""The services of docker-compose.yml, started natively by the very commands written there, on PostgreSQL and Redis."""

from __future__ import annotations

import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from provisioning.sandbox.server import SandboxServer
from tests.portal import services
from tests.portal.process import ROOT, environment, two_ports

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(
        not services.given(),
        reason="Only with TEST_DATABASE_URL and TEST_REDIS_URL: these are the services of production",
    ),
]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
BIN = Path(sys.executable).parent
SUBMIT = """
from django.contrib.auth.models import Group
from provisioning.models import User
from provisioning.operations.submit import submit_create
from provisioning.sync import catalogue
catalogue.refresh()
user, _ = User.objects.get_or_create(email="someone@example.com")
user.groups.set([Group.objects.get(name="support")])
offerings = [{"name": "milne.ei.free-100.v1", "type": "package", "quantity": 1}]
profile = {"company_name": "COMPANY", "email": "COMPANY@example.com"}
operation = submit_create(profile=profile, offerings=offerings, test=False, reference=None, user=user, key="COMPANY")
print("operation", operation.pk)
"""


@dataclass(frozen=True)
class Production:
    environ: dict[str, str]
    sandbox: SandboxServer
    database: str
    data: Path

    def command(self, line: str | list[str]) -> list[str]:
        """A command of the compose file, with this environment's programs and data folder."""
        words = [
            word.replace("/var/lib/portal", str(self.data))
            for word in (shlex.split(line) if isinstance(line, str) else line)
        ]
        return [str(BIN / words[0]), *words[1:]]

    def once(self, line: str | list[str], **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(line),
            cwd=ROOT,
            env=self.environ | environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def status(self, operation: int) -> str:
        with psycopg.connect(self.database) as connection:
            row = connection.execute("select status from provisioning_operation where id = %s", [operation]).fetchone()
        return str(row[0]) if row else ""


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    data = tmp_path_factory.mktemp("services")
    with services.services("services") as own, SandboxServer() as sandbox, ExitStack() as running:
        environ = environment(
            SENDGRID_API_KEY="SG.sandbox",
            SENDGRID_BASE_URL=sandbox.url,
            SECRET_KEY="for a test " * 6,
            ALLOWED_HOSTS="portal.example.com",
            CSRF_TRUSTED_ORIGINS="https://portal.example.com",
            DATABASE_URL=own.database_url,
            REDIS_URL=own.redis_url,
            BEHIND_PROXY="true",
            WEB_BIND=f"127.0.0.1:{two_ports()[0]}",
            PORTAL_DATA_DIR=str(data),
            SWEEP_SECONDS="2",
        )
        portal = Production(environ, sandbox, own.database_url, data)
        migrated = portal.once(COMPOSE["services"]["migrate"]["command"])
        assert migrated.returncode == 0, migrated.stderr
        for service in ("web", "worker", "beat"):
            running.callback(_stop, _start(portal, service))
        yield portal


def _start(portal: Production, service: str) -> subprocess.Popen[bytes]:
    with (portal.data / f"{service}.log").open("wb") as log:
        return subprocess.Popen(
            portal.command(COMPOSE["services"][service]["command"]),
            cwd=ROOT,
            env=portal.environ,
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def _stop(service: subprocess.Popen[bytes]) -> None:
    service.terminate()
    try:
        service.wait(20)
    except subprocess.TimeoutExpired:
        service.kill()
        service.wait()


def healthy(portal: Production, service: str, seconds: float = 40.0) -> bool:
    """By the health check of the compose file."""
    kind, *words = COMPOSE["services"][service]["healthcheck"]["test"]
    assert kind == "CMD"
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if portal.once(words).returncode == 0:
            return True
        time.sleep(0.5)
    return False


def settled(portal: Production, operation: int, seconds: float = 40.0) -> str:
    deadline = time.monotonic() + seconds
    while portal.status(operation) in {"queued", "running"} and time.monotonic() < deadline:
        time.sleep(0.2)
    return portal.status(operation)


def submit(portal: Production, company: str, **environ: str) -> int:
    done = portal.once(["python", "manage.py", "shell", "-c", SUBMIT.replace("COMPANY", company)], **environ)
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split("operation ")[1].split()[0])


def companies(portal: Production) -> list[Any]:
    return [account.profile.get("company_name") for account in portal.sandbox.store.accounts()]


def test_web_and_worker_are_healthy_by_the_compose_files_own_checks(production: Production) -> None:
    assert healthy(production, "web"), (production.data / "web.log").read_text()
    assert healthy(production, "worker"), (production.data / "worker.log").read_text()


def test_a_submitted_change_reaches_sendgrid_by_the_worker(production: Production) -> None:
    operation = submit(production, "bakery")
    assert settled(production, operation) == "succeeded", (production.data / "worker.log").read_text()
    assert "bakery" in companies(production)


def test_a_change_submitted_without_a_broker_is_found_by_the_clock(production: Production) -> None:
    operation = submit(production, "florist", REDIS_URL="redis://127.0.0.1:1/0")
    assert settled(production, operation) == "succeeded", (production.data / "beat.log").read_text()
    assert companies(production).count("florist") == 1
