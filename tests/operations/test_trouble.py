"""What SendGrid's refusals and silences do to an operation. The sandbox's ledger is the judge."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from provisioning import pauses
from provisioning.models import Account, Operation, Pause, User
from provisioning.operations import sweep
from provisioning.operations.submit import submit, submit_create
from provisioning.sandbox.server import SandboxServer

Run = Callable[..., None]
PRO = {"name": "milne.ei.pro-100k.v1", "type": "package", "quantity": 1}
STATE = "PUT /v3/partners/accounts/{id}/state"


def suspend(account: Account, user: User, key: str = "k") -> Operation:
    return submit("change_state", account, {"state": "suspended"}, user=user, key=key)


def effects(sandbox: SandboxServer, method: str) -> list[Any]:
    return [row for row in sandbox.store.ledger() if row.method == method]


def test_a_refused_field_is_shown_and_nothing_is_lost(
    catalogue: int, support: User, sandbox: SandboxServer, run_all: Run
) -> None:
    operation = submit_create(
        profile={"phone": "not a phone"}, offerings=[PRO], test=False, user=support, key="k", reference="R1"
    )
    run_all()
    operation.refresh_from_db()
    assert (operation.status, operation.error) == (Operation.Status.FAILED, "rejected")
    assert operation.error_fields[0]["field"] == "phone"
    assert operation.account.status == Account.Status.NOT_CREATED
    assert operation.payload["profile"]["phone"] == "not a phone"


def test_a_refused_key_pauses_everything_until_a_get_succeeds(
    open_account: Account, support: User, sandbox: SandboxServer, run_all: Run
) -> None:
    sandbox.set_faults([{"match": "*", "kind": "401", "times": 2}])
    operation = suspend(open_account, support)
    run_all(1)
    operation.refresh_from_db()
    assert (operation.status, operation.error) == (Operation.Status.QUEUED, "unauthorized")
    assert pauses.banner().cause == Pause.Cause.UNAUTHORIZED
    run_all(1, hurry=True)  # held back here: no write leaves while the key is refused
    assert not effects(sandbox, "PUT")
    Pause.objects.update(until=timezone.now() - timedelta(seconds=1))
    sweep.probe()  # the second 401
    assert Pause.objects.exists()
    Pause.objects.update(until=timezone.now() - timedelta(seconds=1))
    sweep.probe()
    assert not Pause.objects.exists()
    run_all(1)
    operation.refresh_from_db()
    assert operation.status == Operation.Status.SUCCEEDED
    assert len(effects(sandbox, "PUT")) == 1


def test_a_forbidden_group_waits_alone(
    open_account: Account, manager: User, sandbox: SandboxServer, run_all: Run
) -> None:
    sandbox.set_faults([{"match": STATE, "kind": "403", "times": 1}])
    waiting = suspend(open_account, manager)
    run_all(1)
    waiting.refresh_from_db()
    assert (waiting.status, waiting.error) == (Operation.Status.QUEUED, "forbidden")
    assert list(Pause.objects.values_list("group", flat=True)) == [STATE]


def test_a_rate_limit_waits_for_the_reset(
    open_account: Account, support: User, sandbox: SandboxServer, run_all: Run
) -> None:
    sandbox.set_faults([{"match": STATE, "kind": "429", "times": 1}])
    operation = suspend(open_account, support)
    run_all(1)
    operation.refresh_from_db()
    assert (operation.status, operation.error) == (Operation.Status.QUEUED, "rate_limited")
    assert operation.next_run_at > timezone.now()
    assert pauses.banner().cause == Pause.Cause.RATE_LIMITED


def test_an_unreachable_sendgrid_means_wait(
    open_account: Account, support: User, settings: Any, run_all: Run, unused_port: int
) -> None:
    settings.SENDGRID_BASE_URL = f"http://127.0.0.1:{unused_port}"
    operation = suspend(open_account, support)
    run_all(1)
    operation.refresh_from_db()
    assert (operation.status, operation.error) == (Operation.Status.QUEUED, "unreachable")
    assert operation.sent_at is None
    assert operation.next_run_at > timezone.now()


@pytest.mark.parametrize("kind", ["reset_after", "status_500_after", "html", "truncated"])
def test_an_unclear_create_is_found_in_the_list_and_never_sent_again(
    catalogue: int, support: User, sandbox: SandboxServer, run_all: Run, kind: str
) -> None:
    sandbox.set_faults([{"match": "POST /v3/partners/accounts", "kind": kind, "times": 1}])
    operation = submit_create(profile={"email": "jane@example.com"}, offerings=[PRO], test=False, user=support, key="k")
    run_all(6, hurry=True)
    operation.refresh_from_db()
    assert operation.status == Operation.Status.SUCCEEDED
    assert operation.account.account_id == sandbox.store.accounts()[0].id
    assert len(effects(sandbox, "POST")) == 1


def test_an_unclear_state_change_is_proven_by_looking(
    open_account: Account, support: User, sandbox: SandboxServer, run_all: Run
) -> None:
    sandbox.set_faults([{"match": STATE, "kind": "reset_after", "times": 1}])
    operation = suspend(open_account, support)
    run_all(1)
    operation.refresh_from_db()
    assert operation.status == Operation.Status.UNCERTAIN
    run_all(1, hurry=True)
    operation.refresh_from_db()
    assert operation.status == Operation.Status.SUCCEEDED
    assert len(effects(sandbox, "PUT")) == 1


def test_a_state_change_that_did_not_happen_is_sent_again_after_the_settle_time(
    open_account: Account, support: User, sandbox: SandboxServer, run_all: Run, settings: Any
) -> None:
    sandbox.set_faults([{"match": STATE, "kind": "reset_before", "times": 1}])
    operation = suspend(open_account, support)
    run_all(3, hurry=True)
    operation.refresh_from_db()
    assert operation.status == Operation.Status.UNCERTAIN  # too early to say it did not
    settings.OPERATION_SETTLE_SECONDS = 0
    run_all(3, hurry=True)
    operation.refresh_from_db()
    assert operation.status == Operation.Status.SUCCEEDED
    assert len(effects(sandbox, "PUT")) == 1


def test_a_lost_worker_before_sending_gives_back(open_account: Account, support: User, run_all: Run) -> None:
    operation = suspend(open_account, support)
    past = timezone.now() - timedelta(minutes=5)
    Operation.objects.filter(pk=operation.pk).update(status="running", lease_until=past)
    sweep.recover()
    operation.refresh_from_db()
    assert (operation.status, operation.crashes) == (Operation.Status.QUEUED, 1)


def test_a_lost_worker_after_sending_is_doubt(open_account: Account, support: User) -> None:
    operation = suspend(open_account, support)
    past = timezone.now() - timedelta(minutes=5)
    Operation.objects.filter(pk=operation.pk).update(status="running", lease_until=past, sent_at=past)
    sweep.recover()
    operation.refresh_from_db()
    assert operation.status == Operation.Status.UNCERTAIN


def test_suspension_overtakes_waiting_resources(
    open_account: Account, support: User, sandbox: SandboxServer, run_all: Run
) -> None:
    waiting = submit("add_ips", open_account, {"count": 1, "region": "us"}, user=support, key="ips")
    later = timezone.now() + timedelta(hours=1)
    Operation.objects.filter(pk=waiting.pk).update(next_run_at=later)
    second = submit("add_ips", open_account, {"count": 1, "region": "eu"}, user=support, key="ips2")
    suspension = suspend(open_account, support)
    run_all()
    suspension.refresh_from_db()
    second.refresh_from_db()
    assert suspension.status == Operation.Status.SUCCEEDED
    assert second.status == Operation.Status.QUEUED  # keeps its place behind the first
