"""The arrivals and the ledger let a test prove what was on the way at once, and what came of it."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import Any

import pytest
import requests

from provisioning.sandbox.server import SandboxServer
from tests.sandbox.conftest import ACCOUNTS, FREE, STATE, Call

SUSPEND = {"state": "suspended"}


@pytest.fixture(autouse=True)
def recording(server: SandboxServer) -> None:
    server.switches.record_arrivals = True


def arrivals(call: Call, after: int = 0) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = call("GET", f"/_sandbox/arrivals?after={after}").json()
    return listed


def test_every_api_request_leaves_one_row(call: Call, account: str) -> None:
    call("GET", f"{ACCOUNTS}/{account}/state")
    call("PUT", f"{ACCOUNTS}/{account}/state", {"state": "odd"})
    call("GET", "/v3/user/email", **{"On-Behalf-Of": f"account-id {account}"})
    call("PATCH", ACCOUNTS)
    call("GET", "/v3/nowhere")
    rows = arrivals(call)
    assert [(row["method"], row["status"], row["applied"]) for row in rows] == [
        ("POST", 201, True), ("GET", 200, False), ("PUT", 400, False),
        ("GET", 200, False), ("PATCH", 405, False), ("GET", 404, False),
    ]  # fmt: skip
    assert [row["account_id"] for row in rows] == ["", account, account, "", "", ""]
    assert rows[3]["on_behalf"] == f"account-id {account}"
    assert rows[1]["path"] == f"{ACCOUNTS}/{account}/state"
    assert all(row["started_at"] <= row["ended_at"] for row in rows)
    assert arrivals(call, after=rows[3]["seq"]) == rows[4:]


def test_requests_after_one_another_do_not_overlap(call: Call, account: str) -> None:
    for _ in range(20):
        call("PUT", f"{ACCOUNTS}/{account}/state", SUSPEND)
    rows = arrivals(call)
    assert all(one["ended_at"] <= other["started_at"] for one, other in pairwise(rows))


@pytest.mark.parametrize(
    ("kind", "status", "applied"),
    [
        ("reset_before", 0, False), ("swallowed", 0, False), ("429", 429, False), ("status_500_before", 500, False),
        ("reset_after", 0, True), ("truncated", 0, True), ("html", 204, True), ("status_500_after", 500, True),
        ("drip", 0, True), ("latency", 204, True),
    ],
)  # fmt: skip
def test_a_row_says_what_the_client_was_told_and_what_was_done(
    server: SandboxServer, call: Call, account: str, kind: str, status: int, applied: bool
) -> None:
    server.set_faults([{"match": STATE, "kind": kind, "seconds": 0.2}])
    try:
        call("PUT", f"{ACCOUNTS}/{account}/state", SUSPEND)
    except requests.RequestException:
        time.sleep(0.1)
    row = arrivals(call)[-1]
    assert (row["fault"], row["status"], row["applied"]) == (kind, status, applied)
    assert row["ended_at"] is not None
    mine = [entry for entry in server.store.ledger() if entry.arrival == row["seq"]]
    assert len(mine) == applied


def test_a_client_that_hangs_up_ends_its_arrival(server: SandboxServer, call: Call, account: str) -> None:
    server.set_faults([{"match": STATE, "kind": "hang", "seconds": 5}])
    with pytest.raises(requests.ReadTimeout):
        call("PUT", f"{ACCOUNTS}/{account}/state", SUSPEND, timeout=0.3)
    time.sleep(0.2)
    row = arrivals(call)[-1]
    assert row["ended_at"] - row["started_at"] < 0.5
    assert (row["status"], row["applied"]) == (0, True)


def test_a_late_landing_belongs_to_the_arrival_that_ended_before(
    server: SandboxServer, call: Call, account: str
) -> None:
    server.set_faults([{"match": STATE, "kind": "late", "seconds": 0.4}])
    with pytest.raises(requests.ConnectionError):
        call("PUT", f"{ACCOUNTS}/{account}/state", SUSPEND)
    before = arrivals(call)[-1]
    assert before["ended_at"] - before["started_at"] < 0.3
    assert not before["applied"]
    time.sleep(0.7)
    after, entry = arrivals(call)[-1], server.store.ledger()[-1]
    assert after == before | {"applied": True}
    assert (entry.arrival, entry.body) == (before["seq"], SUSPEND)


def test_a_foreign_change_is_in_the_ledger_and_no_arrival(server: SandboxServer, call: Call, account: str) -> None:
    call("POST", f"/_sandbox/accounts/{account}", {"state": "banned"})
    entry = server.store.ledger()[-1]
    assert (entry.method, entry.account_id, entry.body) == ("FOREIGN", account, {"state": "banned"})
    assert entry.arrival is None
    assert len(arrivals(call)) == 1
    assert [row["method"] for row in call("GET", f"/_sandbox/ledger?after={entry.seq - 1}").json()] == ["FOREIGN"]


def test_nothing_is_kept_unless_asked(server: SandboxServer, call: Call) -> None:
    server.switches.record_arrivals = False
    call("POST", ACCOUNTS, {"offerings": [FREE]})
    assert arrivals(call) == []
    assert server.store.ledger()[-1].arrival is None
