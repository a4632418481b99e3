"""Who serves which queue: one worker slot is kept for people, so that no batch or import makes them wait."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True)
class WorkerGroup:
    """A Celery worker: its name, its queues as `-Q` wants them, its tasks at once."""

    name: str
    queues: str
    slots: int


def worker_groups() -> list[WorkerGroup]:
    return [
        WorkerGroup("people", "people", 1),
        WorkerGroup("any", "people,background", settings.WORKER_SLOTS - 1),
    ]
