"""The sandbox can leave its port for a while: connections are refused for real, and come back."""

from __future__ import annotations

import time

import pytest
import requests

from provisioning.sandbox.server import SandboxServer
from provisioning.sendgrid import errors
from provisioning.sendgrid.client import SendGrid
from provisioning.sendgrid.transport import Transport
from tests.sandbox.conftest import Call


def test_connections_are_refused_and_then_accepted_again(server: SandboxServer, call: Call, account: str) -> None:
    sendgrid = SendGrid(Transport(server.url, "SG.sandbox"))
    assert call("PUT", "/_sandbox/listening", {"seconds": 1}).json() == {"seconds": 1}
    with pytest.raises(errors.NotSent):
        sendgrid.set_state(account, "suspended")
    with pytest.raises(requests.ConnectionError, match="refused"):
        call("GET", "/_sandbox/switches")
    time.sleep(1.3)
    assert sendgrid.get_state(account) == "activated"


def test_a_request_that_is_in_is_still_answered(server: SandboxServer, call: Call, account: str) -> None:
    from concurrent.futures import ThreadPoolExecutor

    server.set_faults([{"match": "read", "kind": "latency", "seconds": 0.6}])
    with ThreadPoolExecutor(1) as other:
        answer = other.submit(call, "GET", f"/v3/partners/accounts/{account}/state")
        time.sleep(0.2)
        server.stop_listening(0.1)
        assert answer.result().json() == {"state": "activated"}


def test_it_can_be_stopped_while_it_is_away() -> None:
    with SandboxServer() as server:
        server.stop_listening(60)
        started = time.monotonic()
    assert time.monotonic() - started < 3


@pytest.mark.parametrize("seconds", [0, -1, 601, "3", None, True])
def test_so_long_makes_no_sense(call: Call, seconds: object) -> None:
    assert call("PUT", "/_sandbox/listening", {"seconds": seconds}).status_code == 400
