"""Trouble on demand, for tests and rehearsals: off unless set through the constructor or the control endpoint.

Before the effect, and instead of it: `reset_before`, `status_500_before`, `401`, `403`, `429`, and `swallowed` (no
answer for `seconds`, then the connection is closed).
After it: `reset_after`, `status_500_after`, `html`, `truncated`, `drip` (half an answer, a byte now and then), `hang`
and `latency` (the right answer `seconds` late: the one to outlast a client's patience, the other to try it).
`late`: the client is reset at once, the effect lands `seconds` later.
A refused connection is no fault of one request, since no server can refuse by path: see `SandboxServer.stop_listening`.
"""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

BEFORE = {"reset_before", "status_500_before", "swallowed", "401", "403", "429"}
AFTER = {"reset_after", "status_500_after", "hang", "latency", "html", "truncated", "drip"}
KINDS = BEFORE | AFTER | {"late"}
MATCH = re.compile(r"\*|read|write|(GET|POST|PUT|PATCH|DELETE) /v3/\S+")
STATUSES = (500, 502, 503, 504)
DEFAULT_SECONDS = 5.0


@dataclass
class Fault:
    """`match` is a method and path template, `write`, `read` or `*`; strikes `times` times, or with the chance `rate`.

    `seconds` is how long it hangs, drips, waits or lands late, 5 unless told; a 429 tells a reset so many seconds
    ahead, or none. `status` is which 5xx the two `status_500` kinds answer.
    Raises ValueError or TypeError for what would silently never strike.
    """

    match: str
    kind: str
    times: int | None = None
    rate: float = 1.0
    seconds: float | None = None
    status: int = 500

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no fault {self.kind!r}; known: {', '.join(sorted(KINDS))}")
        if not MATCH.fullmatch(self.match):
            raise ValueError(f"{self.match!r} is neither *, read, write nor a method and a path template")
        if self.status not in STATUSES:
            raise ValueError(f"status must be one of {STATUSES}")
        if self.seconds is not None and not 0 <= self.seconds <= 3600:
            raise ValueError("seconds must be between 0 and 3600")
        if not 0 <= self.rate <= 1:
            raise ValueError("rate must be between 0 and 1")

    @property
    def duration(self) -> float:
        """Seconds."""
        return DEFAULT_SECONDS if self.seconds is None else self.seconds

    def meets(self, group: str) -> bool:
        if self.match in {"read", "write"}:
            return group.startswith("GET ") == (self.match == "read")
        return self.match in {"*", group}


class Faults:
    def __init__(self, faults: Sequence[dict[str, Any]] = (), seed: int = 1) -> None:
        self._lock = threading.Lock()
        self._random = random.Random()  # noqa: S311
        self.set(faults, seed)

    def set(self, faults: Sequence[dict[str, Any]], seed: int = 1) -> None:
        """Replaces all that were set, and starts their dice again."""
        listed = [Fault(**fault) for fault in faults]
        with self._lock:
            self._random.seed(seed)
            self.listed = listed

    def strike(self, group: str) -> Fault | None:
        """The fault this request meets, if any: the first listed one that strikes."""
        with self._lock:
            for fault in self.listed:
                if fault.meets(group) and fault.times != 0 and self._random.random() < fault.rate:
                    if fault.times is not None:
                        fault.times -= 1
                    return fault
        return None
