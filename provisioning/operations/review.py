"""What a person decides about an operation whose outcome could not be proven. Each decision is an Event."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils import timezone

from provisioning import tasks
from provisioning.models import Account, Event, Operation, User
from provisioning.models.operation import PENDING
from provisioning.models.user import Right
from provisioning.operations import settle
from provisioning.operations.kinds.base import Refused
from provisioning.operations.registry import kind_of

Status = Operation.Status


def retry(operation: Operation, *, user: User, reason: str) -> None:
    """The person says it did not happen: it is sent again."""
    operation = _open_case(operation, user, reason)
    with _first_to_decide(), transaction.atomic():
        Operation.objects.filter(pk=operation.pk).update(crashes=0)
        settle.wait(operation, "retried", reason, 0)
        _record("operation.retry", operation, user, reason)
        operation_id = operation.pk
        transaction.on_commit(lambda: tasks.ring(operation_id), robust=True)


def abandon(operation: Operation, *, user: User, reason: str) -> None:
    """The person gives it up; whatever happened at SendGrid, the portal does nothing more."""
    operation = _open_case(operation, user, reason)
    with _first_to_decide(), transaction.atomic():
        settle.fail(operation, "abandoned", reason)
        _record("operation.abandon", operation, user, reason)
        if operation.account.is_open:
            Account.objects.filter(pk=operation.account_id).update(
                state_stale=True, offerings_stale=True, ips_stale=True
            )


def adopt(operation: Operation, *, user: User, reason: str, account_id: str = "") -> None:
    """The person says it did happen. A create needs the id of the account it made, which nobody else may hold."""
    operation = _open_case(operation, user, reason)
    result: dict[str, Any] = {"adopted": True}
    if operation.kind == Operation.Kind.CREATE_ACCOUNT:
        _require_unclaimed(account_id)
        result["account_id"] = account_id
    with _first_to_decide(), transaction.atomic():
        settle.succeed(operation, result, lambda: _settle_adopted(operation, result))
        if operation.status != Status.SUCCEEDED:
            raise Refused("That account belongs to another customer record.")
        _record("operation.adopt", operation, user, reason)


def look_again(operation: Operation, *, user: User) -> None:
    """Have SendGrid read once more for this case; the evidence is replaced when the answer is in."""
    if not user.may(Right.REVIEW):
        raise Refused("Your role does not allow this.", error="not_allowed")
    tasks.ring_look(operation.pk)


def _settle_adopted(operation: Operation, result: dict[str, Any]) -> None:
    if operation.kind in {Operation.Kind.CREATE_ACCOUNT, Operation.Kind.DELETE_ACCOUNT}:
        kind_of(operation).settle(operation, result)
    else:  # what SendGrid shows now is read, not assumed
        Account.objects.filter(pk=operation.account_id).update(state_stale=True, offerings_stale=True, ips_stale=True)


def _require_unclaimed(account_id: str) -> None:
    """A candidate is an account that sync imported and that nobody has changed or is changing here."""
    found = Account.objects.filter(account_id=account_id).first()
    if found is None or found.origin != Account.Origin.IMPORT or not found.is_open:
        raise Refused("Give the ID of an account that SendGrid lists and that belongs to no customer here.")
    if found.reference or found.operations.filter(status__in=[*PENDING, Status.SUCCEEDED]).exists():
        raise Refused("That account belongs to another customer record.")


def _open_case(operation: Operation, user: User, reason: str) -> Operation:
    if not user.may(Right.REVIEW):
        raise Refused("Your role does not allow this.", error="not_allowed")
    if not reason.strip():
        raise Refused("Say why, for the record.", error="reason")
    fresh = Operation.objects.select_related("account").get(pk=operation.pk)
    if fresh.status != Status.NEEDS_REVIEW:
        raise Refused(f"This operation is {fresh.get_status_display().lower()} now; there is nothing to decide.")
    return fresh


@contextmanager
def _first_to_decide() -> Iterator[None]:
    """Turns a lost race into a sentence."""
    try:
        yield
    except settle.Superseded:
        raise Refused("Somebody else decided this a moment ago.") from None


def _record(kind: str, operation: Operation, user: User, reason: str) -> None:
    Event.objects.record(
        kind,
        actor=user,
        account_id=operation.account_id,
        operation=operation,
        data={"reason": reason, "at": timezone.now().isoformat()},
    )
