"""Every payload of the reference document, with exactly that body on the wire."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from provisioning.sendgrid.client import SendGrid
from provisioning.sendgrid.transport import Transport
from provisioning.sendgrid.types import Offering, Profile

ID = "sg2a2bcd3ef4ab5c67d8efab91c01de2fa"
PRO = Offering("milne.ei.pro-100k.v1", "package", 1)
PRO_JSON = {"name": "milne.ei.pro-100k.v1", "type": "package", "quantity": 1}


@dataclass
class Wire:
    """A loopback server that keeps what arrived and gives one prepared answer."""

    url: str = ""
    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    arrived: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def wire() -> Iterator[Wire]:
    kept = Wire()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            kept.arrived.append((self.command, self.path, dict(self.headers), body))
            self.send_response(kept.status)
            for name, value in kept.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(kept.body)))
            self.end_headers()
            self.wfile.write(kept.body)

        do_GET = do_POST = do_PUT = do_DELETE = handle_one

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=[0.05], daemon=True)
    thread.start()
    kept.url = f"http://127.0.0.1:{server.server_port}"
    yield kept
    server.shutdown()
    server.server_close()


def offerings(*items: dict[str, Any]) -> dict[str, Any]:
    return {"offerings": list(items)}


ADDON = {"name": "milne.x.ip.v2", "type": "addon"}
FREE = {"name": "milne.ei.free-100.v1", "type": "package", "quantity": 1}
JANE = {
    "first_name": "Jane",
    "last_name": "Doe",
    "company_name": "Cake or Pie Bakery",
    "company_website": "www.example.com",
    "email": "jdoe@example.com",
    "phone": "+15555555555",
    "timezone": "Asia/Tokyo",
}
Case = tuple[Callable[[SendGrid], object], int, object, str, str, object]
PUT = f"/v3/partners/accounts/{ID}/offerings"
CASES: dict[str, Case] = {
    "create": (
        lambda api: api.create_account(Profile(**JANE), [PRO]),
        201, {"account_id": ID}, "POST", "/v3/partners/accounts", {"profile": JANE, "offerings": [PRO_JSON]},
    ),
    "add a package": (
        lambda api: api.set_offerings(ID, [PRO]), 200, offerings(PRO_JSON), "PUT", PUT, offerings(PRO_JSON),
    ),
    "two dedicated IPs": (
        lambda api: api.set_offerings(ID, [PRO, Offering("milne.x.ip.v2", "addon", 2)]),
        200, offerings(PRO_JSON), "PUT", PUT, offerings(PRO_JSON, ADDON | {"quantity": 2}),
    ),
    "one dedicated IP": (
        lambda api: api.set_offerings(ID, [PRO, Offering("milne.x.ip.v2", "addon", 1)]),
        200, offerings(PRO_JSON), "PUT", PUT, offerings(PRO_JSON, ADDON | {"quantity": 1}),
    ),
    "no dedicated IP": (
        lambda api: api.set_offerings(ID, [PRO]), 200, offerings(PRO_JSON), "PUT", PUT, offerings(PRO_JSON),
    ),
    "free package": (
        lambda api: api.set_offerings(ID, [Offering("milne.ei.free-100.v1", "package", 1)]),
        200, offerings(FREE), "PUT", PUT, offerings(FREE),
    ),
    "add IPs": (
        lambda api: api.add_ips(ID, 2, "us"), 201, {"ips": ["192.168.1.1", "192.168.1.2"], "region": "us"},
        "POST", f"/v3/partners/accounts/{ID}/ips", {"count": 2, "region": "us"},
    ),
    "remove IPs": (
        lambda api: api.remove_ips(ID, ["174.0.0.3", "192.0.0.1"]), 204, None,
        "DELETE", f"/v3/partners/accounts/{ID}/ips", {"ips": ["174.0.0.3", "192.0.0.1"]},
    ),
    "deactivate": (
        lambda api: api.set_state(ID, "deactivated"), 204, None,
        "PUT", f"/v3/partners/accounts/{ID}/state", {"state": "deactivated"},
    ),
    "single sign-on": (
        lambda api: api.sign_in(ID), 303, None, "POST", f"/v3/partners/accounts/{ID}/sso", None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_body_on_the_wire(name: str, wire: Wire) -> None:
    call, wire.status, answer, method, path, body = CASES[name]
    wire.body = b"" if answer is None else json.dumps(answer).encode()
    wire.headers = {"Location": "https://app.sendgrid.com/x"} if wire.status == 303 else {}
    call(SendGrid(Transport(wire.url, "SG.sandbox")))
    ((got_method, got_path, headers, got_body),) = wire.arrived
    assert (got_method, got_path) == (method, path)
    assert (json.loads(got_body) if got_body else None) == body
    assert headers["Authorization"] == "Bearer SG.sandbox"
    assert "T-Test-Account" not in headers


def test_a_test_account_is_asked_for_by_header(wire: Wire) -> None:
    wire.status, wire.body = 201, json.dumps({"account_id": ID}).encode()
    SendGrid(Transport(wire.url, "SG.sandbox")).create_account(Profile(), [PRO], test=True)
    ((_, _, headers, body),) = wire.arrived
    assert headers["T-Test-Account"] == "true"
    assert json.loads(body) == {"offerings": [PRO_JSON]}


@pytest.mark.parametrize("status", [301, 302, 303, 307])
def test_redirects_are_never_followed(wire: Wire, status: int) -> None:
    from provisioning.sendgrid.errors import OutcomeUnknown

    wire.status, wire.body, wire.headers = status, b"", {"Location": f"{wire.url}/elsewhere"}
    with pytest.raises(OutcomeUnknown):
        SendGrid(Transport(wire.url, "SG.sandbox")).set_state(ID, "suspended")
    assert len(wire.arrived) == 1


def test_a_hostile_id_stays_in_its_place(wire: Wire) -> None:
    wire.body = b'{"state": "activated"}'
    SendGrid(Transport(wire.url, "SG.sandbox")).get_state("../offerings?x=1#")
    assert wire.arrived[0][1] == "/v3/partners/accounts/..%2Fofferings%3Fx%3D1%23/state"
