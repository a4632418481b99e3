"""Each fault is on the wire what its name says, strikes where it was set, and nowhere else."""

from __future__ import annotations

import time

import pytest
import requests

from provisioning.sandbox.server import SandboxServer
from tests.sandbox.conftest import ACCOUNTS, STATE, Call

SUSPEND = {"state": "suspended"}
CATALOGUE = "/v3/partners/offerings"


def faults(call: Call, *listed: dict[str, object], seed: int = 1) -> requests.Response:
    return call("PUT", "/_sandbox/faults", {"faults": list(listed), "seed": seed})


def state(server: SandboxServer, account: str) -> str:
    found = server.store.account(account)
    assert found
    return found.state


@pytest.mark.parametrize(("kind", "after"), [("reset_before", "activated"), ("reset_after", "suspended")])
def test_a_reset_is_one_and_comes_at_once(
    server: SandboxServer, call: Call, account: str, kind: str, after: str
) -> None:
    faults(call, {"match": STATE, "kind": kind})
    started = time.monotonic()
    with pytest.raises(requests.ConnectionError, match="reset by peer"):
        call("PUT", f"{ACCOUNTS}/{account}/state", SUSPEND)
    assert time.monotonic() - started < 1
    assert state(server, account) == after


def test_swallowed_says_nothing_for_a_while_and_does_nothing(server: SandboxServer, call: Call, account: str) -> None:
    faults(call, {"match": STATE, "kind": "swallowed", "seconds": 0.3})
    started = time.monotonic()
    with pytest.raises(requests.ConnectionError, match="without response"):
        call("PUT", f"{ACCOUNTS}/{account}/state", SUSPEND)
    assert 0.3 <= time.monotonic() - started < 2
    assert state(server, account) == "activated"
    assert [entry.method for entry in server.store.ledger()] == ["POST"]


def test_late_resets_at_once_and_lands_afterwards(server: SandboxServer, call: Call, account: str) -> None:
    faults(call, {"match": STATE, "kind": "late", "seconds": 0.5})
    started = time.monotonic()
    with pytest.raises(requests.ConnectionError):
        call("PUT", f"{ACCOUNTS}/{account}/state", SUSPEND)
    assert time.monotonic() - started < 0.4
    assert state(server, account) == "activated"
    until(lambda: state(server, account) == "suspended")
    assert server.store.ledger()[-1].body == SUSPEND


def test_late_lands_only_what_would_have_been_done(server: SandboxServer, call: Call, account: str) -> None:
    faults(call, {"match": STATE, "kind": "late", "seconds": 0.05})
    answer = call("PUT", f"{ACCOUNTS}/{account}/state", SUSPEND, Authorization="Bearer SG.wrong")
    assert answer.status_code == 401
    time.sleep(0.3)
    assert state(server, account) == "activated"


def test_a_reset_sandbox_has_nothing_left_to_land(server: SandboxServer, call: Call, account: str) -> None:
    faults(call, {"match": f"DELETE {ACCOUNTS}/{{id}}", "kind": "late", "seconds": 0.3})
    with pytest.raises(requests.ConnectionError):
        call("DELETE", f"{ACCOUNTS}/{account}")
    call("POST", "/_sandbox/reset")
    time.sleep(0.5)
    assert server.store.ledger() == []


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize(("kind", "after"), [("status_500_before", "activated"), ("status_500_after", "suspended")])
def test_which_5xx_can_be_chosen(
    server: SandboxServer, call: Call, account: str, kind: str, after: str, status: int
) -> None:
    faults(call, {"match": STATE, "kind": kind, "status": status})
    assert call("PUT", f"{ACCOUNTS}/{account}/state", SUSPEND).status_code == status
    assert state(server, account) == after


def test_latency_answers_right_and_late(call: Call) -> None:
    faults(call, {"match": "*", "kind": "latency", "seconds": 0.3})
    started = time.monotonic()
    assert call("GET", CATALOGUE).json()["catalog"]
    assert time.monotonic() - started >= 0.3


@pytest.mark.parametrize("kind", ["html", "truncated", "drip"])
def test_an_answer_without_a_body_is_spoiled_too(server: SandboxServer, call: Call, account: str, kind: str) -> None:
    faults(call, {"match": STATE, "kind": kind, "seconds": 0.2})
    path = f"{ACCOUNTS}/{account}/state"
    if kind == "html":
        assert "<html>" in call("PUT", path, SUSPEND).text
    else:
        with pytest.raises(requests.RequestException):
            call("PUT", path, SUSPEND)
    assert state(server, account) == "suspended"


def test_a_refused_request_meets_the_trouble_too(call: Call) -> None:
    faults(call, {"match": "read", "kind": "reset_after"})
    with pytest.raises(requests.ConnectionError):
        call("GET", f"{ACCOUNTS}/sg0/state")


def test_a_429_tells_its_reset_when_asked(call: Call) -> None:
    faults(call, {"match": "*", "kind": "429", "seconds": 3, "times": 1}, {"match": "*", "kind": "429"})
    told, untold = call("GET", CATALOGUE), call("GET", CATALOGUE)
    assert told.status_code == untold.status_code == 429
    assert 1 < int(told.headers["X-RateLimit-Reset"]) - time.time() <= 4
    assert told.headers["X-RateLimit-Remaining"] == "0"
    assert "X-RateLimit-Reset" not in untold.headers


def test_reads_and_writes_can_be_told_apart(call: Call, account: str) -> None:
    path = f"{ACCOUNTS}/{account}/state"
    faults(call, {"match": "write", "kind": "403"})
    assert (call("GET", path).status_code, call("PUT", path, SUSPEND).status_code) == (200, 403)
    faults(call, {"match": "read", "kind": "403"})
    assert (call("GET", path).status_code, call("PUT", path, SUSPEND).status_code) == (403, 204)


def test_the_same_seed_strikes_the_same_requests(call: Call) -> None:
    def struck(seed: int) -> list[int]:
        faults(call, {"match": "*", "kind": "403", "rate": 0.5}, seed=seed)
        return [call("GET", CATALOGUE).status_code for _ in range(20)]

    assert struck(7) == struck(7) != struck(8)


def test_faults_can_be_given_from_the_start() -> None:
    with SandboxServer(faults=[{"match": "*", "kind": "403"}]) as server:
        assert requests.get(server.url + CATALOGUE, timeout=5).status_code == 403


@pytest.mark.parametrize(
    "wrong", [{"kind": "no"}, {"match": "PUT state"}, {"status": 404}, {"seconds": -1}, {"seconds": "3"}, {"rate": 2}]
)
def test_what_would_never_strike_is_refused(call: Call, wrong: dict[str, object]) -> None:
    assert faults(call, {"match": "*", "kind": "hang"} | wrong).status_code == 400


def until(reached: object, seconds: float = 5) -> None:
    ends_at = time.monotonic() + seconds
    while not reached():  # type: ignore[operator]
        assert time.monotonic() < ends_at, "it did not come"
        time.sleep(0.02)
