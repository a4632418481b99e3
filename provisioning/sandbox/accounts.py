"""What the requests do: accounts, offerings, states and IPs, with the effects the reference document lists.

Each function works inside the request's transaction.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from typing import Any

from provisioning.sandbox.catalogue import CATALOGUE, IP_ADDON, is_free
from provisioning.sandbox.clock import now
from provisioning.sandbox.refusal import bad, no_account
from provisioning.sandbox.switches import Switches

Row = sqlite3.Row
Db = sqlite3.Connection


def find(db: Db, account_id: str) -> Row:
    row: Row | None = db.execute("SELECT * FROM accounts WHERE id = ?", [account_id]).fetchone()
    if row is None:
        raise no_account()
    return row


def touch(db: Db, account_id: str) -> None:
    db.execute("UPDATE accounts SET updated_at = ? WHERE id = ?", [now(), account_id])


def create(
    db: Db, profile: dict[str, str], offerings: list[dict[str, Any]], *, test: bool, created_at: str | None = None
) -> str:
    account_id = f"sg{secrets.token_hex(16)}"
    at = created_at or now()
    db.execute(
        "INSERT INTO accounts (id, created_at, updated_at, profile, test, state) VALUES (?, ?, ?, ?, ?, 'activated')",
        [account_id, at, at, json.dumps(profile), int(test)],
    )
    _write_offerings(db, account_id, offerings)
    if not test:
        add_ips(db, account_id, entitled_ips(offerings), "us")
    return account_id


def delete(db: Db, account_id: str) -> None:
    find(db, account_id)
    for table, column in (
        ("accounts", "id"),
        ("offerings", "account_id"),
        ("ips", "account_id"),
        ("codes", "account_id"),
    ):
        db.execute(f"DELETE FROM {table} WHERE {column} = ?", [account_id])  # noqa: S608


def offerings_of(db: Db, account_id: str) -> list[dict[str, Any]]:
    find(db, account_id)
    rows = db.execute(
        "SELECT name, type, quantity FROM offerings WHERE account_id = ? ORDER BY type DESC, name", [account_id]
    )
    return [dict(row) for row in rows.fetchall()]


def set_offerings(db: Db, account_id: str, wanted: list[dict[str, Any]], switches: Switches) -> None:
    """PUT: the list replaces what was there. Fewer entitled IPs take the newest ones; a free package takes all."""
    account = find(db, account_id)
    before = offerings_of(db, account_id)
    _write_offerings(db, account_id, wanted)
    package = next(item["name"] for item in wanted if item["type"] == "package")
    if is_free(package):
        remove_newest(db, account_id, None)
        db.execute("UPDATE accounts SET subusers = 0 WHERE id = ?", [account_id])
    elif switches.ips_coupled and not account["test"]:
        difference = entitled_ips(wanted) - entitled_ips(before)
        if difference > 0:
            add_ips(db, account_id, difference, "us")
        else:
            remove_newest(db, account_id, -difference)
    touch(db, account_id)


def _write_offerings(db: Db, account_id: str, offerings: list[dict[str, Any]]) -> None:
    db.execute("DELETE FROM offerings WHERE account_id = ?", [account_id])
    db.executemany(
        "INSERT INTO offerings (account_id, name, type, quantity) VALUES (?, ?, ?, ?)",
        [[account_id, item["name"], item["type"], item["quantity"]] for item in offerings],
    )


def entitled_ips(offerings: list[dict[str, Any]]) -> int:
    return sum(CATALOGUE[item["name"]].ips * item["quantity"] for item in offerings if item["name"] in CATALOGUE)


def set_state(db: Db, account_id: str, state: str) -> None:
    """A ban removes subusers, IPs and keys; activating afterwards brings nothing back."""
    find(db, account_id)
    db.execute("UPDATE accounts SET state = ? WHERE id = ?", [state, account_id])
    if state == "banned":
        remove_newest(db, account_id, None)
        db.execute("UPDATE accounts SET subusers = 0, api_keys = 0 WHERE id = ?", [account_id])
        db.execute("DELETE FROM codes WHERE account_id = ?", [account_id])
    touch(db, account_id)


def add_ips(db: Db, account_id: str, count: int, region: str) -> list[str]:
    """New addresses from the documentation and benchmark ranges' neighbours; newest last in the answer."""
    added = []
    for _ in range(count):
        seq = db.execute("SELECT COALESCE(MAX(seq), 0) + 1 FROM ips").fetchone()[0]
        first = 167 if region == "us" else 159
        ip = f"{first}.{89 + seq // 65025 % 100}.{seq // 255 % 255}.{seq % 255}"
        db.execute("INSERT INTO ips (seq, account_id, ip, region) VALUES (?, ?, ?, ?)", [seq, account_id, ip, region])
        added.append(ip)
    return added


def remove_newest(db: Db, account_id: str, count: int | None) -> None:
    """The most recently added ones; None takes all."""
    limit = -1 if count is None else count
    db.execute(
        "DELETE FROM ips WHERE seq IN (SELECT seq FROM ips WHERE account_id = ? ORDER BY seq DESC LIMIT ?)",
        [account_id, limit],
    )


def remove_ips(db: Db, account_id: str, ips: list[str]) -> None:
    find(db, account_id)
    for ip in ips:
        gone = db.execute("DELETE FROM ips WHERE account_id = ? AND ip = ?", [account_id, ip])
        if not gone.rowcount:
            raise bad("IP address does not belong to this account", "ip", "10-40002")
    touch(db, account_id)


def count_in_addon(db: Db, account_id: str, difference: int) -> None:
    """With the switch on, the IP add-on follows the IPs."""
    row = db.execute(
        "SELECT quantity FROM offerings WHERE account_id = ? AND name = ?", [account_id, IP_ADDON]
    ).fetchone()
    quantity = max(0, (row["quantity"] if row else 0) + difference)
    db.execute("DELETE FROM offerings WHERE account_id = ? AND name = ?", [account_id, IP_ADDON])
    if quantity:
        db.execute("INSERT INTO offerings VALUES (?, ?, 'addon', ?)", [account_id, IP_ADDON, quantity])
