"""What every test can ask for: a running sandbox, people of each role, an open account, and the worker's turn."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from provisioning import backend
from provisioning.models import Account, Operation, User
from provisioning.sandbox.server import SandboxServer
from provisioning.sync import catalogue as catalogue_sync

pytest_plugins = ["tests.required"] if importlib.util.find_spec("tests.required") else []


@pytest.fixture(scope="session")
def sandbox_server() -> Iterator[SandboxServer]:
    with SandboxServer() as server:
        yield server


@pytest.fixture
def sandbox(sandbox_server: SandboxServer, settings: Any) -> Iterator[SandboxServer]:
    """A sandbox SendGrid without accounts, and the settings pointed at it."""
    sandbox_server.reset()
    settings.SENDGRID_BASE_URL = sandbox_server.url
    backend.require_match.cache_clear()
    yield sandbox_server
    backend.require_match.cache_clear()


@pytest.fixture(autouse=True)
def clean_cache() -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def _quick_settings(settings: Any) -> None:
    """Tests sign in often and serve static files without collecting them."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.WHITENOISE_AUTOREFRESH = True
    settings.DELETE_REGRET_HOURS = 0  # the tests of the window set it


def _person(role: str) -> User:
    user = User.objects.create_user(f"{role}@example.com", "correct horse battery", first_name=role.title())
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def viewer(db: None) -> User:
    return _person("viewer")


@pytest.fixture
def support(db: None) -> User:
    return _person("support")


@pytest.fixture
def manager(db: None) -> User:
    return _person("manager")


@pytest.fixture
def admin_user(db: None) -> User:
    return _person("admin")


@pytest.fixture
def client_as() -> Callable[[User], Client]:
    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def catalogue(sandbox: SandboxServer, db: None) -> int:
    """The sandbox's catalogue, read into the mirror."""
    return catalogue_sync.refresh()


@pytest.fixture
def run_all(db: None) -> Callable[..., None]:
    """Give the worker its turns, in process: run and verify whatever is due, `turns` times over."""
    from provisioning.operations import run, sweep
    from provisioning.tasks import verify_creates, verify_operation

    def turn(turns: int = 3, *, hurry: bool = False) -> None:
        for _ in range(turns):
            if hurry:
                pending = Operation.objects.filter(next_run_at__isnull=False).exclude(finished_at__isnull=False)
                pending.update(next_run_at=timezone.now() - timedelta(seconds=1), rung_at=None)
            due = sweep.due()
            for operation_id in [*due.people, *due.batches]:
                run.run(operation_id)
            for operation_id in due.unclear:
                verify_operation(operation_id)
            if due.creates:
                verify_creates(due.creates)

    return turn


@pytest.fixture
def open_account(catalogue: int, support: User, run_all: Callable[..., None]) -> Account:
    """An account made at the sandbox by the portal itself, and mirrored."""
    from provisioning.operations.submit import submit_create
    from provisioning.sync import account as account_sync

    operation = submit_create(
        profile={"first_name": "Jane", "last_name": "Doe", "company_name": "Cake or Pie", "email": "jdoe@example.com"},
        offerings=[{"name": "milne.ei.pro-100k.v1", "type": "package", "quantity": 1}],
        test=False,
        user=support,
        key=f"open-account-{os.urandom(4).hex()}",
    )
    run_all()
    account = Account.objects.get(pk=operation.account_id)
    account_sync.refresh(account)
    account.refresh_from_db()
    assert account.is_open, operation
    return account


@pytest.fixture
def unused_port() -> int:
    """A loopback port nobody listens on."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
