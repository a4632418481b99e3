"""The only way in: one operation per key, and nothing for what is not possible."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError

from provisioning.models import Account, Operation, User
from provisioning.operations.submit import AlreadySubmitted, Refused, submit, submit_create
from provisioning.sandbox.server import SandboxServer

PRO = {"name": "milne.ei.pro-100k.v1", "type": "package", "quantity": 1}


def test_same_key_and_body_is_the_same_operation(open_account: Account, support: User) -> None:
    first = submit("change_state", open_account, {"state": "suspended"}, user=support, key="once")
    again = submit("change_state", open_account, {"state": "suspended"}, user=support, key="once")
    assert first == again


def test_same_key_with_another_body_asks(open_account: Account, support: User) -> None:
    first = submit("change_state", open_account, {"state": "suspended"}, user=support, key="once")
    with pytest.raises(AlreadySubmitted) as caught:
        submit("change_state", open_account, {"state": "deactivated"}, user=support, key="once")
    assert caught.value.operation == first


def test_create_with_the_same_key_makes_one_account(catalogue: int, support: User, sandbox: SandboxServer) -> None:
    profile = {"email": "one@example.com"}
    one, other = (
        submit_create(profile=profile, offerings=[PRO], test=False, user=support, key="once") for _ in range(2)
    )
    assert one == other
    assert Account.objects.count() == 1


def test_two_open_creates_never_share_an_email(catalogue: int, support: User) -> None:
    submit_create(profile={"email": "same@example.com"}, offerings=[PRO], test=False, user=support, key="a")
    with pytest.raises(Refused, match="being created already"):
        submit_create(profile={"email": "SAME@example.com"}, offerings=[PRO], test=False, user=support, key="b")


def test_support_may_not_ban(open_account: Account, support: User) -> None:
    with pytest.raises(Refused, match="role"):
        submit("change_state", open_account, {"state": "banned"}, user=support, key="k")


def test_test_account_gets_no_ip(open_account: Account, support: User) -> None:
    open_account.is_test = True
    with pytest.raises(Refused, match="test account"):
        submit("add_ips", open_account, {"count": 1, "region": "us"}, user=support, key="k")


def test_a_lost_right_stops_the_run(
    open_account: Account, manager: User, sandbox: SandboxServer, run_all: Callable[..., None]
) -> None:
    operation = submit("delete_account", open_account, {}, user=manager, key="k")
    manager.groups.clear()
    run_all()
    operation.refresh_from_db()
    assert (operation.status, operation.error) == (Operation.Status.FAILED, "not_allowed")
    assert len(sandbox.store.accounts()) == 1


def test_the_database_refuses_two_running_on_one_account(open_account: Account, support: User) -> None:
    from django.utils import timezone

    for number in range(2):
        submit("add_ips", open_account, {"count": 1, "region": "us"}, user=support, key=f"k{number}")
    rows = Operation.objects.filter(kind="add_ips")
    with pytest.raises(IntegrityError):
        rows.update(status="running", lease_until=timezone.now())
