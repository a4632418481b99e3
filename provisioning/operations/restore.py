"""After a restore of the database: every unfinished operation may have been sent by the portal that was lost."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Now

from provisioning.models import Account, Event, Hold, Operation
from provisioning.models.operation import PENDING

Kind, Status = Operation.Kind, Operation.Status
# Proven by looking even without knowing what the account looked like before.
PROVABLE = [Kind.CREATE_ACCOUNT, Kind.UPDATE_OFFERINGS, Kind.REMOVE_IPS, Kind.DELETE_ACCOUNT, Kind.CHANGE_STATE]
MESSAGE = "The database was restored; this may have been sent before."


@dataclass(frozen=True)
class Outcome:
    uncertain: int
    needs_review: int


def take_stock() -> Outcome:
    """Every unfinished operation becomes uncertain (looked at) or needs review (a person); then the hold is lifted.

    Nothing of them is sent again by itself: what proves not to have happened is shown to a person too.
    """
    with transaction.atomic():
        open_ones = Operation.objects.filter(status__in=PENDING)
        common = {"fence": F("fence") + 1, "lease_until": None, "restored": True, "error": "restored"}
        uncertain = open_ones.filter(kind__in=PROVABLE).exclude(
            status__in=[Status.NEEDS_REVIEW, Status.AWAITING_APPROVAL]
        )
        looked_at = uncertain.update(
            **common,
            status=Status.UNCERTAIN,
            error_message=MESSAGE,
            sent_at=Coalesce("sent_at", "submitted_at"),
            next_run_at=Now(),
        )
        rest = Operation.objects.filter(status__in=PENDING).exclude(status=Status.UNCERTAIN)
        reviewed = rest.update(**common, status=Status.NEEDS_REVIEW, error_message=MESSAGE)
        still = Operation.objects.filter(status=Status.UNCERTAIN, restored=False, kind=Kind.ADD_IPS)
        reviewed += still.update(**common, status=Status.NEEDS_REVIEW, error_message=MESSAGE)
        Account.objects.at_sendgrid().update(state_stale=True, offerings_stale=True, ips_stale=True)
        Hold.objects.filter(cause=Hold.Cause.RESTORED).delete()
        Event.objects.record("changes.restored", data={"uncertain": looked_at, "needs_review": reviewed})
    return Outcome(looked_at, reviewed)
