"""Changing offerings in two steps: choose, then see what that keeps, adds and removes, and confirm.

The form carries the list the person saw (`base`), because PUT overwrites everything.
"""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from provisioning import offering_diff
from provisioning.forms.offerings import OfferingsForm
from provisioning.models import Account, CatalogueOffering, Operation
from provisioning.views.accounts.asked import ask
from provisioning.views.accounts.changes import closed

Offerings = list[dict[str, Any]]


def account_offerings(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(Account, pk=pk)
    if not account.is_open:
        return closed(request, account)
    current = mirrored(account)
    if request.method != "POST":
        return _choose(request, account, OfferingsForm(current=current))
    base = _base(request, current)
    form = OfferingsForm(request.POST, current=base)
    if not form.is_valid():
        return _choose(request, account, form)
    wanted = form.chosen()
    if not _same(base, current):
        return _meanwhile(request, account, base, wanted, current)
    if "confirmed" in request.POST and not _same(wanted, current):
        payload = {"offerings": wanted, "base": base}
        return ask(request, Operation.Kind.UPDATE_OFFERINGS, account, payload, key=form.cleaned_data["key"])
    return _review(request, account, form, base, wanted)


def mirrored(account: Account) -> Offerings:
    return [{"name": row.name, "type": row.type, "quantity": row.quantity} for row in account.offerings.all()]


def _base(request: HttpRequest, current: Offerings) -> Offerings:
    """The list the person saw; a body that carries none, or nonsense, is measured by the list of now."""
    try:
        base = json.loads(request.POST.get("base", ""))
        return [{"name": str(i["name"]), "type": str(i["type"]), "quantity": int(i["quantity"])} for i in base]
    except (ValueError, TypeError, KeyError):
        return current


def _same(one: Offerings, other: Offerings) -> bool:
    return offering_diff.compare(one, other).is_empty


def _choose(request: HttpRequest, account: Account, form: OfferingsForm) -> HttpResponse:
    free = next((entry for entry in form.packages if entry.is_free and entry.gone_at is None), None)
    context = {"account": account, "form": form, "base": json.dumps(form.current), "free": free}
    return render(request, "staff/accounts/offerings.html", context, status=422 if form.errors else 200)


def _review(
    request: HttpRequest, account: Account, form: OfferingsForm, base: Offerings, wanted: Offerings
) -> HttpResponse:
    diff = offering_diff.compare(base, wanted)
    entries = {entry.name: entry for entry in CatalogueOffering.objects.all()}
    to_free = bool(diff.package_after and entries.get(diff.package_after) and entries[diff.package_after].is_free)
    ips = list(account.ips.all())
    context = {
        "account": account,
        "form": form,
        "diff": diff,
        "base": json.dumps(base),
        "fields": [(name, value) for name, value in request.POST.items() if name == "package" or "addon-" in name],
        "to_free": to_free,
        "expected_to_go": ips if to_free else ips[: diff.lost_ip_addons],
        "before": entries.get(diff.package_before or ""),
        "after": entries.get(diff.package_after or ""),
    }
    return render(request, "staff/accounts/offerings_review.html", context)


def _meanwhile(
    request: HttpRequest, account: Account, base: Offerings, wanted: Offerings, current: Offerings
) -> HttpResponse:
    """Somebody else changed the offerings since this person saw them: show that, and offer the same change again."""
    rebased = offering_diff.rebase(base, wanted, current)
    entries = {entry.name: entry.pk for entry in CatalogueOffering.objects.all()}
    fields = [("package", item["name"]) for item in rebased if item["type"] == "package"]
    fields += [
        (f"addon-{entries[item['name']]}", item["quantity"])
        for item in rebased
        if item["type"] == "addon" and item["name"] in entries
    ]
    context = {
        "account": account,
        "meanwhile": offering_diff.compare(base, current),
        "diff": offering_diff.compare(current, rebased),
        "base": json.dumps(current),
        "fields": fields,
    }
    return render(request, "staff/accounts/offerings_meanwhile.html", context, status=409)
