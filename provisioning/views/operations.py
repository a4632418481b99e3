"""The list of changes, and one change live with its evidence."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from provisioning import offering_diff
from provisioning.models import Operation
from provisioning.views.page import keyset, wants_fragment
from provisioning.views.review import case

PAGE_SIZE = 50


def operation_list(request: HttpRequest) -> HttpResponse:
    chosen = {name: request.GET.get(name, "").replace("\0", "") for name in ("status", "kind", "account")}
    rows = Operation.objects.select_related("account", "requested_by")
    for name in ("status", "kind"):
        if chosen[name]:
            rows = rows.filter(**{name: chosen[name]})
    if chosen["account"].isascii() and chosen["account"].isdigit():
        rows = rows.filter(account_id=int(chosen["account"][:18]))
    page, following = keyset(rows, request.GET.get("after", ""), PAGE_SIZE)
    return render(
        request,
        "staff/operations/_rows.html" if wants_fragment(request) else "staff/operations/list.html",
        {
            "operations": page,
            "next": following,
            "chosen": chosen,
            "statuses": Operation.Status.choices,
            "kinds": Operation.Kind.choices,
        },
    )


def operation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    operation = get_object_or_404(Operation.objects.select_related("account", "requested_by", "retry_of"), pk=pk)
    return render(
        request,
        "staff/operations/_live.html" if wants_fragment(request) else "staff/operations/detail.html",
        detail(operation),
    )


def detail(operation: Operation) -> dict[str, Any]:
    """What the page of one change shows."""
    diff = None
    if operation.kind == Operation.Kind.UPDATE_OFFERINGS:
        diff = offering_diff.compare(operation.payload["base"], operation.payload["offerings"])
    reviewed = operation.status == Operation.Status.NEEDS_REVIEW
    return {
        "operation": operation,
        "case": case(operation) if reviewed else None,
        "scheduled": operation.status == Operation.Status.QUEUED and operation.is_scheduled,
        "account": operation.account,
        "diff": diff,
        "calls": operation.calls.order_by("id"),
        "events": operation.events.select_related("actor").order_by("id"),
    }
