"""Settles an uncertain operation by looking, never by a guess.

Seen to have happened → succeeded. Seen, by a look that began after the settle time, not to have happened → queued
again. Anything else after the settle time → a person.
"""

from __future__ import annotations

import logging

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Now

from provisioning import backend
from provisioning.clock import from_now
from provisioning.models import Operation
from provisioning.operations import settle
from provisioning.operations.kinds.base import Proof, Refused, Verdict
from provisioning.operations.registry import kind_of
from provisioning.sendgrid.errors import SendGridError

log = logging.getLogger(__name__)
LONGEST_SECONDS = 15.0  # between two looks
Status = Operation.Status


def verify(operation_id: int) -> None:
    """Look once, if the operation is uncertain and due. Two workers never look at the same time."""
    due = Operation.objects.filter(pk=operation_id, status=Status.UNCERTAIN, next_run_at__lte=Now())
    lease = from_now(settings.OPERATION_LEASE_SECONDS)
    if not due.update(next_run_at=lease, fence=F("fence") + 1, looks=F("looks") + 1):
        return
    settled = _is_settled(operation_id)  # before the look: what lands during it must not be missed
    operation = Operation.objects.select_related("account", "requested_by").get(pk=operation_id)
    try:
        verdict = _look(operation)
    except SendGridError as error:
        _look_again(operation, f"SendGrid could not be asked: {error}")
        return
    try:
        _conclude(operation, verdict, settled)
    except settle.Superseded:
        log.warning("operation %s went on without this look", operation_id)


def look_for_a_person(operation_id: int) -> None:
    """Fresh evidence for a case that waits for a person. Nothing but the evidence changes. Raises SendGridError."""
    operation = Operation.objects.select_related("account", "requested_by").get(pk=operation_id)
    if operation.status == Status.NEEDS_REVIEW:
        _keep_evidence(operation, _look(operation))


def _look(operation: Operation) -> Verdict:
    try:
        return kind_of(operation).verify(operation, backend.client(operation=operation))
    except Refused as refusal:
        return Verdict(Proof.UNCLEAR, {}, refusal.message)


def _conclude(operation: Operation, verdict: Verdict, settled: bool) -> None:
    if verdict.proof is Proof.HAPPENED:
        kind = kind_of(operation)
        settle.succeed(operation, verdict.result, lambda: kind.settle(operation, verdict.result))
    elif not settled or verdict.proof is Proof.TOO_EARLY:
        _look_again(operation, verdict.message)
    elif verdict.proof is Proof.UNCLEAR:
        settle.hand_over(operation, verdict.message, _evidence(verdict))
    elif operation.restored:
        settle.hand_over(operation, "The database was restored: whether this is still wanted, a person says.")
    else:
        settle.wait(operation, "not_applied", f"{verdict.message} It is sent again.", 0)


def _is_settled(operation_id: int) -> bool:
    """Whether a request that was sent can no longer land, as far as the settle time promises."""
    over = from_now(-settings.OPERATION_SETTLE_SECONDS)
    return Operation.objects.filter(pk=operation_id, sent_at__lte=over).exists()


def _look_again(operation: Operation, message: str) -> None:
    seconds = min(LONGEST_SECONDS, settings.OPERATION_LOOK_SECONDS * 2 ** min(operation.looks, 10))
    Operation.objects.filter(pk=operation.pk, status=operation.status, fence=operation.fence).update(
        next_run_at=from_now(seconds), error_message=message
    )


def _keep_evidence(operation: Operation, verdict: Verdict) -> None:
    Operation.objects.filter(pk=operation.pk, status=operation.status, fence=operation.fence).update(
        evidence=_evidence(verdict), error_message=verdict.message or operation.error_message
    )


def _evidence(verdict: Verdict) -> dict[str, object]:
    return {**verdict.seen, "proof": verdict.proof.value}
