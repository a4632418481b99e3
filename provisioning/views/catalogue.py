"""What may be assigned, and what it entitles to."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from provisioning import tasks
from provisioning.models import CatalogueOffering, Scan


def catalogue(request: HttpRequest) -> HttpResponse:
    offerings = list(CatalogueOffering.objects.all())
    return render(
        request,
        "staff/catalogue/list.html",
        {
            "packages": [offering for offering in offerings if offering.type == "package"],
            "addons": [offering for offering in offerings if offering.type != "package"],
            "read": Scan.objects.filter(subject=Scan.Subject.CATALOGUE).first(),
        },
    )


@require_POST
def refresh(request: HttpRequest) -> HttpResponse:
    tasks.ring_catalogue()
    messages.info(request, _("The catalogue is being read again. Reload in a moment to see its new age."))
    return redirect("catalogue")
