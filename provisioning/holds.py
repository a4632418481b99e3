"""Our own stop of all changes. Reads and single sign-on go on; what was recorded waits in its order."""

from __future__ import annotations

from django.db import transaction

from provisioning.models import Event, Hold, User


def active() -> list[Hold]:
    return list(Hold.objects.select_related("placed_by").order_by("since"))


def stop(user: User, reason: str) -> None:
    """Nothing more is sent, by any process, from the moment this is committed. Those on the wire finish."""
    with transaction.atomic():
        _hold, made = Hold.objects.get_or_create(
            cause=Hold.Cause.STOPPED, defaults={"placed_by": user, "reason": reason}
        )
        if made:
            Event.objects.record("changes.stopped", actor=user, data={"reason": reason})


def go_on(user: User, reason: str) -> None:
    """Lift the admin's stop. A hold after a restore is lifted by `manage.py restored` only."""
    with transaction.atomic():
        if Hold.objects.filter(cause=Hold.Cause.STOPPED).delete()[0]:
            Event.objects.record("changes.resumed", actor=user, data={"reason": reason})


def restored(reason: str) -> None:
    """The database is not the one that was written to last: nothing is sent until every open change was looked at."""
    Hold.objects.get_or_create(cause=Hold.Cause.RESTORED, defaults={"reason": reason[:500]})
