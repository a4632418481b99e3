"""Every route against every role; a route without a row in the table is refused to all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from provisioning import access
from provisioning.models import Account, User


def routes() -> Iterator[URLPattern]:
    waiting: list[Any] = list(get_resolver().url_patterns)
    while waiting:
        entry = waiting.pop()
        if isinstance(entry, URLResolver):
            waiting.extend(entry.url_patterns)
        else:
            yield entry


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert {route.name for route in routes()} == set(access.ROUTES)


def address(name: str, account: Account) -> str:
    pattern = next(route for route in routes() if route.name == name)
    arguments = {"pk": account.pk, "token": "unknown-token-unknown-token"}
    return reverse(name, kwargs={key: arguments[key] for key in pattern.pattern.converters})


@pytest.mark.parametrize("role", access.ROLES)
def test_role_reaches_its_routes_and_no_others(role: str, open_account: Account, request: Any, client_as: Any) -> None:
    user: User = request.getfixturevalue("admin_user" if role == "admin" else role)
    client = client_as(user)
    for name, right in access.ROUTES.items():
        if right == access.PUBLIC:
            continue
        refused = client.get(address(name, open_account)).status_code == 403
        assert refused == (right not in access.ROLES[role]), name


def test_strangers_are_sent_to_sign_in(open_account: Account) -> None:
    for name, right in access.ROUTES.items():
        if right != access.PUBLIC:
            answer = Client().get(address(name, open_account))
            assert answer.status_code == 302, name
            assert answer["Location"].startswith("/sign-in/"), name


def test_customers_never_reach_the_desk(open_account: Account, client_as: Any) -> None:
    customer = User.objects.create_user("customer@example.com", "correct horse battery", kind="customer")
    customer.groups.set(User.objects.get(email="support@example.com").groups.all())
    assert client_as(customer).get("/accounts/").status_code == 403
