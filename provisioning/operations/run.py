"""Runs one operation: claim → rights → kind → settle. Every answer of SendGrid has its one consequence here."""

from __future__ import annotations

import logging
import random
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models.functions import Now

from provisioning import backend, clock
from provisioning.budget import Priority
from provisioning.models import Operation
from provisioning.operations import settle
from provisioning.operations.claim import claim
from provisioning.operations.kinds.base import Refused
from provisioning.operations.registry import kind_of
from provisioning.pauses import Unreachable
from provisioning.sendgrid.errors import (
    Forbidden,
    NotFound,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    ReadFailed,
    Rejected,
    SendGridError,
    Unauthorized,
)

log = logging.getLogger(__name__)
PAUSE_SECONDS = 60.0
HOLD_SECONDS = 15.0


def run(operation_id: int) -> None:
    """Take the operation one step on, if it is its turn. Safe to call at any time, any number of times."""
    operation = claim(operation_id)
    if operation is None:
        return
    try:
        _execute(operation)
    except settle.Superseded:
        log.warning("operation %s went on without this worker", operation_id)
        # What this worker heard is in the call log: whoever holds the operation now looks there first.
        Operation.objects.filter(pk=operation_id, status=Operation.Status.UNCERTAIN).update(next_run_at=Now())


def _execute(operation: Operation) -> None:
    kind = kind_of(operation)
    user = operation.requested_by
    if user is not None and not user.may(kind.right(operation.payload)):
        settle.fail(operation, "not_allowed", "Whoever asked for this no longer has the right to.")
        return
    try:
        kind.check(operation.account, operation.payload)
        client = backend.client(
            operation=operation, priority=Priority.BATCH if operation.background else Priority.PEOPLE
        )

        def sending(baseline: dict[str, Any] | None) -> None:
            client.send_writes_within(_leave_within())
            settle.mark_sending(operation, baseline)

        result = kind.execute(operation, client, sending)
    except Refused as refusal:
        settle.fail(operation, refusal.error, refusal.message)
    except settle.Stopped:
        settle.wait(operation, "stopped", "All changes are stopped for now.", HOLD_SECONDS)
    except SendGridError as error:
        _answer(operation, error)
    else:
        settle.succeed(operation, result, lambda: kind.settle(operation, result))


def _answer(operation: Operation, error: SendGridError) -> None:
    """What each error means for the operation. See the tree in `sendgrid.errors`."""
    match error:
        case OutcomeUnknown():
            settle.doubt(operation, str(error), settings.OPERATION_LOOK_SECONDS)
        case RateLimited():
            settle.wait(operation, "rate_limited", str(error), _spread(error.wait))
        case Unreachable():
            settle.wait(operation, "unreachable", str(error), _spread(error.wait))
        case Unauthorized():
            settle.wait(operation, "unauthorized", str(error), _spread(PAUSE_SECONDS))
        case Forbidden():
            settle.wait(operation, "forbidden", str(error), _spread(PAUSE_SECONDS))
        case Rejected():
            fields = [{"field": item.field or "", "message": item.message} for item in error.field_errors]
            settle.fail(operation, "rejected", str(error), fields)
        case NotFound() if operation.sent_at and operation.kind == Operation.Kind.DELETE_ACCOUNT:
            settle.doubt(operation, "SendGrid did not find the account to delete.", 0)
        case NotFound():
            settle.fail_unknown_account(operation)
        case NotSent() | ReadFailed():
            _try_again(operation, error)
        case _:
            settle.doubt(operation, str(error), settings.OPERATION_LOOK_SECONDS)


def _try_again(operation: Operation, error: SendGridError) -> None:
    """Full jitter over a doubling ceiling, within the operation's budget of time and attempts."""
    asked = operation.not_before or operation.submitted_at
    if clock.now() - asked > timedelta(hours=settings.OPERATION_RETRY_HOURS):
        settle.fail(operation, "gave_up", f"SendGrid could not be reached for {settings.OPERATION_RETRY_HOURS} hours.")
        return
    if operation.attempts >= settings.OPERATION_RETRY_ATTEMPTS:
        settle.fail(operation, "gave_up", f"SendGrid could not be reached in {operation.attempts} attempts.")
        return
    ceiling = min(300.0, 2.0 * 2 ** min(operation.attempts, 10))
    settle.wait(operation, "unreachable", str(error), 1 + random.uniform(0, ceiling))  # noqa: S311


def _leave_within() -> float:
    """From before `sent_at` to the first byte. A worker that was frozen sends nothing later: the settle time, which
    counts from `sent_at`, must not end before the request has left and landed."""
    return min(5.0, max(0.5, settings.OPERATION_SETTLE_SECONDS / 4))


def _spread(seconds: float) -> float:
    """After a pause, not all at once: full jitter over what was waited, five seconds at most."""
    return seconds + random.uniform(0, min(5.0, seconds))  # noqa: S311
