"""Launch links that staff make and revoke."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from provisioning import launch_links
from provisioning.forms.launch_link import LaunchLinkForm
from provisioning.models import Account, LaunchLink
from provisioning.views.page import person


@never_cache
def link_create(request: HttpRequest, pk: int) -> HttpResponse:
    """The address is shown in this one answer and never again, so it is not a redirect."""
    account = get_object_or_404(Account, pk=pk)
    form = LaunchLinkForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "staff/links/create.html", {"account": account, "form": form})
    link, token = launch_links.make(
        account,
        user=person(request),
        purpose=form.cleaned_data["purpose"],
        lasts=form.lasts,
        max_uses=form.max_uses,
    )
    address = request.build_absolute_uri(reverse("launch_link", args=[token]))
    return render(request, "staff/links/created.html", {"account": account, "link": link, "address": address})


@require_POST
def link_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    link = get_object_or_404(LaunchLink, pk=pk)
    if launch_links.revoke(link, user=person(request)):
        messages.success(request, _("The link is revoked; it opens nothing any more."))
    return redirect("account_detail", pk=link.account_id)
