"""Ends a run: one short transaction that moves the operation, and its mirror, on.

The fence makes a late worker harmless: when the row moved on without it, nothing of its transaction stays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists
from django.db.models.functions import Now

from provisioning import mirror
from provisioning.clock import from_now
from provisioning.models import Account, Event, Hold, Operation

Status = Operation.Status


class Superseded(Exception):
    """The operation was taken over by somebody else meanwhile."""


class Stopped(Exception):
    """All changes were stopped between the claim and the send; nothing has left."""


def mark_sending(operation: Operation, baseline: dict[str, Any] | None) -> None:
    """Commit, before the request leaves, that it will: `sent_at`, the baseline, and a lease that outlasts it.

    Raises Superseded or Stopped; then nothing may be sent.
    """
    lease = from_now(settings.OPERATION_LEASE_SECONDS)
    free = _held(operation).filter(~Exists(Hold.objects.all()))
    if not free.update(sent_at=Now(), baseline=baseline, lease_until=lease, looks=0, evidence=None):
        raise Stopped if _held(operation).exists() else Superseded
    operation.baseline = baseline
    operation.sent_at = Operation.objects.values_list("sent_at", flat=True).get(pk=operation.pk)


def succeed(operation: Operation, result: dict[str, Any], write_mirror: Callable[[], None]) -> None:
    """What SendGrid answered, or what was seen there, becomes the mirror."""

    def both() -> None:
        with transaction.atomic():
            _move(operation, Status.SUCCEEDED, finished_at=Now(), result=result, error="", error_message="")
            write_mirror()

    before = operation.status
    try:
        both()
    except IntegrityError:  # a scan imported the very account between our look and our write
        operation.status = before
        operation.account.refresh_from_db()
        both()
    except mirror.AlreadyLinked as error:
        operation.refresh_from_db()
        operation.status = before
        hand_over(operation, f"SendGrid says it made {error}, which belongs to another customer record here.")


def fail(operation: Operation, error: str, message: str, fields: list[dict[str, str]] | None = None) -> None:
    """Nothing changed at SendGrid, and nothing will by this operation."""
    with transaction.atomic():
        _move(
            operation,
            Status.FAILED,
            finished_at=Now(),
            error=error,
            error_message=message,
            error_fields=fields or [],
        )
        _close_account(operation)


def fail_unknown_account(operation: Operation) -> None:
    """SendGrid answered 404: the account is read again, to learn whether it is gone."""
    with transaction.atomic():
        fail(operation, "not_found", "SendGrid does not know this account.")
        mirror.mark_stale(operation.account, "state", "offerings", "ips")


def wait(operation: Operation, error: str, message: str, seconds: float) -> None:
    """Not sent, or not taken: back into the queue until the given seconds have passed."""
    with transaction.atomic():
        _move(
            operation,
            Status.QUEUED,
            news=operation.error != error,
            next_run_at=from_now(max(0.0, seconds)),
            sent_at=None,
            restored=False,
            error=error,
            error_message=message,
        )


def doubt(operation: Operation, message: str, seconds: float) -> None:
    """Sent, and no clear answer: looked at after the given seconds."""
    with transaction.atomic():
        _move(operation, Status.UNCERTAIN, next_run_at=from_now(seconds), error="unclear", error_message=message)


def hand_over(operation: Operation, message: str, evidence: dict[str, Any] | None = None) -> None:
    """Nothing more can be proven: a person decides."""
    with transaction.atomic():
        _move(operation, Status.NEEDS_REVIEW, error="unclear", error_message=message, evidence=evidence)


def _held(operation: Operation) -> Any:
    return Operation.objects.filter(pk=operation.pk, status=operation.status, fence=operation.fence)


def _move(operation: Operation, status: str, *, news: bool = True, **fields: Any) -> None:
    fields |= {"status": status, "lease_until": None}
    if not _held(operation).update(**fields):
        raise Superseded
    operation.refresh_from_db()
    if news:
        Event.objects.record(
            f"operation.{status}",
            account_id=operation.account_id,
            operation=operation,
            data={"kind": operation.kind, "attempt": operation.attempts, "error": operation.error},
        )


def _close_account(operation: Operation) -> None:
    """A create that failed leaves a record of an account that never was."""
    if operation.kind == Operation.Kind.CREATE_ACCOUNT:
        Account.objects.filter(pk=operation.account_id, account_id=None).update(status=Account.Status.NOT_CREATED)
