"""What the clock does: gives back what dead workers held, and says which operations are due.

It depends on nothing in the broker, so a flushed Redis or a killed worker loses nothing.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Exists, F, Q
from django.db.models.functions import Now

from provisioning import backend
from provisioning.clock import from_now
from provisioning.models import Hold, Operation, Pause
from provisioning.operations import settle
from provisioning.sendgrid.errors import SendGridError

log = logging.getLogger(__name__)
CRASHES_ALLOWED = 3
AT_ONCE = 200
RING_AGAIN_SECONDS = 20.0  # a ring that nobody heard in this time was lost, or stands in a long queue
Kind, Status = Operation.Kind, Operation.Status


@dataclass(frozen=True)
class Due:
    """Ids to ring: people's changes, those of batches, uncertain ones; and whether creates must be looked for."""

    people: list[int]
    batches: list[int]
    unclear: list[int]
    creates: list[int]


def recover() -> None:
    """Leases that ran out: never sent → queued again; sent → uncertain; three crashes → a person."""
    lost = Operation.objects.filter(status=Status.RUNNING, lease_until__lt=Now())
    for operation in lost[:AT_ONCE]:
        try:
            _recover(operation)
        except settle.Superseded:
            log.info("operation %s was settled while it was being recovered", operation.pk)


def _recover(operation: Operation) -> None:
    crashes = operation.crashes + 1
    held = Operation.objects.filter(
        pk=operation.pk, status=operation.status, fence=operation.fence, lease_until__lt=Now()
    )
    if not held.update(fence=operation.fence + 1, crashes=crashes):
        return
    operation.fence, operation.crashes = operation.fence + 1, crashes
    operation.refresh_from_db(fields=["sent_at", "baseline"])
    if crashes >= CRASHES_ALLOWED:
        settle.hand_over(operation, f"The worker was lost {crashes} times while running this.")
    elif operation.sent_at:
        settle.doubt(operation, "The worker was lost after the request was sent.", 0)
    else:
        settle.wait(operation, "worker_lost", "The worker was lost before anything was sent.", 0)


def due() -> Due:
    """What the rows say. Nothing is run while changes are held; looking goes on."""
    silent = Q(rung_at=None) | Q(rung_at__lt=from_now(-RING_AGAIN_SECONDS)) | Q(rung_at__lt=F("next_run_at"))
    to_run = Operation.objects.due(Now()).filter(silent, ~Exists(Hold.objects.all())).order_by("next_run_at")
    unclear = Operation.objects.filter(silent, status=Status.UNCERTAIN, next_run_at__lte=Now()).order_by("next_run_at")
    found = Due(
        people=_ids(to_run.filter(background=False), AT_ONCE),
        batches=_ids(to_run.filter(background=True), 2 * settings.WORKER_SLOTS),
        unclear=_ids(unclear.exclude(kind=Kind.CREATE_ACCOUNT), AT_ONCE),
        creates=_ids(unclear.filter(kind=Kind.CREATE_ACCOUNT), AT_ONCE),
    )
    rung = [*found.people, *found.batches, *found.unclear, *found.creates]
    Operation.objects.filter(pk__in=rung).update(rung_at=Now())
    return found


def next_of_batches() -> int | None:
    """The operation to ring when one of a batch has ended, so that batches go on between two sweeps."""
    to_run = Operation.objects.due(Now()).filter(~Exists(Hold.objects.all()), background=True)
    # Not the very first: the sweep and the other workers reach for that one too.
    chosen = _ids(to_run.order_by("next_run_at"), 2 * settings.WORKER_SLOTS)
    return chosen[-1] if chosen else None


def _ids(rows: object, at_most: int) -> list[int]:
    return list(rows.values_list("pk", flat=True)[:at_most])  # type: ignore[attr-defined]


def probe() -> None:
    """While SendGrid refuses our key or does not answer, ask for the catalogue; its success resumes everything."""
    if not Pause.objects.filter(group=Pause.EVERYTHING, until__lte=Now()).exists():
        return
    try:
        backend.client().list_catalogue()
    except SendGridError as error:
        log.info("SendGrid still refuses: %s", type(error).__name__)
