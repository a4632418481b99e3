"""What people do about a change: cancel, apply again, and decide what could not be proven."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from provisioning.models import Operation
from provisioning.operations import cancel, reapply, review
from provisioning.operations.submit import AlreadySubmitted, Refused
from provisioning.views.page import person


def _act(request: HttpRequest, pk: int, act: Callable[[Operation], Operation | None], done: str) -> HttpResponse:
    operation = get_object_or_404(Operation.objects.select_related("account"), pk=pk)
    try:
        operation = act(operation) or operation
    except (Refused, AlreadySubmitted) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("operation_detail", pk=operation.pk)


@require_POST
def cancel_operation(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(
        request, pk, lambda operation: cancel.cancel(operation, user=person(request)), _("Cancelled. Nothing was sent.")
    )


@require_POST
def reapply_operation(request: HttpRequest, pk: int) -> HttpResponse:
    key = request.POST.get("key") or str(uuid.uuid4())
    return _act(
        request,
        pk,
        lambda operation: reapply.reapply(operation, user=person(request), key=key[:100]),
        _("Submitted again, on the offerings as they are now."),
    )


@require_POST
def retry_operation(request: HttpRequest, pk: int) -> HttpResponse:
    reason = request.POST.get("reason", "")[:500]
    return _act(
        request,
        pk,
        lambda operation: review.retry(operation, user=person(request), reason=reason),
        _("It will be sent again."),
    )


@require_POST
def abandon_operation(request: HttpRequest, pk: int) -> HttpResponse:
    reason = request.POST.get("reason", "")[:500]
    return _act(
        request,
        pk,
        lambda operation: review.abandon(operation, user=person(request), reason=reason),
        _("Given up. The account is read again from SendGrid."),
    )


@require_POST
def adopt_operation(request: HttpRequest, pk: int) -> HttpResponse:
    reason = request.POST.get("reason", "")[:500]
    account_id = (request.POST.get("other_id", "").strip() or request.POST.get("account_id", "").strip())[:64]
    return _act(
        request,
        pk,
        lambda operation: review.adopt(operation, user=person(request), reason=reason, account_id=account_id),
        _("Recorded as done."),
    )


@require_POST
def look_at_operation(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(
        request,
        pk,
        lambda operation: review.look_again(operation, user=person(request)),
        _("SendGrid is being read; the evidence below follows in a moment."),
    )


@require_POST
def send_operation_now(request: HttpRequest, pk: int) -> HttpResponse:
    reason = request.POST.get("reason", "")[:500]
    return _act(
        request,
        pk,
        lambda operation: cancel.send_now(operation, user=person(request), reason=reason),
        _("It is sent now."),
    )
