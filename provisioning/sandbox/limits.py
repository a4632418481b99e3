"""Rate limits: so many calls a minute per method and path, told in headers, refused with 429 beyond."""

from __future__ import annotations

import threading

from provisioning.sandbox import clock
from provisioning.sandbox.refusal import too_many
from provisioning.sandbox.switches import Switches

HIGH = 600  # what the headers tell while no limit is set


class Limits:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute = 0
        self._used: dict[str, int] = {}

    def spend(self, group: str, switches: Switches) -> tuple[int, dict[str, str]]:
        """Count the call. Returns (calls left, headers); negative when it is one too many."""
        minute = int(clock.epoch() // 60)
        with self._lock:
            if minute != self._minute:
                self._minute, self._used = minute, {}
            self._used[group] = self._used.get(group, 0) + 1
            limit = switches.calls_per_minute or HIGH
            left = limit - self._used[group]
        headers = {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(max(0, left)),
            "X-RateLimit-Reset": str((minute + 1) * 60),
        }
        return (left if switches.calls_per_minute else 1), (headers if switches.rate_headers else {})

    def check(self, left: int) -> None:
        if left < 0:
            raise too_many()
