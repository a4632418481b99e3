"""The needs-review desk: what could not be proven, each case with its evidence."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from provisioning.models import Operation
from provisioning.views.page import keyset

PAGE_SIZE = 50


def review_list(request: HttpRequest) -> HttpResponse:
    cases = Operation.objects.filter(status=Operation.Status.NEEDS_REVIEW).select_related("account", "requested_by")
    page, following = keyset(cases, request.GET.get("after", ""), PAGE_SIZE)
    unclear = Operation.objects.filter(status=Operation.Status.UNCERTAIN).select_related("account")
    return render(
        request,
        "staff/review/list.html",
        {"cases": page, "next": following, "unclear": unclear.order_by("pk")[:PAGE_SIZE]},
    )


def case(operation: Operation) -> dict[str, Any]:
    """The evidence of one case, side by side: asked, sent, shown now, candidates."""
    evidence = operation.evidence or {}
    write = operation.calls.exclude(method="GET").order_by("-id").first()
    return {
        "write": write,
        "before": operation.baseline,
        "shows": evidence.get("shows"),
        "candidates": evidence.get("candidates", []),
        "looked": operation.looks,
    }
