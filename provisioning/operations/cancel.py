"""What people may still do about a change that has not been sent: cancel it, or have it sent now."""

from __future__ import annotations

from django.db import transaction
from django.db.models.functions import Now

from provisioning import tasks
from provisioning.models import Account, Event, Operation, User
from provisioning.models.user import Right
from provisioning.operations.kinds.base import Refused
from provisioning.operations.registry import kind_of

Status = Operation.Status


def cancel(operation: Operation, *, user: User) -> None:
    """A queued operation never runs. Raises Refused when it is past that, or not this person's to cancel."""
    if not user.may(kind_of(operation).right(operation.payload)):
        raise Refused("Your role does not allow this.", error="not_allowed")
    with transaction.atomic():
        waiting = Operation.objects.filter(pk=operation.pk, status=Status.QUEUED)
        if not waiting.update(status=Status.CANCELLED, finished_at=Now(), lease_until=None):
            raise Refused("It is too late to cancel: the change is being made, or has been.")
        if operation.kind == Operation.Kind.CREATE_ACCOUNT:
            Account.objects.filter(pk=operation.account_id, account_id=None).update(status=Account.Status.NOT_CREATED)
        Event.objects.record("operation.cancelled", actor=user, account_id=operation.account_id, operation=operation)


def send_now(operation: Operation, *, user: User, reason: str) -> None:
    """Shorten the wait of a scheduled change. Raises Refused without a manager's right, a reason, or a wait."""
    if not user.may(Right.REVIEW):
        raise Refused("Only a manager may send it before its time.", error="not_allowed")
    if not reason.strip():
        raise Refused("Say why, for the record.", error="reason")
    with transaction.atomic():
        waiting = Operation.objects.filter(pk=operation.pk, status=Status.QUEUED, not_before__gt=Now())
        if not waiting.update(not_before=Now(), placed_at=Now(), next_run_at=Now()):
            raise Refused("There is nothing to wait for any more.")
        Event.objects.record(
            "operation.hastened", actor=user, account_id=operation.account_id, operation=operation,
            data={"reason": reason},
        )  # fmt: skip
        transaction.on_commit(lambda: tasks.ring(operation.pk), robust=True)
