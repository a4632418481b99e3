"""Finding accounts: one search box, filters, keyset pages. The URL is the saved view."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from provisioning.models import Account, CatalogueOffering, IpAddress, Operation
from provisioning.models.account import AccountQuerySet
from provisioning.models.operation import PENDING
from provisioning.views.accounts import order
from provisioning.views.page import wants_fragment

PAGE_SIZE = 50
FILTERS = ("q", "state", "package", "addon", "test", "status", "changes", "stale")


def account_list(request: HttpRequest) -> HttpResponse:
    # PostgreSQL refuses NUL in text.
    chosen = {name: request.GET.get(name, "").replace("\0", "").strip()[:200] for name in FILTERS}
    sort = request.GET.get("sort", "")
    rows = _with_counts(filtered(Account.objects.all(), chosen)).prefetch_related("offerings")
    accounts, following = order.page(rows, order.order_named(sort), request.GET.get("after", ""), PAGE_SIZE)
    fragment = wants_fragment(request)
    view = _view(chosen | {"sort": sort})
    context = {
        "accounts": accounts,
        "next": following,
        "paged": "after" in request.GET,
        "chosen": chosen | {"sort": sort},
        "filtered": any(chosen.values()),
        "tabs": _tabs(),
        "fragment": fragment,
        "view": view,
    }
    response = render(request, f"staff/accounts/{'_found' if fragment else 'list'}.html", context | _choices())
    if fragment:
        response["HX-Replace-Url"] = f"{request.path}?{view.urlencode()}" if view else request.path
    return response


def _with_counts(rows: AccountQuerySet) -> AccountQuerySet:
    """Counted per row by subquery, so that paging stays on the accounts alone."""
    ips = IpAddress.objects.filter(account=OuterRef("pk")).order_by().values("account").annotate(total=Count("pk"))
    waiting = Operation.objects.filter(account=OuterRef("pk"), status__in=PENDING)
    return rows.annotate(ip_total=Subquery(ips.values("total")), is_changing=Exists(waiting))


def _view(chosen: dict[str, str]) -> QueryDict:
    """The saved view as a query, without the filters nobody set."""
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in chosen.items() if value})
    return query


def _choices() -> dict[str, Any]:
    catalogue = list(CatalogueOffering.objects.all())
    return {
        "states": [(state.value or "unknown", state.label) for state in Account.State],
        "packages": [entry.name for entry in catalogue if entry.type == "package"],
        "addons": [entry.name for entry in catalogue if entry.type == "addon"],
        "sorts": [(name, one.label) for name, one in order.ORDERS.items()],
    }


def filtered(rows: AccountQuerySet, chosen: dict[str, str]) -> AccountQuerySet:
    """Unknown values find nothing or are left out; none is an error."""
    if chosen["q"]:
        rows = rows.search(chosen["q"])
    if chosen["state"]:
        rows = rows.filter(state="" if chosen["state"] == "unknown" else chosen["state"], status=Account.Status.OPEN)
    for kind, name in (("package", chosen["package"]), ("addon", chosen["addon"])):
        if name:
            rows = rows.filter(pk__in=Account.objects.filter(offerings__type=kind, offerings__name=name))
    tests = {"yes": Q(is_test=True), "no": Q(is_test=False), "unknown": Q(is_test=None)}
    rows = rows.filter(tests.get(chosen["test"], Q()))
    if chosen["status"]:
        rows = rows.filter(status=chosen["status"])
    if chosen["changes"] in {"waiting", "failed"}:
        wanted = PENDING if chosen["changes"] == "waiting" else [Operation.Status.FAILED]
        rows = rows.filter(pk__in=Operation.objects.filter(status__in=wanted).values("account"))
    return rows.stale() if chosen["stale"] else rows


def _tabs() -> list[dict[str, Any]]:
    counted = dict(Account.objects.values_list("status").annotate(Count("pk")).order_by())
    return [
        {"value": status.value, "label": status.label, "count": counted[status.value]}
        for status in Account.Status
        if counted.get(status.value)
    ]
