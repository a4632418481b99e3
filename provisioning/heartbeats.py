"""Signs of life of the sweep and the workers, in the database, on its clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models.functions import Now

from provisioning.clock import from_now
from provisioning.models import Heartbeat

WORKER = "worker:"
LATE_SECONDS = 60.0
FORGOTTEN_SECONDS = 24 * 3600.0


@dataclass(frozen=True)
class Pulse:
    """`seconds` since the last sign of life."""

    name: str
    at: datetime
    seconds: float

    @property
    def is_late(self) -> bool:
        return self.seconds > LATE_SECONDS


def beat(name: str) -> None:
    Heartbeat.objects.update_or_create(name=name[:120], defaults={"at": Now()})


def turn(name: str, seconds: float) -> bool:
    """Whether it is this name's turn again, after so many seconds: true for one caller. Counts as a sign of life."""
    if Heartbeat.objects.filter(name=name, at__lt=from_now(-seconds)).update(at=Now()):
        return True
    return Heartbeat.objects.get_or_create(name=name, defaults={"at": Now()})[1]


def stopped(name: str) -> None:
    """A process that ended on purpose is not missed."""
    Heartbeat.objects.filter(name=name[:120]).delete()


def pulses() -> list[Pulse]:
    """All that are remembered, the sweep first, then the latest."""
    rows = Heartbeat.objects.annotate(clock=Now()).order_by("-at")
    found = [Pulse(row.name, row.at, (row.clock - row.at).total_seconds()) for row in rows]
    return sorted(found, key=lambda pulse: pulse.name != Heartbeat.SWEEP)


def missing() -> list[str]:
    """`sweep` and `workers`, if none of them was heard for a minute. Empty before the first sign ever: just started."""
    found = pulses()
    late = []
    for word, names in (
        ("sweep", [pulse for pulse in found if pulse.name == Heartbeat.SWEEP]),
        ("workers", [pulse for pulse in found if pulse.name.startswith(WORKER)]),
    ):
        if names and all(pulse.is_late for pulse in names):
            late.append(word)
    return late


def forget() -> None:
    """Workers that were replaced long ago."""
    Heartbeat.objects.filter(at__lt=from_now(-FORGOTTEN_SECONDS)).exclude(name=Heartbeat.SWEEP).delete()
