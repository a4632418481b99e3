"""The shared end of every change: submit it, or say plainly why not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from provisioning.forms.keyed import new_key
from provisioning.models import Account, Operation
from provisioning.operations.submit import AlreadySubmitted, Refused, submit
from provisioning.views.page import person


def ask(
    request: HttpRequest,
    kind: str,
    account: Account,
    payload: dict[str, Any],
    *,
    key: str,
    reason: str = "",
    not_before: datetime | None = None,
) -> HttpResponse:
    """Submit the change and go to its page; a refusal goes back to the account with a sentence."""
    try:
        operation = submit(kind, account, payload, user=person(request), key=key, reason=reason, not_before=not_before)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("account_detail", pk=account.pk)
    except AlreadySubmitted as earlier:
        return already_submitted(request, earlier.operation)
    return redirect(f"{reverse('account_detail', args=[account.pk])}#op-{operation.pk}")


def already_submitted(request: HttpRequest, operation: Operation) -> HttpResponse:
    """The same form was sent before with another content: is this a new change? Asked with a fresh key."""
    again = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
    fields = [(name, value) for name, value in again if name not in {"key", "csrfmiddlewaretoken"}]
    return render(
        request,
        "staff/accounts/already_submitted.html",
        {"operation": operation, "fields": fields, "key": new_key(), "action": request.path},
        status=409,
    )
