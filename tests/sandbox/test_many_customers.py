"""A sandbox with very many customers is filled fast and lists them as fast as a small one."""

from __future__ import annotations

import pytest

from provisioning.sandbox.server import SandboxServer
from tests.sandbox.conftest import ACCOUNTS, Call


def test_bulk_customers_are_whole_accounts_and_the_same_for_the_same_seed(call: Call) -> None:
    def fill() -> list[str]:
        call("POST", "/_sandbox/reset")
        for _ in range(2):
            assert call("POST", "/_sandbox/customers-bulk", {"count": 500, "seed": 3}).json() == {"added": 500}
        there = call("GET", "/_sandbox/accounts").json()
        assert {(one["state"], len(one["offerings"]), len(one["ips"])) for one in there} == {("activated", 1, 0)}
        return [one["id"] for one in there]

    first = fill()
    assert fill() == first
    assert len(set(first)) == 1000


@pytest.mark.parametrize("order", ["created", "newest", "id"])
def test_no_page_of_the_list_is_sorted_or_scanned_for(server: SandboxServer, call: Call, order: str) -> None:
    """The plan rather than the clock: a sort of a million rows is what would be slow."""
    server.switches.list_order = order
    call("POST", "/_sandbox/customers-bulk", {"count": 300})
    asked: list[str] = []
    server.store.db.set_trace_callback(asked.append)
    page = call("GET", f"{ACCOUNTS}?limit=100").json()
    call("GET", f"{ACCOUNTS}?limit=100&offset={page['pages']['last']}")
    server.store.db.set_trace_callback(None)
    selects = [sql for sql in asked if sql.startswith("SELECT")]
    assert len(selects) == 3
    for sql in selects:
        plan = " ".join(row["detail"] for row in server.store.rows(f"EXPLAIN QUERY PLAN {sql}"))
        assert "TEMP B-TREE" not in plan
    assert "SEARCH" in plan
