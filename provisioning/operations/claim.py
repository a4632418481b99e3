"""Takes an operation for this worker, by one conditional UPDATE on the database's clock."""

from __future__ import annotations

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Now

from provisioning.clock import from_now
from provisioning.models import Hold, Operation
from provisioning.models.operation import HELD

Kind, Lane, Status = Operation.Kind, Operation.Lane, Operation.Status
ALONE = [Kind.CREATE_ACCOUNT, Kind.DELETE_ACCOUNT]


def claim(operation_id: int) -> Operation | None:
    """The operation, running under a lease with a new fence; None when it is not its turn, or another's."""
    due = Operation.objects.filter(pk=operation_id, status=Status.QUEUED, next_run_at__lte=Now())
    try:
        with transaction.atomic():
            taken = due.filter(~Exists(Hold.objects.all()), ~Exists(_in_the_way())).update(
                status=Status.RUNNING,
                lease_until=from_now(settings.OPERATION_LEASE_SECONDS),
                fence=F("fence") + 1,
                attempts=F("attempts") + 1,
                started_at=Coalesce(F("started_at"), Now()),
                sent_at=None,
            )
    except IntegrityError:  # another worker runs this account, or one of those that go one at a time
        return None
    if not taken:
        return None
    return Operation.objects.select_related("account", "requested_by").get(pk=operation_id)


def _in_the_way() -> QuerySet[Operation]:
    """Operations of the same account that must go first.

    Whatever runs; whatever is held in the same lane; a held create or delete; and what took its place earlier,
    except that standing (state, delete) overtakes waiting resources (offerings, IPs).
    """
    others = Operation.objects.filter(account=OuterRef("account")).exclude(pk=OuterRef("pk"))
    earlier = Q(placed_at__lt=OuterRef("placed_at")) | Q(placed_at=OuterRef("placed_at"), pk__lt=OuterRef("pk"))
    # A scheduled one takes its place when it is due: until then it stands behind everybody.
    placed = earlier & Q(placed_at__lte=Now())
    return others.filter(
        Q(status=Status.RUNNING)
        | Q(status__in=HELD, lane=OuterRef("lane"))
        | Q(status__in=HELD, kind__in=ALONE)
        | Q(status=Status.QUEUED) & placed & (Q(lane=OuterRef("lane")) | Q(lane=Lane.STANDING))
    )
