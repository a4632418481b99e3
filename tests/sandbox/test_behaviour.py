"""The sandbox behaves as the reference document says, and its switches turn what the documents leave open."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
import time_machine

from provisioning.sandbox.server import SandboxServer

KEY = {"Authorization": "Bearer SG.sandbox"}
ACCOUNTS = "/v3/partners/accounts"
PRO = {"name": "milne.ei.pro-100k.v1", "type": "package", "quantity": 1}
FREE = {"name": "milne.ei.free-100.v1", "type": "package", "quantity": 1}


def ip_addon(quantity: int) -> dict[str, Any]:
    return {"name": "milne.x.ip.v2", "type": "addon", "quantity": quantity}


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        yield running


def call(server: SandboxServer, method: str, path: str, data: Any = None, **headers: str) -> requests.Response:
    return requests.request(
        method, server.url + path, json=data, headers=KEY | headers, allow_redirects=False, timeout=10
    )


def create(server: SandboxServer, *offerings: dict[str, Any], **headers: str) -> str:
    answer = call(server, "POST", ACCOUNTS, {"offerings": list(offerings) or [PRO]}, **headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["account_id"])


def ips(server: SandboxServer, account: str) -> list[str]:
    listed = call(server, "GET", f"{ACCOUNTS}/{account}/ips?limit=5000").json()["result"]
    return [item["ip"] for item in listed]


def test_ids_look_like_sendgrids(server: SandboxServer) -> None:
    account = create(server)
    assert account.startswith("sg")
    assert len(account) == 34


def test_a_wrong_key_is_refused(server: SandboxServer) -> None:
    answer = requests.get(server.url + ACCOUNTS, headers={"Authorization": "Bearer SG.x"}, timeout=5)
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["error_id"] == "10-40100"


def test_put_replaces_and_the_newest_ip_goes(server: SandboxServer) -> None:
    account = create(server)
    path = f"{ACCOUNTS}/{account}/offerings"
    first = ips(server, account)
    call(server, "PUT", path, {"offerings": [PRO, ip_addon(2)]})
    three = ips(server, account)
    assert three[-1:] == first
    call(server, "PUT", path, {"offerings": [PRO, ip_addon(1)]})
    assert ips(server, account) == three[1:]
    call(server, "PUT", path, {"offerings": [PRO]})
    assert ips(server, account) == first


def test_the_coupling_can_be_switched_off(server: SandboxServer) -> None:
    server.switches.ips_coupled = False
    account = create(server)
    before = ips(server, account)
    call(server, "PUT", f"{ACCOUNTS}/{account}/offerings", {"offerings": [PRO, ip_addon(2)]})
    assert ips(server, account) == before


def test_a_free_package_strips_ips_and_subusers(server: SandboxServer) -> None:
    account = create(server)
    call(server, "PUT", f"{ACCOUNTS}/{account}/offerings", {"offerings": [FREE]})
    assert ips(server, account) == []


@pytest.mark.parametrize(
    "offerings", [[], [PRO, FREE], [ip_addon(1)], [PRO | {"quantity": 2}], [{"name": "x", "type": "package"}], "no"]
)
def test_anything_but_one_package_is_a_400(server: SandboxServer, offerings: Any) -> None:
    answer = call(server, "POST", ACCOUNTS, {"offerings": offerings})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "offerings"


def test_a_ban_takes_ips_and_brings_nothing_back(server: SandboxServer) -> None:
    account = create(server)
    for state in ("banned", "activated"):
        assert call(server, "PUT", f"{ACCOUNTS}/{account}/state", {"state": state}).status_code == 204
        assert ips(server, account) == []


def test_settable_states_are_two_or_four(server: SandboxServer) -> None:
    account = create(server)
    server.switches.four_states = False
    assert call(server, "PUT", f"{ACCOUNTS}/{account}/state", {"state": "suspended"}).status_code == 400
    assert call(server, "PUT", f"{ACCOUNTS}/{account}/state", {"state": "indeterminate"}).status_code == 400


def test_a_test_account_gets_no_ip(server: SandboxServer) -> None:
    account = create(server, **{"T-Test-Account": "true"})
    assert ips(server, account) == []
    answer = call(server, "POST", f"{ACCOUNTS}/{account}/ips", {"count": 1, "region": "us"})
    assert answer.status_code == 400


def test_ips_are_paged_newest_first(server: SandboxServer) -> None:
    account = create(server)
    call(server, "POST", f"{ACCOUNTS}/{account}/ips", {"count": 10, "region": "eu"})
    whole, paged, offset = ips(server, account), [], ""
    while True:
        page = call(server, "GET", f"{ACCOUNTS}/{account}/ips?limit=4{offset}").json()
        paged += [item["ip"] for item in page["result"]]
        if len(page["result"]) < 4:
            break
        offset = f"&offset={page['pages']['last']}"
    assert paged == whole
    assert len(whole) == 11


@pytest.mark.parametrize("order", ["created", "newest", "id"])
def test_accounts_are_paged_without_gaps_in_any_order(server: SandboxServer, order: str) -> None:
    server.switches.list_order = order
    made = {create(server, FREE) for _ in range(7)}
    seen: list[str] = []
    offset = ""
    while True:
        page = call(server, "GET", f"{ACCOUNTS}?limit=3{offset}").json()
        seen += [item["id"] for item in page["accounts"]]
        if len(page["accounts"]) < 3:
            break
        offset = f"&offset={page['pages']['last']}"
    assert set(seen) == made
    assert len(seen) == 7


def test_a_code_signs_in_once_and_for_a_minute(server: SandboxServer) -> None:
    account = create(server)
    first, second = (call(server, "POST", f"{ACCOUNTS}/{account}/sso").headers["Location"] for _ in range(2))
    assert "signed in" in requests.get(first, timeout=5).text
    assert "used already" in requests.get(first, timeout=5).text
    with time_machine.travel("2100-01-01", tick=False):
        assert "expired" in requests.get(second, timeout=5).text


def test_deleting_is_final(server: SandboxServer) -> None:
    account = create(server)
    assert call(server, "DELETE", f"{ACCOUNTS}/{account}").status_code == 204
    assert call(server, "DELETE", f"{ACCOUNTS}/{account}").status_code == 404
    assert call(server, "GET", f"{ACCOUNTS}/{account}/state").status_code == 404


def test_rate_limit_headers_and_429(server: SandboxServer) -> None:
    server.switches.calls_per_minute = 2
    answers = [call(server, "GET", "/v3/partners/offerings") for _ in range(5)]
    limited = [answer for answer in answers if answer.status_code == 429]
    assert limited
    assert limited[0].json() == {"errors": [{"field": None, "message": "too many requests"}]}
    assert limited[0].headers["X-RateLimit-Remaining"] == "0"
    server.switches.rate_headers = False
    assert "X-RateLimit-Limit" not in call(server, "GET", "/v3/partners/offerings").headers


def test_state_survives_a_restart(tmp_path: Path) -> None:
    with SandboxServer(tmp_path) as first:
        account = create(first)
    with SandboxServer(tmp_path) as second:
        assert [there.id for there in second.store.accounts()] == [account]


def test_thirty_two_at_once_make_thirty_two(server: SandboxServer) -> None:
    with ThreadPoolExecutor(32) as crowd:
        made = set(crowd.map(lambda _: create(server), range(64)))
    assert len(made) == len(server.store.accounts()) == 64
    assert len({ip.ip for account in server.store.accounts() for ip in account.ips}) == 64


def test_customers_are_the_same_for_the_same_seed_and_in_all_states(server: SandboxServer) -> None:
    requests.post(f"{server.url}/_sandbox/customers", json={"count": 60, "seed": 1}, timeout=10)
    there = server.store.accounts()
    assert {account.state for account in there} == {
        "activated", "suspended", "deactivated", "banned", "indeterminate",
    }  # fmt: skip
    assert len({account.offerings[0].name for account in there}) == 8
    assert any(account.test for account in there)
