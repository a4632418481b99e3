"""Opening SendGrid: minted by a click only, counted once, gone nowhere else."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests
from django.core import serializers
from django.db import connection
from django.test import Client
from django.urls import reverse

from provisioning import launch_links, sso
from provisioning.models import Account, Call, Event, Launch, LaunchLink, User
from provisioning.sandbox.server import SandboxServer


def minted(sandbox: SandboxServer) -> int:
    return len([row for row in sandbox.store.ledger() if row.path.endswith("/sso")])


@pytest.fixture
def token(open_account: Account, support: User) -> str:
    return launch_links.make(open_account, user=support, purpose="", lasts=timedelta(hours=1), max_uses=1)[1]


@pytest.fixture
def address(token: str) -> str:
    return reverse("launch_link", args=[token])


def test_staff_are_sent_to_sendgrid_by_a_303(
    open_account: Account, support: User, client_as: Any, sandbox: SandboxServer
) -> None:
    answer = client_as(support).post(reverse("account_open", args=[open_account.pk]))
    assert answer.status_code == 303
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    landing = requests.get(answer["Location"], timeout=5)
    assert "You are signed in" in landing.text
    assert open_account.account_id in landing.text
    assert "used already" in requests.get(answer["Location"], timeout=5).text
    kinds = list(Event.objects.filter(kind__startswith="launch.").order_by("id").values_list("kind", "actor"))
    assert kinds == [("launch.started", support.pk), ("launch.redirected", support.pk)]


def test_looking_mints_nothing_and_writes_nothing(
    address: str, sandbox: SandboxServer, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    client = Client()
    for _ in range(20):
        with django_assert_max_num_queries(3) as seen:
            assert client.get(address).status_code == 200
            assert client.head(address).status_code == 200
        assert all(query["sql"].startswith("SELECT") for query in seen.captured_queries)
    assert minted(sandbox) == 0
    assert Launch.objects.count() == 0


def test_a_click_mints_one_code_and_a_used_link_none(address: str, sandbox: SandboxServer) -> None:
    client = Client()
    assert client.post(address).status_code == 303
    second = client.post(address)
    assert second.status_code == 409
    assert "used already" in second.content.decode()
    assert minted(sandbox) == 1


def test_the_button_needs_its_csrf_token(address: str, sandbox: SandboxServer) -> None:
    answer = Client(enforce_csrf_checks=True).post(address)
    assert answer.status_code == 403
    assert "Please try again" in answer.content.decode()
    assert minted(sandbox) == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expired"),
        ({"revoked_at": "2020-01-01T00:00:00Z"}, "no longer valid"),
        ({"uses": 1}, "used already"),
    ],
)
def test_a_dead_link_says_why(address: str, sandbox: SandboxServer, change: dict[str, Any], says: str) -> None:
    LaunchLink.objects.update(**change)
    for answer in (Client().get(address), Client().post(address)):
        assert answer.status_code == 409
        assert says in answer.content.decode()
    assert minted(sandbox) == 0


def test_an_unknown_link_tells_a_stranger_nothing(db: None) -> None:
    answer = Client().get(reverse("launch_link", args=["never-made-never-made-never-made"]))
    assert answer.status_code == 404
    assert "does not work" in answer.content.decode()


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"state": "banned"}, "closed this account"),
        ({"status": "deleted"}, "does not exist"),
        ({"status": "gone"}, "does not exist"),
    ],
)
def test_an_account_that_cannot_be_opened_says_why(
    address: str, open_account: Account, sandbox: SandboxServer, fields: dict[str, str], says: str
) -> None:
    Account.objects.filter(pk=open_account.pk).update(**fields)
    answer = Client().post(address)
    assert says in answer.content.decode()
    assert Launch.objects.get().reference in answer.content.decode()
    assert LaunchLink.objects.get().uses == 0  # nothing was sent: the use is given back
    assert minted(sandbox) == 0


def test_an_unreachable_sendgrid_gives_the_use_back(
    address: str, sandbox: SandboxServer, settings: Any, unused_port: int
) -> None:
    settings.SENDGRID_BASE_URL = f"http://127.0.0.1:{unused_port}"
    answer = Client().post(address)
    assert answer.status_code == 502
    assert "does not answer" in answer.content.decode()
    assert LaunchLink.objects.get().uses == 0


def test_a_broken_answer_keeps_the_use(address: str, sandbox: SandboxServer) -> None:
    sandbox.set_faults([{"match": "*", "kind": "reset_after", "times": 1}])
    assert Client().post(address).status_code == 502
    assert LaunchLink.objects.get().uses == 1


def test_nothing_of_a_launch_is_kept(
    address: str, token: str, sandbox: SandboxServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    location = Client().post(address)["Location"]
    code = location.rpartition("=")[2]
    kept = [*Launch.objects.all(), *Event.objects.all(), *Call.objects.all(), *LaunchLink.objects.all()]
    everything = serializers.serialize("json", kept) + caplog.text
    for secret in (token, code, location, "SG.sandbox"):
        assert secret not in everything


@pytest.mark.django_db(transaction=True)
def test_many_clicks_at_once_take_one_use(address: str, sandbox: SandboxServer) -> None:
    statuses: list[int] = []

    def click() -> None:
        try:
            statuses.append(Client().post(address).status_code)
        finally:
            connection.close()

    clicks = [threading.Thread(target=click) for _ in range(8)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()
    assert sorted(statuses) == [303] + [409] * 7
    assert minted(sandbox) == 1


HOSTILE = [
    "http://app.sendgrid.com/x", "https://app.sendgrid.com.evil.example/", "https://evil.example/app.sendgrid.com",
    "https://app.sendgrid.com@evil.example/", "https://user@app.sendgrid.com/", "https://user:pw@app.sendgrid.com/",
    "https://app.sendgrid.com:8443/", "https://app.sendgrid.com:443@evil.example/", "//app.sendgrid.com/",
    "/sso?code=1",    "javascript:alert(1)", "data:text/html,x", "https:\\\\app.sendgrid.com\\", "https://app.sendgrid.com\\@evil.example/",
    "https://app.sendgrid.com\r\nSet-Cookie: a=b", "https://app.sendgrid.com\n", " https://app.sendgrid.com/",
    "https://app.sendgrid.com/ x", "https://app.sendgrid.com\t/", "https://evil.example#app.sendgrid.com",
    "https://evil.example?app.sendgrid.com", "https://app.sendgrid.com.", "https://xapp.sendgrid.com/",
    "https://sendgrid.com/", "https://app.sendgrid.co/", "https://аpp.sendgrid.com/", "https://app.sendgrid.com%2eevil.example/",
    "https://app.sendgrid.com%00.evil.example/", "https://[::1]/", "https://127.0.0.1/", "https://0x7f000001/", "https:///x",
    "https:app.sendgrid.com", "ftp://app.sendgrid.com/", "https://", "", "https://app.sendgrid.com:notaport/",
    "https://app.sendgrid.com:/", "HTTPS://EVIL.EXAMPLE/", "https://app.sendgrid.com<script>", 'https://app.sendgrid.com"/',
]  # fmt: skip


@pytest.mark.parametrize("location", HOSTILE)
def test_a_hostile_location_is_refused(location: str, settings: Any) -> None:
    settings.SENDGRID_SANDBOX, settings.SENDGRID_SSO_HOSTS = False, ["app.sendgrid.com"]
    assert not sso.is_safe(location)


def test_sendgrids_own_location_is_accepted(settings: Any) -> None:
    settings.SENDGRID_SANDBOX, settings.SENDGRID_SSO_HOSTS = False, ["app.sendgrid.com"]
    assert sso.is_safe("https://app.sendgrid.com/sso?code=abc.DEF-123_456")


def test_the_sandbox_may_only_send_to_itself(settings: Any) -> None:
    settings.SENDGRID_BASE_URL = "http://127.0.0.1:8025"
    assert sso.is_safe("http://127.0.0.1:8025/sso?code=1")
    assert not sso.is_safe("http://127.0.0.1:8026/sso?code=1")
    assert not sso.is_safe("https://app.sendgrid.com/")


def test_links_are_made_shown_once_and_revoked(open_account: Account, support: User, client_as: Any) -> None:
    client = client_as(support)
    page = client.post(
        reverse("link_create", args=[open_account.pk]), {"purpose": "First login", "hours": "24", "uses": "1"}
    ).content.decode()
    token = page.partition("/open/")[2].partition("/")[0]
    link = LaunchLink.objects.get()
    assert LaunchLink.objects.by_token(token) == link
    assert token not in client.get(reverse("account_detail", args=[open_account.pk])).content.decode()
    client.post(reverse("link_revoke", args=[link.pk]))
    link.refresh_from_db()
    assert link.problem == "revoked"
    assert link.revoked_by == support
