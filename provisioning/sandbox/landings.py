"""Effects that come after their client was sent away: each waits in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Landings:
    """They live in memory: what has not landed when the process ends never does."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: set[threading.Timer] = set()

    def expect(self, seconds: float, land: Callable[[], None]) -> None:
        def landed() -> None:
            try:
                land()
            finally:
                with self._lock:
                    self._waiting.discard(timer)

        timer = threading.Timer(seconds, landed)
        timer.daemon = True
        with self._lock:
            self._waiting.add(timer)
        timer.start()

    def forget(self) -> None:
        """None comes after this returns: one that has begun is waited for, or it would land in the next test."""
        with self._lock:
            waiting, self._waiting = self._waiting, set()
        for timer in waiting:
            timer.cancel()
            timer.join(timeout=5)
