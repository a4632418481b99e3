"""One account: what it is, has, and what happened to it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from provisioning import tasks
from provisioning.forms.create_account import EditRecordForm
from provisioning.models import Account, CatalogueOffering, Event
from provisioning.views.consequences import MEANINGS
from provisioning.views.page import wants_fragment

RECENT = 20


def account_detail(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(Account, pk=pk)
    return render(
        request,
        "staff/accounts/_live.html" if wants_fragment(request) else "staff/accounts/detail.html",
        page(account) | {"reading": request.GET.get("reading", "")},
    )


def page(account: Account) -> dict[str, Any]:
    entitlements = {entry.name: entry for entry in CatalogueOffering.objects.all()}
    offerings = list(account.offerings.all())
    return {
        "account": account,
        "meaning": MEANINGS.get(account.state, ""),
        "offerings": [{"row": row, "entitlements": entitlements.get(row.name)} for row in offerings],
        "ips": list(account.ips.all()),
        "pending": list(account.operations.pending().select_related("requested_by")),
        "operations": list(account.operations.select_related("requested_by")[:10]),
        "events": Event.objects.filter(account=account).select_related("actor")[:RECENT],
        "links": account.links.select_related("created_by")[:10],
    }


@require_POST
def account_refresh(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the account again, soon: the worker does it, the page shows it when it is there."""
    account = get_object_or_404(Account, pk=pk)
    tasks.ring_refresh(account.pk)
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(status=204)
    messages.info(request, _("The account is being read again from SendGrid. Reload in a moment."))
    return redirect("account_detail", pk=pk)


def account_edit(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(Account, pk=pk)
    form = EditRecordForm(request.POST or None, account=account)
    if request.method == "POST" and form.is_valid():
        changed = form.save()
        if changed:
            Event.objects.record("account.edited", actor=request.user, account=account, data={"fields": changed})
            messages.success(request, _("Saved in the portal. SendGrid was not asked: it has no profile update."))
        return redirect("account_detail", pk=pk)
    return render(request, "staff/accounts/edit.html", {"account": account, "form": form})
