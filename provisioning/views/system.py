"""How the machinery is: signs of life, what SendGrid holds back, and the admins' stop of all changes."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from provisioning import heartbeats, holds
from provisioning.models import Operation, Pause
from provisioning.views.page import person


def system(request: HttpRequest) -> HttpResponse:
    waiting = Operation.objects.filter(status=Operation.Status.QUEUED)
    return render(
        request,
        "staff/system.html",
        {
            "pulses": heartbeats.pulses(),
            "holds": holds.active(),
            "stopped": any(hold.cause == hold.Cause.STOPPED for hold in holds.active()),
            "pauses": Pause.objects.order_by("since"),
            "waiting": waiting.count(),
            "under_way": Operation.objects.filter(
                status__in=[Operation.Status.RUNNING, Operation.Status.UNCERTAIN]
            ).count(),
            "calls_per_minute": settings.SENDGRID_CALLS_PER_MINUTE,
        },
    )


@require_POST
def system_stop(request: HttpRequest) -> HttpResponse:
    reason = request.POST.get("reason", "").strip()[:500]
    if not reason:
        messages.error(request, _("Say why, for the record."))
    else:
        holds.stop(person(request), reason)
        messages.success(request, _("Stopped: no change is sent from now on. Opening SendGrid still works."))
    return redirect("system")


@require_POST
def system_go_on(request: HttpRequest) -> HttpResponse:
    holds.go_on(person(request), request.POST.get("reason", "").strip()[:500])
    messages.success(request, _("Changes are sent again, in their order."))
    return redirect("system")
