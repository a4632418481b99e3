"""A great many plain customers, to see what a large reseller's list does to the portal. Fast before believable."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from provisioning.sandbox import clock
from provisioning.sandbox.accounts import Db

FREE = "milne.ei.free-100.v1"  # entitles to no IPs, so an account without any is a whole one


def add(db: Db, count: int, seed: int) -> int:
    """Add `count` activated accounts on the free package, a second apart, the last one now. Returns how many.

    The same ones for the same seed in a store that has as many before.
    """
    before, last = db.execute("SELECT COUNT(*), COALESCE(MAX(seq), 0) FROM accounts").fetchone()
    db.executemany(
        "INSERT INTO accounts (id, created_at, updated_at, profile, test, state) "
        "VALUES (?1, ?2, ?2, ?3, 0, 'activated')",
        _rows(count, before, random.Random(f"{seed}-{before}")),  # noqa: S311
    )
    db.execute(
        "INSERT INTO offerings (account_id, name, type, quantity) "
        "SELECT id, ?, 'package', 1 FROM accounts WHERE seq > ?",
        [FREE, last],
    )
    return count


def _rows(count: int, before: int, chance: random.Random) -> Iterator[tuple[str, str, str]]:
    now = datetime.fromtimestamp(clock.epoch(), UTC).replace(microsecond=0)
    for number in range(count):
        created_at = f"{now - timedelta(seconds=count - 1 - number):%Y-%m-%dT%H:%M:%SZ}"
        email = f"customer-{before + number + 1}@example.com"
        yield f"sg{chance.randbytes(16).hex()}", created_at, json.dumps({"email": email})
