"""The sandbox's clock, which may be set wrong: SendGrid's need not agree with ours."""

from __future__ import annotations

import time
from contextvars import ContextVar
from datetime import UTC, datetime

# Set for each request from its own sandbox's switch: two sandboxes in one process keep two clocks.
_skew_seconds: ContextVar[int] = ContextVar("sandbox_clock_skew_seconds", default=0)


def skew(seconds: int) -> None:
    """How far this thread's clock is ahead from now on."""
    _skew_seconds.set(seconds)


def epoch() -> float:
    return time.time() + _skew_seconds.get()


def now() -> str:
    """RFC 3339 in UTC."""
    return datetime.fromtimestamp(epoch(), UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
