"""The pages that change accounts: from a form to the sandbox's own state, and what bad input gets."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from provisioning.models import Account, CatalogueOffering, Event, Operation, User
from provisioning.sandbox.server import SandboxServer

PRO = {"name": "milne.ei.pro-100k.v1", "type": "package", "quantity": 1}
GOOD = {
    "key": "k1",
    "company_name": "Cake or Pie Bakery",
    "email": "jane@example.com",
    "phone": "+1 555 555 5555",
    "company_website": "www.example.com",
    "timezone": "Asia/Tokyo",
    "package": PRO["name"],
}
Run = Callable[..., None]


@pytest.fixture
def client(support: User, client_as: Any) -> Client:
    return client_as(support)


@pytest.fixture
def boss(manager: User, client_as: Any) -> Client:
    return client_as(manager)


def test_create_from_the_form(client: Client, catalogue: int, sandbox: SandboxServer, run_all: Run) -> None:
    answer = client.post(reverse("account_create"), GOOD)
    assert answer.status_code == 302
    run_all()
    (account,) = sandbox.store.accounts()
    assert account.profile == {
        "company_name": "Cake or Pie Bakery",
        "email": "jane@example.com",
        "phone": "+15555555555",
        "company_website": "www.example.com",
        "timezone": "Asia/Tokyo",
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "not an email"),
        ("phone", "555-1234"),
        ("phone", "+1234567890123456"),
        ("company_website", "not a url"),
        ("timezone", "Mars/Olympus"),
        ("package", "no.such.package"),
        ("package", ""),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_sent(
    client: Client, catalogue: int, sandbox: SandboxServer, field: str, value: str
) -> None:
    answer = client.post(reverse("account_create"), GOOD | {field: value})
    assert answer.status_code == 422
    assert "Nothing was sent" in answer.content.decode()
    assert field in answer.context["form"].errors
    assert not Operation.objects.exists()


def test_a_taken_reference_is_an_error_on_the_field(client: Client, open_account: Account) -> None:
    Account.objects.update(reference="C-1")
    answer = client.post(reverse("account_create"), GOOD | {"reference": "C-1"})
    assert "reference" in answer.context["form"].errors


def test_a_test_account_is_one_for_good(client: Client, catalogue: int, sandbox: SandboxServer, run_all: Run) -> None:
    client.post(reverse("account_create"), GOOD | {"test": "on"})
    run_all()
    assert sandbox.store.accounts()[0].test
    assert not sandbox.store.accounts()[0].ips
    page = client.get(reverse("ips_add", args=[Account.objects.get().pk])).content.decode()
    assert "test accounts no dedicated IP" in page


def test_a_double_submission_is_one_operation(client: Client, catalogue: int) -> None:
    first = client.post(reverse("account_create"), GOOD)
    second = client.post(reverse("account_create"), GOOD)
    assert first["Location"] == second["Location"]
    assert Operation.objects.count() == 1


def test_the_same_form_with_other_content_asks_first(client: Client, catalogue: int) -> None:
    client.post(reverse("account_create"), GOOD)
    answer = client.post(reverse("account_create"), GOOD | {"company_name": "Other", "email": "other@example.com"})
    assert answer.status_code == 409
    assert "Is this a new change?" in answer.content.decode()
    assert Operation.objects.count() == 1


def offerings_form(account: Account, package: str, **more: str) -> dict[str, str]:
    return {"key": "k1", "base": json.dumps([PRO]), "package": package, **more}


def test_offerings_are_reviewed_before_they_are_sent(
    client: Client, open_account: Account, sandbox: SandboxServer, run_all: Run
) -> None:
    url = reverse("account_offerings", args=[open_account.pk])
    ip_addon = CatalogueOffering.objects.get(name="milne.x.ip.v2")
    form = offerings_form(open_account, "milne.ei.pro-300k.v1", **{f"addon-{ip_addon.pk}": "2"})
    review = client.post(url, form)
    assert review.status_code == 200
    assert Operation.objects.filter(kind="update_offerings").count() == 0
    client.post(url, form | {"confirmed": "yes"})
    run_all()
    there = {(item.name, item.quantity) for item in sandbox.store.account(open_account.account_id).offerings}
    assert there == {("milne.ei.pro-300k.v1", 1), ("milne.x.ip.v2", 2)}


def test_stripping_to_free_names_the_ips_that_go(client: Client, open_account: Account) -> None:
    url = reverse("account_offerings", args=[open_account.pk])
    page = client.post(url, offerings_form(open_account, "milne.ei.free-100.v1")).content.decode()
    assert "removes the customer&#x27;s subusers" in page or "removes the customer's subusers" in page
    assert open_account.ips.first().ip in page


def test_the_second_of_two_editors_is_shown_what_changed(
    client: Client, open_account: Account, sandbox: SandboxServer, run_all: Run
) -> None:
    url = reverse("account_offerings", args=[open_account.pk])
    client.post(url, offerings_form(open_account, "milne.ei.pro-300k.v1") | {"confirmed": "yes"})
    run_all()
    addon = CatalogueOffering.objects.get(name="milne.mc.basic-5k.v1")
    late = offerings_form(open_account, PRO["name"], **{f"addon-{addon.pk}": "1"}) | {"key": "k2", "confirmed": "yes"}
    answer = client.post(url, late)
    assert answer.status_code == 409
    again = dict(answer.context["fields"]) | {"key": "k3", "base": answer.context["base"], "confirmed": "yes"}
    client.post(url, again)
    run_all()
    there = {item.name for item in sandbox.store.account(open_account.account_id).offerings}
    assert there == {"milne.ei.pro-300k.v1", "milne.mc.basic-5k.v1"}


def test_a_conflict_at_sendgrid_is_reapplied_with_one_click(
    client: Client, open_account: Account, sandbox: SandboxServer, run_all: Run
) -> None:
    url = reverse("account_offerings", args=[open_account.pk])
    addon = CatalogueOffering.objects.get(name="milne.mc.basic-5k.v1")
    client.post(url, offerings_form(open_account, PRO["name"], **{f"addon-{addon.pk}": "1"}) | {"confirmed": "yes"})
    requests_put(sandbox, open_account, [{"name": "milne.ei.premier-5m.v1", "type": "package", "quantity": 1}])
    run_all()
    failed = Operation.objects.get(kind="update_offerings")
    assert failed.error == "conflict"
    client.post(reverse("operation_reapply", args=[failed.pk]))
    run_all()
    there = {item.name for item in sandbox.store.account(open_account.account_id).offerings}
    assert there == {"milne.ei.premier-5m.v1", "milne.mc.basic-5k.v1"}


def requests_put(sandbox: SandboxServer, account: Account, offerings: list[dict[str, Any]]) -> None:
    """Somebody changes the offerings elsewhere."""
    import requests

    url = f"{sandbox.url}/_sandbox/accounts/{account.account_id}"
    assert requests.post(url, json={"offerings": offerings}, timeout=5).ok


def test_state_needs_a_reason_and_keeps_it(
    client: Client, open_account: Account, sandbox: SandboxServer, run_all: Run
) -> None:
    url = reverse("account_state", args=[open_account.pk])
    assert client.post(url, {"key": "k", "state": "suspended", "reason": ""}).status_code == 422
    client.post(url, {"key": "k", "state": "suspended", "reason": "Invoice unpaid"})
    run_all()
    assert sandbox.store.account(open_account.account_id).state == "suspended"
    assert "Invoice unpaid" in client.get(reverse("account_detail", args=[open_account.pk])).content.decode()


def test_a_ban_is_for_managers_and_typed(
    client: Client, boss: Client, open_account: Account, sandbox: SandboxServer, run_all: Run
) -> None:
    url = reverse("account_state", args=[open_account.pk])
    ban = {"key": "k", "state": "banned", "reason": "Spam", "confirm": open_account.account_id}
    assert client.post(url, ban).status_code == 422
    assert boss.post(url, ban | {"confirm": "sg0"}).status_code == 422
    assert boss.post(url, ban).status_code == 302
    run_all()
    assert sandbox.store.account(open_account.account_id).state == "banned"
    assert sandbox.store.account(open_account.account_id).ips == ()


def test_delete_is_typed_and_final(boss: Client, open_account: Account, sandbox: SandboxServer, run_all: Run) -> None:
    url = reverse("account_delete", args=[open_account.pk])
    assert boss.post(url, {"key": "k", "reason": "Left", "confirm": "yes"}).status_code == 422
    boss.post(url, {"key": "k", "reason": "Left", "confirm": open_account.account_id})
    run_all()
    assert sandbox.store.accounts() == []
    page = boss.get(reverse("account_detail", args=[open_account.pk])).content.decode()
    assert "was deleted at SendGrid" in page
    assert boss.get(url).status_code == 302


def test_eleven_ips_are_too_many(client: Client, open_account: Account) -> None:
    url = reverse("ips_add", args=[open_account.pk])
    for count in ("0", "11", "x"):
        assert client.post(url, {"key": "k", "count": count, "region": "us"}).status_code == 422


def test_editing_our_record_reaches_no_sendgrid(client: Client, open_account: Account, sandbox: SandboxServer) -> None:
    before = len(sandbox.store.ledger())
    form = {"company_name": "New Name", "reference": "C-7", "notes": "Calls on Mondays"}
    client.post(reverse("account_edit", args=[open_account.pk]), form)
    open_account.refresh_from_db()
    assert (open_account.company_name, open_account.reference) == ("New Name", "C-7")
    assert len(sandbox.store.ledger()) == before
    event = Event.objects.get(kind="account.edited")
    assert "company_name" in event.data["fields"]
    assert "New Name" not in json.dumps(event.data)


def test_search_finds_by_part_of_anything(client: Client, open_account: Account) -> None:
    Account.objects.create(account_id="sg-other", email="other@nowhere.example")
    ip = open_account.ips.first().ip
    for words in ("jdoe", "pie", open_account.account_id[:10], ip, "JANE cake"):
        page = client.get(reverse("account_list"), {"q": words}).content.decode()
        assert "Cake or Pie" in page, words
        assert "other@nowhere" not in page, words


@pytest.mark.parametrize(
    "query", ["?q=%00", "?after=abc", "?state=nonsense", "?package=%27%3B--", "?after=99999999999999999999", "?test=x"]
)
def test_strange_filters_are_no_error(client: Client, open_account: Account, query: str) -> None:
    assert client.get(reverse("account_list") + query).status_code == 200


def test_pages_follow_one_another_without_gaps(client: Client, db: None) -> None:
    Account.objects.bulk_create(Account(account_id=f"sg{number:03}") for number in range(120))
    seen: list[int] = []
    after: Any = ""
    while after is not None:
        answer = client.get(reverse("account_list"), {"after": after})
        seen += [account.pk for account in answer.context["accounts"]]
        after = answer.context["next"]
    assert len(seen) == len(set(seen)) == 120


def test_no_broker_still_records_the_change(client: Client, catalogue: int, settings: Any, run_all: Run) -> None:
    from provisioning import tasks

    original = tasks.run_operation.apply_async
    try:

        def refuse(*_: Any, **__: Any) -> None:
            raise ConnectionError("no broker")

        tasks.run_operation.apply_async = refuse
        assert client.post(reverse("account_create"), GOOD).status_code == 302
    finally:
        tasks.run_operation.apply_async = original
    run_all()
    assert Operation.objects.get().status == Operation.Status.SUCCEEDED
