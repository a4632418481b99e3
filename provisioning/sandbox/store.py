"""What the sandbox knows, kept in SQLite: in a folder, so that it survives a restart, or in memory.

One lock and one transaction a request; the ledger's row is written in the transaction of its effect.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from provisioning.sandbox.clock import now

SCHEMA = """
CREATE TABLE IF NOT EXISTS accounts (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
    profile TEXT NOT NULL, test INTEGER NOT NULL, state TEXT NOT NULL,
    subusers INTEGER NOT NULL DEFAULT 0, api_keys INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS offerings (
    account_id TEXT NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL, quantity INTEGER NOT NULL,
    PRIMARY KEY (account_id, name));
CREATE TABLE IF NOT EXISTS ips (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, account_id TEXT NOT NULL, ip TEXT UNIQUE NOT NULL, region TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS ips_of_account ON ips (account_id);
CREATE TABLE IF NOT EXISTS codes (
    hash TEXT PRIMARY KEY, account_id TEXT NOT NULL, expires_at REAL NOT NULL, used_at REAL);
CREATE TABLE IF NOT EXISTS ledger (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL,
    account_id TEXT NOT NULL, body TEXT NOT NULL, status INTEGER NOT NULL, arrival INTEGER);
CREATE TABLE IF NOT EXISTS arrivals (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, started_at REAL NOT NULL, ended_at REAL, method TEXT NOT NULL,
    path TEXT NOT NULL, account_id TEXT NOT NULL, on_behalf TEXT NOT NULL, fault TEXT NOT NULL,
    status INTEGER NOT NULL DEFAULT 0, applied INTEGER NOT NULL DEFAULT 0);
"""
TABLES = ("accounts", "offerings", "ips", "codes", "ledger", "arrivals")


@dataclass(frozen=True)
class StoredOffering:
    name: str
    type: str
    quantity: int


@dataclass(frozen=True)
class StoredIp:
    ip: str
    region: str


@dataclass(frozen=True)
class StoredAccount:
    """One account as the sandbox has it; `ips` newest first."""

    id: str
    created_at: str
    updated_at: str
    profile: dict[str, str]
    test: bool
    state: str
    subusers: int
    api_keys: int
    offerings: tuple[StoredOffering, ...]
    ips: tuple[StoredIp, ...]


@dataclass(frozen=True)
class Entry:
    """One request that had an effect, at the time of the effect. `arrival` is its seq there, if recorded."""

    seq: int
    at: str
    method: str
    path: str
    account_id: str
    body: Any
    status: int
    arrival: int | None


def enter(
    db: sqlite3.Connection,
    method: str,
    path: str,
    account_id: str,
    body: Any,
    status: int,
    arrival: int | None = None,
) -> None:
    """A row of the ledger, in the transaction of the effect. `FOREIGN` is the method of what was done elsewhere."""
    db.execute(
        "INSERT INTO ledger (at, method, path, account_id, body, status, arrival) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [now(), method, path, account_id, json.dumps(body), status, arrival],
    )


class Store:
    """`folder` None keeps everything in memory."""

    def __init__(self, folder: Path | None = None) -> None:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        name = ":memory:" if folder is None else str(folder / "sandbox.sqlite3")
        self._lock = threading.RLock()
        self.db = sqlite3.connect(name, check_same_thread=False, isolation_level=None)
        self.db.row_factory = sqlite3.Row
        self.db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;" + SCHEMA)
        if "arrival" not in [column["name"] for column in self.db.execute("PRAGMA table_info(ledger)")]:
            self.db.execute("ALTER TABLE ledger ADD COLUMN arrival INTEGER")  # a folder from before arrivals

    def close(self) -> None:
        with self._lock:
            self.db.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield self.db
            except BaseException:
                self.db.execute("ROLLBACK")
                raise
            self.db.execute("COMMIT")

    def clear(self) -> None:
        with self.transaction() as db:
            for table in TABLES:
                db.execute(f"DELETE FROM {table}")  # noqa: S608

    def account(self, account_id: str) -> StoredAccount | None:
        with self._lock:
            row = self.db.execute("SELECT * FROM accounts WHERE id = ?", [account_id]).fetchone()
            return self._whole(row) if row else None

    def accounts(self) -> list[StoredAccount]:
        with self._lock:
            return [self._whole(row) for row in self.db.execute("SELECT * FROM accounts ORDER BY seq").fetchall()]

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        with self._lock:
            return self.db.execute(sql, values).fetchall()

    def ledger(self, after: int = 0) -> list[Entry]:
        """The entries with a higher `seq`, oldest first."""
        rows = self.rows("SELECT * FROM ledger WHERE seq > ? ORDER BY seq", [after])
        return [Entry(**{**dict(row), "body": json.loads(row["body"])}) for row in rows]

    def _whole(self, row: sqlite3.Row) -> StoredAccount:
        offerings = self.db.execute(
            "SELECT name, type, quantity FROM offerings WHERE account_id = ? ORDER BY type DESC, name", [row["id"]]
        ).fetchall()
        ips = self.db.execute(
            "SELECT ip, region FROM ips WHERE account_id = ? ORDER BY seq DESC", [row["id"]]
        ).fetchall()
        fields = {key: row[key] for key in row.keys() if key != "seq"}  # noqa: SIM118 — a Row is no dict
        fields |= {"profile": json.loads(row["profile"]), "test": bool(row["test"])}
        return StoredAccount(
            **fields,
            offerings=tuple(StoredOffering(**dict(offering)) for offering in offerings),
            ips=tuple(StoredIp(**dict(ip)) for ip in ips),
        )
