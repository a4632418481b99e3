"""SendGrid's clock can be wrong, and tells an account's email address only in that account's name."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pytest

from provisioning.sandbox.server import SandboxServer
from provisioning.sandbox.switches import Switches
from provisioning.sendgrid import errors
from provisioning.sendgrid.client import SendGrid
from provisioning.sendgrid.transport import Transport
from tests.sandbox.conftest import ACCOUNTS, FREE, Call

HOUR = 3600


@pytest.mark.parametrize("skew", [HOUR, -HOUR])
def test_a_skew_shows_wherever_a_time_does(call: Call, skew: int) -> None:
    call("PUT", "/_sandbox/switches", {"clock_skew_seconds": skew})
    answer = call("POST", ACCOUNTS, {"offerings": [FREE]})
    listed = call("GET", ACCOUNTS).json()["accounts"][0]
    told = [parsedate_to_datetime(answer.headers["Date"])]
    told += [datetime.fromisoformat(listed[name]) for name in ("created_at", "updated_at")]
    assert all(abs((at - datetime.now(UTC)).total_seconds() - skew) < 5 for at in told)
    assert 0 <= int(answer.headers["X-RateLimit-Reset"]) - time.time() - skew <= 61


def test_two_sandboxes_keep_two_clocks(server: SandboxServer, call: Call) -> None:
    with SandboxServer(switches=Switches(clock_skew_seconds=HOUR)) as ahead:
        far = SendGrid(Transport(ahead.url, "SG.sandbox")).list_accounts().server_date
        near = parsedate_to_datetime(call("GET", ACCOUNTS).headers["Date"])
    assert far
    assert (far - near).total_seconds() == pytest.approx(HOUR, abs=5)


def test_the_address_of_an_account(server: SandboxServer, call: Call, account: str) -> None:
    sendgrid = SendGrid(Transport(server.url, "SG.sandbox"))
    assert sendgrid.email_of(account) == "a@example.com"
    nameless = call("POST", ACCOUNTS, {"offerings": [FREE]}).json()["account_id"]
    assert sendgrid.email_of(nameless) == ""


def test_an_address_is_told_in_the_accounts_name_only(server: SandboxServer, call: Call) -> None:
    sendgrid = SendGrid(Transport(server.url, "SG.sandbox"))
    with pytest.raises(errors.NotFound):
        sendgrid.email_of("sg" + "0" * 32)
    with pytest.raises(ValueError, match="not an account id"):
        sendgrid.email_of("")
    answer = call("GET", "/v3/user/email")
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["message"]


def test_an_unreadable_address_is_a_failed_read(server: SandboxServer, account: str) -> None:
    server.set_faults([{"match": "GET /v3/user/email", "kind": "html"}])
    with pytest.raises(errors.ReadFailed):
        SendGrid(Transport(server.url, "SG.sandbox")).email_of(account)
