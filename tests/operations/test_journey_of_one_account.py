"""One account from creation to deletion, in process, judged by the sandbox's own state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from provisioning.models import Account, Event, Operation, User
from provisioning.operations.submit import submit
from provisioning.sandbox.server import SandboxServer
from provisioning.sync import account as account_sync

PRO = {"name": "milne.ei.pro-100k.v1", "type": "package", "quantity": 1}
FREE = {"name": "milne.ei.free-100.v1", "type": "package", "quantity": 1}
Run = Callable[..., None]


def test_create_makes_one_account_at_sendgrid(open_account: Account, sandbox: SandboxServer) -> None:
    assert [account.id for account in sandbox.store.accounts()] == [open_account.account_id]
    assert open_account.state == "activated"
    assert open_account.package.name == PRO["name"]


def test_offerings_are_replaced(open_account: Account, manager: User, sandbox: SandboxServer, run_all: Run) -> None:
    operation = submit("update_offerings", open_account, {"offerings": [FREE], "base": [PRO]}, user=manager, key="k1")
    run_all()
    operation.refresh_from_db()
    assert operation.status == Operation.Status.SUCCEEDED
    assert [item.name for item in sandbox.store.account(open_account.account_id).offerings] == [FREE["name"]]
    assert open_account.offerings.get().name == FREE["name"]


def test_offerings_changed_elsewhere_are_a_conflict_and_nothing_is_sent(
    open_account: Account, manager: User, sandbox: SandboxServer, run_all: Run
) -> None:
    operation = submit("update_offerings", open_account, {"offerings": [PRO], "base": [FREE]}, user=manager, key="k1")
    run_all()
    operation.refresh_from_db()
    assert (operation.status, operation.error) == (Operation.Status.FAILED, "conflict")
    assert not [row for row in sandbox.store.ledger() if row.method == "PUT"]


def test_state_is_changed(open_account: Account, manager: User, sandbox: SandboxServer, run_all: Run) -> None:
    for number, state in enumerate(["suspended", "activated", "deactivated"]):
        submit("change_state", open_account, {"state": state}, user=manager, key=f"k{number}")
        run_all()
        assert sandbox.store.account(open_account.account_id).state == state
        open_account.refresh_from_db()
        assert open_account.state == state


def test_ips_are_added_and_removed(open_account: Account, manager: User, sandbox: SandboxServer, run_all: Run) -> None:
    before = {ip.ip for ip in sandbox.store.account(open_account.account_id).ips}
    added = submit("add_ips", open_account, {"count": 2, "region": "eu"}, user=manager, key="k1")
    run_all()
    added.refresh_from_db()
    there = {ip.ip for ip in sandbox.store.account(open_account.account_id).ips}
    assert there - before == set(added.result["ips"])
    submit("remove_ips", open_account, {"ips": added.result["ips"]}, user=manager, key="k2")
    run_all()
    assert {ip.ip for ip in sandbox.store.account(open_account.account_id).ips} == before
    open_account.refresh_from_db()
    account_sync.refresh(open_account)
    assert {row.ip for row in open_account.ips.all()} == before


def test_delete_is_final(open_account: Account, manager: User, sandbox: SandboxServer, run_all: Run) -> None:
    submit("delete_account", open_account, {}, user=manager, key="k1")
    run_all()
    assert sandbox.store.accounts() == []
    open_account.refresh_from_db()
    assert open_account.status == Account.Status.DELETED


def test_every_step_is_an_event(open_account: Account) -> None:
    kinds = list(Event.objects.filter(account=open_account).order_by("id").values_list("kind", flat=True))
    assert kinds == ["operation.submitted", "operation.succeeded"]


def test_mirror_marks_stale_what_the_answer_did_not_tell(
    open_account: Account, manager: User, run_all: Run, sandbox: Any
) -> None:
    submit("add_ips", open_account, {"count": 1, "region": "us"}, user=manager, key="k1")
    run_all()
    open_account.refresh_from_db()
    assert open_account.offerings_stale
    assert open_account.ips.count() >= 1
