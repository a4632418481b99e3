"""Which API requests came in, from when to when: evidence for tests that two were never on the way at once.

Off unless the switch `record_arrivals` is on. A request that never ended, because the sandbox was killed, stays open.
"""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass

from provisioning.sandbox.store import Store


@dataclass(frozen=True)
class Arrival:
    """Times are seconds on the machine's monotonic clock, so neither a skew nor a clock's step can blur an overlap.

    `started_at` is when the headers had been read; `ended_at` is taken before the answer leaves, so that a client which
    waits for its answer never seems to overlap itself. It ends when the client is reset or has hung up, too. `status`
    is what the client was told, 0 for nothing or half an answer. `applied`: it had its effect, perhaps after its end.
    """

    seq: int
    started_at: float
    ended_at: float | None
    method: str
    path: str
    account_id: str
    on_behalf: str
    fault: str
    status: int
    applied: bool


class Underway:
    """One request while it is being answered; without a `seq` nothing of it is kept."""

    def __init__(self, store: Store, seq: int | None = None) -> None:
        self._store, self.seq, self._open = store, seq, seq is not None

    def end(self, status: int = 0) -> None:
        """The client has what it gets. Only the first call counts."""
        if not self._open:
            return
        ended_at, self._open = time.monotonic(), False
        with self._store.transaction() as db:
            db.execute("UPDATE arrivals SET ended_at = ?, status = ? WHERE seq = ?", [ended_at, status, self.seq])

    def apply(self, db: sqlite3.Connection) -> None:
        """In the transaction of the effect."""
        if self.seq is not None:
            db.execute("UPDATE arrivals SET applied = 1 WHERE seq = ?", [self.seq])


def begin(store: Store, method: str, path: str, account_id: str, on_behalf: str, fault: str) -> Underway:
    started_at = time.monotonic()
    with store.transaction() as db:
        row = db.execute(
            "INSERT INTO arrivals (started_at, method, path, account_id, on_behalf, fault) VALUES (?, ?, ?, ?, ?, ?)",
            [started_at, method, path, account_id, on_behalf, fault],
        )
    return Underway(store, row.lastrowid)


def listed(store: Store, after: int = 0) -> list[Arrival]:
    """Those with a higher `seq`, oldest first."""
    rows = store.rows("SELECT * FROM arrivals WHERE seq > ? ORDER BY seq", [after])
    return [Arrival(**{**dict(row), "applied": bool(row["applied"])}) for row in rows]
