"""A sandbox of each test's own, and calls to it over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from provisioning.sandbox.server import SandboxServer

KEY = {"Authorization": "Bearer SG.sandbox"}
ACCOUNTS = "/v3/partners/accounts"
STATE = "PUT /v3/partners/accounts/{id}/state"
FREE = {"name": "milne.ei.free-100.v1", "type": "package", "quantity": 1}
Call = Callable[..., requests.Response]


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        yield running


@pytest.fixture
def call(server: SandboxServer) -> Call:
    def send(method: str, path: str, data: Any = None, timeout: float = 10, **headers: str) -> requests.Response:
        url, sent = server.url + path, KEY | headers
        return requests.request(method, url, json=data, headers=sent, allow_redirects=False, timeout=timeout)

    return send


@pytest.fixture
def account(call: Call) -> str:
    """The id of a free account, made before any fault is set."""
    return str(
        call("POST", ACCOUNTS, {"offerings": [FREE], "profile": {"email": "a@example.com"}}).json()["account_id"]
    )
