"""How many calls may go: one budget for all processes, counted in the cache, so that Redis's clock counts.

SENDGRID_CALLS_PER_MINUTE in a minute, and never more than twice its share in a second, so that what waited does
not leave in one burst. A lost cache counts as an empty one: Redis is a convenience here.
"""

from __future__ import annotations

import logging
import random
import time
from enum import Enum

from django.conf import settings
from django.core.cache import cache

from provisioning.sendgrid.errors import RateLimited

log = logging.getLogger(__name__)
FAILURES = "sendgrid-failures"
PATIENCE_SECONDS = 5.0  # how long work that nobody watches waits in place


class Priority(Enum):
    """The share of the budget each may use up; what is left is kept for those before it."""

    PEOPLE = 1.0
    BATCH = 0.9
    SYNC = 0.8


def spend(priority: Priority) -> None:
    """Count one call. Raises RateLimited when it is one too many; the background waits a while in place first."""
    deadline = time.monotonic() + (0.0 if priority is Priority.PEOPLE else PATIENCE_SECONDS)
    while not _fits(priority):
        if time.monotonic() >= deadline:
            raise RateLimited("The call budget is used up for now.", wait=random.uniform(0.5, 2.0))  # noqa: S311
        time.sleep(random.uniform(0.1, 0.4))  # noqa: S311


def _fits(priority: Priority) -> bool:
    minute = settings.SENDGRID_CALLS_PER_MINUTE * priority.value
    second = max(1.0, settings.SENDGRID_CALLS_PER_MINUTE / 60 * 2 * priority.value)
    return _count("sendgrid-calls-second", 1) <= second and _count("sendgrid-calls-minute", 60) <= minute


def count_failure() -> int:
    """Answers that failed in a row, by all processes, this one included."""
    return _count(FAILURES, 60)


def clear_failures() -> None:
    try:
        if cache.get(FAILURES):
            cache.delete(FAILURES)
    except Exception:
        log.debug("failures not cleared: the cache does not answer")


def _count(key: str, seconds: int) -> int:
    """How often in this window of so many seconds. The window belongs to the cache, not to a worker's clock."""
    try:
        cache.add(key, 0, timeout=seconds)
        return int(cache.incr(key))
    except Exception:  # also a window that ended between the two
        return 0
