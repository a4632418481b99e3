"""A worker that dies at any point of any change: the change still happens exactly once, and the record is right.

Each test forks a real process that runs the operation and ends with `os._exit` at the point, mid-transaction or mid-
request, with nothing cleaned up.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from provisioning.models import Account, Operation, User
from provisioning.operations import run, settle, sweep
from provisioning.operations.submit import submit, submit_create
from provisioning.sandbox.server import SandboxServer
from provisioning.sendgrid import wire
from provisioning.sendgrid.transport import Transport
from provisioning.sync import account as account_sync

pytestmark = pytest.mark.django_db(transaction=True)
DEAD = 73
PRO = {"name": "milne.ei.pro-100k.v1", "type": "package", "quantity": 1}
ESSENTIALS = {"name": "milne.ei.essentials-100k.v1", "type": "package", "quantity": 1}

Submit = Callable[[Account, User], Operation]
KINDS: dict[str, tuple[str, Submit]] = {
    "create": (
        "POST",
        lambda account, user: submit_create(
            profile={"email": "new@example.com"}, offerings=[PRO], test=False, user=user, key="k"
        ),
    ),
    "offerings": (
        "PUT",
        lambda account, user: submit(
            "update_offerings", account, {"offerings": [ESSENTIALS], "base": [PRO]}, user=user, key="k"
        ),
    ),
    "state": ("PUT", lambda account, user: submit("change_state", account, {"state": "suspended"}, user=user, key="k")),
    "add ips": (
        "POST",
        lambda account, user: submit("add_ips", account, {"count": 2, "region": "us"}, user=user, key="k"),
    ),
    "remove ips": (
        "DELETE",
        lambda account, user: submit(
            "remove_ips", account, {"ips": [account.ips.get(position=0).ip]}, user=user, key="k"
        ),
    ),
    "delete": ("DELETE", lambda account, user: submit("delete_account", account, {}, user=user, key="k")),
}


def die(*_: Any) -> None:
    os._exit(DEAD)


def before(owner: Any, name: str, when: Callable[..., bool] = lambda *_: True) -> None:
    """Die on entering the function."""
    original = getattr(owner, name)

    def dying(*args: Any, **kwargs: Any) -> Any:
        if when(*args):
            die()
        return original(*args, **kwargs)

    setattr(owner, name, dying)


def after(owner: Any, name: str, when: Callable[..., bool] = lambda *_: True) -> None:
    """Die when the function has done its work."""
    original = getattr(owner, name)

    def dying(*args: Any, **kwargs: Any) -> Any:
        result = original(*args, **kwargs)
        if when(*args):
            die()
        return result

    setattr(owner, name, dying)


def is_write(_session: Any, method: str, *_: Any) -> bool:
    return method != "GET"


def of_write(_transport: Any, call: Any, *_: Any) -> bool:
    return bool(call.is_write)


def to_success(_operation: Any, status: str, *_: Any) -> bool:
    return status == Operation.Status.SUCCEEDED


POINTS: dict[str, Callable[[], None]] = {
    "before the claim": lambda: before(run, "claim"),
    "after the claim": lambda: after(run, "claim"),
    "before sent_at is committed": lambda: before(settle, "mark_sending"),
    "after sent_at is committed": lambda: after(settle, "mark_sending"),
    "before the first byte": lambda: before(wire, "send", is_write),
    "after the effect, before its answer is read": lambda: after(wire, "send", is_write),
    "before the call is noted": lambda: before(Transport, "_record", of_write),
    "after the call is noted": lambda: after(Transport, "_record", of_write),
    "inside the settling transaction": lambda: after(settle, "_move", to_success),
    "after everything": lambda: after(settle, "succeed"),
}


def crash(operation: Operation, arm: Callable[[], None]) -> None:
    """Run the operation in a process of its own, which dies at the armed point."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            arm()
            run.run(operation.pk)
        finally:
            os._exit(0)
    _pid, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == DEAD, "the point was never reached"


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_change_survives_its_worker(
    kind: str,
    point: str,
    open_account: Account,
    manager: User,
    sandbox: SandboxServer,
    run_all: Callable[..., None],
    settings: Any,
) -> None:
    if kind == "remove ips":
        submit("add_ips", open_account, {"count": 3, "region": "us"}, user=manager, key="ips")
        run_all()
        account_sync.refresh(open_account)
    method, ask = KINDS[kind]
    operation = ask(open_account, manager)
    already = len(sandbox.store.ledger())
    crash(operation, POINTS[point])
    settings.OPERATION_SETTLE_SECONDS = 0
    Operation.objects.filter(status="running").update(lease_until=timezone.now() - timedelta(seconds=1))
    sweep.recover()
    run_all(8, hurry=True)
    operation.refresh_from_db()
    assert operation.status == Operation.Status.SUCCEEDED, (operation.status, operation.error_message)
    effects = [entry for entry in sandbox.store.ledger()[already:] if entry.method == method]
    assert len(effects) == 1
    account = Account.objects.get(pk=operation.account_id)
    if kind == "create":
        assert account.account_id == effects[0].account_id
        assert len(sandbox.store.accounts()) == 2
    if kind == "add ips":
        assert set(operation.result["ips"]) <= {ip.ip for ip in sandbox.store.account(account.account_id).ips}
        assert len(operation.result["ips"]) == 2
