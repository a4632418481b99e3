"""A new customer account."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from provisioning.forms.create_account import CreateAccountForm
from provisioning.forms.keyed import new_key
from provisioning.models import Operation
from provisioning.operations.submit import AlreadySubmitted, Refused, submit_create
from provisioning.views.accounts.asked import already_submitted
from provisioning.views.page import person


def account_create(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _form(request, CreateAccountForm(**_from_failed(request)))
    form = CreateAccountForm(request.POST)
    if not form.is_valid():
        return _form(request, form)
    try:
        operation = submit_create(
            profile=form.profile(),
            offerings=form.chosen(),
            test=form.cleaned_data["test"],
            reference=form.cleaned_data["reference"] or None,
            user=person(request),
            key=form.cleaned_data["key"],
        )
    except Refused as refusal:
        form.add_error(refusal.error if refusal.error in form.fields else None, refusal.message)
        return _form(request, form)
    except AlreadySubmitted as earlier:
        return already_submitted(request, earlier.operation)
    return redirect("operation_detail", pk=operation.pk)


def _form(request: HttpRequest, form: CreateAccountForm) -> HttpResponse:
    return render(request, "staff/accounts/create.html", {"form": form}, status=422 if form.errors else 200)


def _from_failed(request: HttpRequest) -> dict[str, Any]:
    """What a create that failed had asked, so that nobody types it twice."""
    given = request.GET.get("from", "")
    failed = Operation.objects.filter(
        pk=int(given[:18]) if given.isascii() and given.isdigit() else 0,
        kind=Operation.Kind.CREATE_ACCOUNT,
        status=Operation.Status.FAILED,
    ).first()
    if failed is None:
        return {}
    payload = failed.payload
    return {
        "initial": {**payload["profile"], "test": payload["test"], "key": new_key()},
        "current": payload["offerings"],
    }
