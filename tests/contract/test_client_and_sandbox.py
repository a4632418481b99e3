"""Every request we send and every answer the sandbox gives, against the official files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

from provisioning.sandbox.server import SandboxServer
from provisioning.sendgrid import errors, wire
from provisioning.sendgrid.client import SendGrid
from provisioning.sendgrid.transport import Transport
from provisioning.sendgrid.types import Offering, Profile
from tests.contract import overlay

pytestmark = [pytest.mark.contract, overlay.needs_files]
PRO, FREE = Offering("milne.ei.pro-100k.v1", "package"), Offering("milne.ei.free-100.v1", "package")
JANE = Profile("Jane", "Doe", "Cake or Pie Bakery", "www.example.com", "jdoe@example.com", "+15555555555", "Asia/Tokyo")
Sent = tuple[str, str, dict[str, str], dict[str, Any] | None, bytes | None, wire.Answer]


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        yield running


@pytest.fixture
def traffic(monkeypatch: pytest.MonkeyPatch) -> list[Sent]:
    """Everything that crossed the wire; the requests really travel."""
    seen: list[Sent] = []
    real = wire.send

    def listen(over: Any, method: str, url: str, headers: Any, params: Any, body: Any, timeouts: Any) -> wire.Answer:
        answer = real(over, method, url, headers, params, body, timeouts)
        seen.append((method, url, headers, params, body, answer))
        return answer

    monkeypatch.setattr(wire, "send", listen)
    return seen


@pytest.fixture
def sendgrid(server: SandboxServer, traffic: list[Sent]) -> SendGrid:
    return SendGrid(Transport(server.url, "SG.sandbox"))


def journey(sendgrid: SendGrid, server: SandboxServer) -> None:
    """All thirteen calls, done well."""
    account = sendgrid.create_account(JANE, [PRO])
    sendgrid.create_account(Profile(), [FREE], test=True)
    assert sendgrid.email_of(account) == "jdoe@example.com"
    sendgrid.list_accounts(limit=1)
    assert len([item for page in sendgrid.account_pages() for item in page.items]) == 2
    sendgrid.list_catalogue()
    assert sendgrid.get_offerings(account) == (PRO,)
    sendgrid.set_offerings(account, [PRO, Offering("milne.x.ip.v2", "addon", 2)])
    sendgrid.add_ips(account, 2, "eu")
    ips = sendgrid.ips(account)
    sendgrid.list_ips(account, limit=2, offset=ips[0].ip)
    sendgrid.remove_ips(account, [ips[0].ip])
    for state in ("suspended", "deactivated", "activated"):
        sendgrid.set_state(account, state)
        assert sendgrid.get_state(account) == state
    sendgrid.sign_in(account)
    sendgrid.delete_account(account)


def refusals(sendgrid: SendGrid, server: SandboxServer) -> None:
    """Documented errors."""
    unknown = "sg" + "0" * 32
    calls: list[Callable[[], object]] = [
        lambda: sendgrid.get_state(unknown),
        lambda: sendgrid.set_state(unknown, "suspended"),
        lambda: sendgrid.set_offerings(unknown, [PRO]),
        lambda: sendgrid.add_ips(unknown, 1, "us"),
        lambda: sendgrid.sign_in(unknown),
        lambda: sendgrid.delete_account(unknown),
        lambda: sendgrid.email_of(unknown),
    ]
    for call in calls:
        with pytest.raises(errors.NotFound) as caught:
            call()
        assert caught.value.proven
    for kind in ("401", "403", "429", "status_500_before"):
        server.set_faults([{"match": "*", "kind": kind}])
        with pytest.raises(errors.SendGridError):
            sendgrid.list_catalogue()


def file_of(url: str) -> str:
    if url.endswith("/v3/user/email"):
        return overlay.USER
    return overlay.IPS if url.endswith("/ips") else overlay.ACCOUNTS


@pytest.mark.parametrize("scenario", [journey, refusals])
def test_traffic_keeps_to_the_official_files(
    scenario: Callable[..., None], sendgrid: SendGrid, server: SandboxServer, traffic: list[Sent]
) -> None:
    scenario(sendgrid, server)
    specs = {name: OpenAPI.from_dict(overlay.load(name)) for name in overlay.FILES}
    assert len(traffic) >= 10
    for method, url, headers, params, body, answer in traffic:
        spec = specs[file_of(url)]
        path = url.removeprefix(server.url)
        request = MockRequest(
            "https://api.sendgrid.com", method.lower(), path, args=params, headers=headers,
            data=body, content_type=headers.get("Content-Type", "application/json"),
        )  # fmt: skip
        spec.validate_request(request)
        response = MockResponse(answer.body, answer.status, dict(answer.headers), "application/json")
        if answer.body:
            json.loads(answer.body)
        spec.validate_response(request, response)


def test_every_deviation_has_its_reason() -> None:
    assert all(overlay.DEVIATIONS.values())
