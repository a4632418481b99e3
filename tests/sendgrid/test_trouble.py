"""What a misbehaving network does to a call: which error, how many requests arrived, and what was let slip."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from provisioning.sandbox.server import SandboxServer
from provisioning.sendgrid import errors
from provisioning.sendgrid.client import SendGrid
from provisioning.sendgrid.exchange import Exchange
from provisioning.sendgrid.transport import Transport
from provisioning.sendgrid.types import Offering, Profile

PRO = Offering("milne.ei.pro-100k.v1", "package")
CREATE = "POST /v3/partners/accounts"


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        yield running


@pytest.fixture
def seen() -> list[Exchange]:
    return []


@pytest.fixture
def sendgrid(server: SandboxServer, seen: list[Exchange]) -> SendGrid:
    transport = Transport(server.url, "SG.sandbox", recorder=seen.append, read_timeout=1.0, deadline=1.5)
    return SendGrid(transport)


@pytest.mark.parametrize(
    ("kind", "happened"),
    [
        ("reset_before", 0),
        ("swallowed", 0),
        ("late", 0),
        ("reset_after", 1),
        ("status_500_before", 0),
        ("status_500_after", 1),
        ("html", 1),
        ("truncated", 1),
        ("hang", 1),
        ("drip", 1),
    ],
)
def test_an_unclear_write_is_doubt_and_is_sent_once(
    sendgrid: SendGrid, server: SandboxServer, seen: list[Exchange], kind: str, happened: int
) -> None:
    server.set_faults([{"match": CREATE, "kind": kind, "seconds": 4}])
    started = time.monotonic()
    with pytest.raises(errors.OutcomeUnknown):
        sendgrid.create_account(Profile(email="a@example.com"), [PRO])
    assert time.monotonic() - started < 3.5  # the deadline holds against a hang and a drip
    assert len(seen) == 1
    assert len(server.store.accounts()) == happened


def test_a_read_is_asked_again_a_few_times(sendgrid: SendGrid, server: SandboxServer, seen: list[Exchange]) -> None:
    server.set_faults([{"match": "*", "kind": "status_500_before", "times": 2}])
    assert len(sendgrid.list_catalogue()) > 10
    assert [exchange.status for exchange in seen] == [500, 500, 200]
    server.set_faults([{"match": "*", "kind": "reset_before"}])
    with pytest.raises(errors.ReadFailed):
        sendgrid.list_catalogue()
    assert len(seen) == 6


def test_a_refused_connection_was_not_sent(unused_port: int) -> None:
    with pytest.raises(errors.NotSent):
        SendGrid(Transport(f"http://127.0.0.1:{unused_port}", "SG.sandbox")).set_state("sg1", "activated")


def test_a_rate_limit_says_when(sendgrid: SendGrid, server: SandboxServer) -> None:
    server.set_faults([{"match": "*", "kind": "429", "times": 1}])
    with pytest.raises(errors.RateLimited) as caught:
        sendgrid.list_catalogue()
    assert 0 < caught.value.wait <= 61


def test_a_wrong_key_is_unauthorized(server: SandboxServer) -> None:
    with pytest.raises(errors.Unauthorized):
        SendGrid(Transport(server.url, "SG.wrong")).list_catalogue()


def test_fields_are_named_as_sendgrid_names_them(sendgrid: SendGrid) -> None:
    with pytest.raises(errors.Rejected) as caught:
        sendgrid.create_account(Profile(email="no", phone="no", company_website="no"), [PRO])
    assert {item.field for item in caught.value.field_errors} == {"email", "phone", "company_website"}


def test_a_404_of_somebody_else_proves_nothing(sendgrid: SendGrid, server: SandboxServer) -> None:
    from provisioning.sendgrid.answers import error_for
    from provisioning.sendgrid.wire import Answer

    found = error_for(Answer(404, {}, b"<html>"), "g", write=False)
    assert isinstance(found, errors.NotFound)
    assert not found.proven


CALLS: list[Callable[[SendGrid], Any]] = [
    lambda api: api.list_catalogue(),
    lambda api: api.create_account(Profile(), [PRO]),
    lambda api: api.sign_in("sg" + "0" * 32),
]


@pytest.mark.parametrize("kind", ["reset_before", "401", "status_500_before", "hang"])
@pytest.mark.parametrize("call", CALLS)
def test_the_key_is_let_slip_nowhere(
    sendgrid: SendGrid, server: SandboxServer, seen: list[Exchange], caplog: Any, kind: str, call: Any
) -> None:
    caplog.set_level("DEBUG")
    server.set_faults([{"match": "*", "kind": kind, "seconds": 0.1}])
    said = [repr(sendgrid)]
    try:
        call(sendgrid)
    except errors.SendGridError as error:
        cause: BaseException | None = error
        while cause is not None:
            said += [repr(cause), str(vars(cause)), "".join(traceback.format_exception(cause))]
            cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    everything = "".join(said) + caplog.text + repr(seen)
    assert "SG.sandbox" not in everything


def test_a_one_time_code_is_in_no_record(sendgrid: SendGrid, seen: list[Exchange], caplog: Any) -> None:
    caplog.set_level("DEBUG")
    account = sendgrid.create_account(Profile(), [PRO])
    redirect = sendgrid.sign_in(account)
    code = redirect.location.rpartition("=")[2]
    assert code not in repr(redirect) + repr(seen) + caplog.text
