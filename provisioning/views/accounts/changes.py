"""Changing an account: its state, its IPs, its end. Each page shows the consequences before the button."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from provisioning.forms.changes import AddIpsForm, DeleteForm, RemoveIpsForm, StateForm
from provisioning.models import Account, Operation
from provisioning.views.accounts.asked import ask
from provisioning.views.consequences import EFFECTS
from provisioning.views.page import person

Kind = Operation.Kind


def account_state(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(Account, pk=pk)
    if not account.is_open:
        return closed(request, account)
    form = StateForm(request.POST or None, account=account, user=person(request), initial=_asked_for(request, "state"))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        payload = {"state": data["state"]}
        when = data["not_before"]
        return ask(
            request, Kind.CHANGE_STATE, account, payload, key=data["key"], reason=data["reason"], not_before=when
        )
    return _page(request, "state", {"account": account, "form": form, "effects": EFFECTS})


def account_delete(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(Account, pk=pk)
    if not account.is_open:
        return closed(request, account)
    form = DeleteForm(request.POST or None, account_id=account.account_id)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        return ask(request, Kind.DELETE_ACCOUNT, account, {}, key=data["key"], reason=data["reason"])
    return _page(request, "delete", {"account": account, "form": form, "regret": settings.DELETE_REGRET_HOURS})


def ips_add(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(Account, pk=pk)
    if not account.is_open:
        return closed(request, account)
    form = AddIpsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        payload = {"count": data["count"], "region": data["region"]}
        return ask(request, Kind.ADD_IPS, account, payload, key=data["key"])
    return _page(request, "ips_add", {"account": account, "form": form})


def ips_remove(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(Account, pk=pk)
    if not account.is_open:
        return closed(request, account)
    form = RemoveIpsForm(request.POST or None, account=account)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        return ask(request, Kind.REMOVE_IPS, account, {"ips": data["ips"]}, key=data["key"])
    return _page(request, "ips_remove", {"account": account, "form": form})


def _page(request: HttpRequest, name: str, context: dict[str, object]) -> HttpResponse:
    invalid = request.method == "POST"
    return render(request, f"staff/accounts/{name}.html", context, status=422 if invalid else 200)


def closed(request: HttpRequest, account: Account) -> HttpResponse:
    messages.error(
        request, _("The account is %(status)s; it cannot be changed.") % {"status": account.get_status_display()}
    )
    return redirect("account_detail", pk=account.pk)


def _asked_for(request: HttpRequest, name: str) -> dict[str, str]:
    """A choice that the address proposes, such as `?state=suspended`."""
    return {name: request.GET[name]} if name in request.GET else {}
