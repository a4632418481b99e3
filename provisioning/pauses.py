"""Holds calls back, for every process alike: pauses in the database, on its clock.

401 pauses everything, and so does a SendGrid that keeps failing (the breaker); one GET at a time asks again, and its
success resumes. 403 pauses only its group. 429 pauses its group until SendGrid's reset; then one call goes first.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models.functions import Now

from provisioning import budget
from provisioning.budget import Priority
from provisioning.clock import from_now
from provisioning.models import Operation, Pause
from provisioning.sendgrid.errors import Forbidden, NotSent, RateLimited, Unauthorized

log = logging.getLogger(__name__)
PROBE_SECONDS = 60.0  # between two questions to a SendGrid that refuses us
PROBE_LEASE = 5.0  # how long the first call after a 429 goes alone
BREAKER_SECONDS = 10.0  # doubled with each probe that fails
BREAKER_LONGEST = 120.0
SSO = "POST /v3/partners/accounts/{id}/sso"


class SharedPacer:
    """The transport's pacer. `before` raises instead of letting a call go that must wait."""

    def __init__(self, priority: Priority = Priority.PEOPLE) -> None:
        self.priority = priority
        self._probing: Pause | None = None

    def before(self, group: str) -> None:
        """Raises Unauthorized, Forbidden, RateLimited or NotSent when the group must wait."""
        self._probing = None
        paused = Pause.objects.filter(group__in=[Pause.EVERYTHING, group]).annotate(clock=Now())
        for pause in paused:
            self._respect(pause, (pause.until - pause.clock).total_seconds(), group)
        if group != SSO:
            budget.spend(self.priority)

    def after(
        self,
        group: str,
        status: int | None,
        rate_limit: Mapping[str, str] | None = None,
        server_date: datetime | None = None,
        *,
        wait: float | None = None,
    ) -> None:
        """Learn from an answer: pause, or resume what was paused."""
        if status == 401:
            pause(Pause.EVERYTHING, Pause.Cause.UNAUTHORIZED, PROBE_SECONDS)
        elif status == 403:
            pause(group, Pause.Cause.FORBIDDEN, PROBE_SECONDS)
        elif status == 429:
            pause(group, Pause.Cause.RATE_LIMITED, wait or PROBE_SECONDS)
        elif status is None or status >= 500:
            self._count_failure()
        else:
            budget.clear_failures()
            if self._probing is not None and status < 400:
                resume(self._probing)

    def _count_failure(self) -> None:
        probed = self._probing if self._probing and self._probing.cause == Pause.Cause.UNREACHABLE else None
        if probed is None and budget.count_failure() < settings.SENDGRID_BREAKER_FAILURES:
            return
        strikes = probed.strikes + 1 if probed else 0
        seconds = min(BREAKER_LONGEST, BREAKER_SECONDS * 2**strikes)
        if probed or not Pause.objects.filter(group=Pause.EVERYTHING).exists():
            pause(Pause.EVERYTHING, Pause.Cause.UNREACHABLE, seconds, strikes)

    def _respect(self, pause: Pause, left: float, group: str) -> None:
        if group == SSO and pause.cause in {Pause.Cause.UNREACHABLE, Pause.Cause.RATE_LIMITED} and left <= 0:
            return
        if group == SSO and pause.cause == Pause.Cause.UNREACHABLE:
            return  # a person waits at the button: better to try than to refuse
        if left <= 0 and _may_probe(pause, group) and _claim_probe(pause):
            self._probing = pause
            return
        raise _refusal(pause, max(left, PROBE_LEASE if left <= 0 else 0))


def _may_probe(pause: Pause, group: str) -> bool:
    """What pauses everything is asked by a read: a change is nothing to try a door with."""
    return pause.group != Pause.EVERYTHING or group.startswith("GET ")


def _claim_probe(pause: Pause) -> bool:
    """True for exactly one caller at a time."""
    seconds = PROBE_LEASE if pause.cause == Pause.Cause.RATE_LIMITED else PROBE_SECONDS
    if pause.cause == Pause.Cause.UNREACHABLE:
        seconds = settings.SENDGRID_READ_TIMEOUT + PROBE_LEASE
    return bool(Pause.objects.filter(pk=pause.pk, until=pause.until).update(until=from_now(seconds)))


def _refusal(pause: Pause, seconds: float) -> Exception:
    match pause.cause:
        case Pause.Cause.RATE_LIMITED:
            return RateLimited("SendGrid asked us to slow down.", wait=seconds)
        case Pause.Cause.UNAUTHORIZED:
            return Unauthorized("SendGrid refused our key; nothing is sent until it accepts it again.")
        case Pause.Cause.UNREACHABLE:
            return Unreachable("SendGrid does not answer; nothing is sent until it does.", wait=seconds)
        case _:
            return Forbidden("SendGrid refuses this group of calls to our key.")


class Unreachable(NotSent):
    """Held back by the breaker for `wait` seconds."""

    def __init__(self, message: str, *, wait: float) -> None:
        super().__init__(message)
        self.wait = wait


def pause(group: str, cause: str, seconds: float, strikes: int = 0) -> None:
    """Hold the group back for so long."""
    Pause.objects.update_or_create(
        group=group, defaults={"cause": cause, "until": from_now(seconds), "strikes": strikes}
    )


def resume(lifted: Pause) -> None:
    """Lift a pause whose probe succeeded, and make what waited for it due: spread out, not all at once."""
    if not Pause.objects.filter(pk=lifted.pk, cause=lifted.cause).delete()[0]:
        return
    waiting = Operation.objects.filter(status=Operation.Status.QUEUED, error=lifted.cause)
    ids = list(waiting.order_by("background", "next_run_at").values_list("pk", flat=True)[:5000])
    a_second = max(1, settings.SENDGRID_CALLS_PER_MINUTE // 60)
    for second, start in enumerate(range(0, len(ids), a_second)):
        due = from_now(second)
        waiting.filter(pk__in=ids[start : start + a_second]).update(next_run_at=due)


@dataclass(frozen=True)
class Banner:
    """The pause people should know of."""

    cause: str
    group: str
    until: datetime


def banner() -> Banner | None:
    """The refused key first, then silence, then what concerns one group."""
    order = [
        Pause.Cause.UNAUTHORIZED, Pause.Cause.UNREACHABLE, Pause.Cause.FORBIDDEN, Pause.Cause.RATE_LIMITED,
    ]  # fmt: skip
    active = [
        row
        for row in Pause.objects.annotate(clock=Now())
        if row.cause != Pause.Cause.RATE_LIMITED or row.until > row.clock
    ]
    found = min(active, key=lambda row: order.index(Pause.Cause(row.cause)), default=None)
    return Banner(found.cause, found.group, found.until) if found else None
