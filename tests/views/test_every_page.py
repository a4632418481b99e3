"""Every page a person can open: it answers, has a title and one h1, and nothing the CSP would block."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from provisioning.models import Account, Operation, User
from provisioning.operations.submit import submit

PAGES = [
    "dashboard",
    "account_list",
    "account_create",
    "account_detail",
    "account_edit",
    "account_offerings",
    "account_state",
    "ips_add",
    "ips_remove",
    "account_delete",
    "link_create",
    "operation_list",
    "operation_detail",
    "catalogue",
]
OF_AN_ACCOUNT = ("account_", "ips_", "link_")


def address(name: str, account: Account) -> str:
    if name == "operation_detail":
        return reverse(name, args=[Operation.objects.earliest("pk").pk])
    if name.startswith(OF_AN_ACCOUNT) and name not in {"account_list", "account_create"}:
        return reverse(name, args=[account.pk])
    return reverse(name)


@pytest.mark.parametrize("name", PAGES)
def test_page_is_whole(name: str, open_account: Account, admin_user: User, client_as: Any) -> None:
    answer = client_as(admin_user).get(address(name, open_account))
    assert answer.status_code == 200
    page = answer.content.decode()
    title = re.search(r"<title>\s*(.*?)\s*</title>", page, re.S)
    assert title
    assert len(title[1]) > 10
    assert len(re.findall(r"<h1[ >]", page)) == 1
    assert not re.search(r"<[^>]+\sstyle=", page), "inline style"
    assert not re.search(r"<script(?![^>]*\ssrc=)", page), "inline script"
    assert not re.search(r"<[^>]+\son[a-z]+=", page), "inline handler"
    assert "{{" not in page
    assert "{%" not in page


def test_sign_in_works_and_is_recorded(support: User) -> None:
    from provisioning.models import Event

    client = Client()
    assert client.get(reverse("account_login")).status_code == 200
    answer = client.post(
        reverse("account_login"), {"login": "support@example.com", "password": "correct horse battery"}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert Event.objects.filter(kind="user.signed_in", actor=support).count() == 1


def test_wrong_password_says_so_and_is_recorded(support: User) -> None:
    from provisioning.models import Event

    answer = Client().post(reverse("account_login"), {"login": "support@example.com", "password": "wrong"})
    assert answer.status_code == 200
    assert Event.objects.filter(kind="user.sign_in_failed").count() == 1


def test_nobody_signs_up(db: None) -> None:
    page = Client().get(reverse("account_signup")).content.decode()
    assert "This door is closed" in page


def test_unknown_account_is_a_404_page(support: User, client_as: Any) -> None:
    answer = client_as(support).get("/accounts/999999/")
    assert answer.status_code == 404


def test_list_of_changes_filters(open_account: Account, support: User, client_as: Any) -> None:
    submit("change_state", open_account, {"state": "suspended"}, user=support, key="k")
    client = client_as(support)
    assert "Change state" in client.get("/operations/?status=queued").content.decode()
    rows = client.get("/operations/?status=failed", headers={"HX-Request": "true"}).content.decode()
    assert "Change state" not in rows
    assert "<html" not in rows


def test_account_queries_do_not_grow_with_rows(
    support: User, client_as: Any, django_assert_max_num_queries: Callable[..., Any], db: None
) -> None:
    Account.objects.bulk_create(Account(account_id=f"sg{number}", email=f"a{number}@x.example") for number in range(45))
    client = client_as(support)
    with django_assert_max_num_queries(14):
        assert client.get("/accounts/").status_code == 200
