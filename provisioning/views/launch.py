"""Opening a customer's SendGrid: by staff from the account page, by customers through a link.

GET and HEAD show a page and change nothing; only a POST mints a code, and answers 303.
"""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST

from provisioning import launch_links, sso
from provisioning.models import Account, LaunchLink
from provisioning.views.page import person, remote_addr

TRIES_A_MINUTE = 20


@require_POST
def account_open(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(Account, pk=pk)
    try:
        opened = sso.open_sendgrid(account, user=person(request), remote_addr=remote_addr(request))
    except sso.NotOpened as trouble:
        return _trouble(request, trouble.problem, trouble, account=account)
    return _away(opened)


@require_http_methods(["GET", "HEAD", "POST"])
def launch_link(request: HttpRequest, token: str) -> HttpResponseBase:
    link = LaunchLink.objects.by_token(token)
    if link is None:
        return _sealed(render(request, "launch/unknown.html", status=404))
    if link.problem:
        return _trouble(request, link.problem)
    if request.method != "POST":
        return _sealed(render(request, "launch/open.html", {"link": link, "account": link.account}))
    if _too_often(request, link):
        return _trouble(request, "slow", status=429)
    if not launch_links.take_use(link):
        link.refresh_from_db()
        return _trouble(request, link.problem or "used")
    try:
        opened = sso.open_sendgrid(link.account, link=link, remote_addr=remote_addr(request))
    except sso.NotOpened as trouble:
        if not trouble.sent:
            launch_links.give_back(link)
        return _trouble(request, trouble.problem, trouble)
    return _away(opened)


def _away(opened: sso.Opened) -> HttpResponse:
    """A bare 303, whose Location Django does not rewrite."""
    response = _sealed(HttpResponse(status=303, headers={"Location": opened.location}))
    response["Referrer-Policy"] = "no-referrer"
    return response


def _trouble(
    request: HttpRequest,
    problem: str,
    trouble: sso.NotOpened | None = None,
    *,
    account: Account | None = None,
    status: int = 409,
) -> HttpResponse:
    launch = trouble.launch if trouble else None
    if problem in {"unreachable", "refused", "unsafe"}:
        status = 502
    return _sealed(
        render(
            request,
            "launch/trouble.html",
            {"problem": problem, "reference": launch.reference if launch else "", "account": account},
            status=status,
        )
    )


def _sealed(response: HttpResponse) -> HttpResponse:
    """Nothing of a launch is kept by caches, sent on as a referrer, or listed by search engines.

    `same-origin` sends nothing to other sites, and unlike `no-referrer` lets the browser name our own origin when
    the button is pressed: without that the CSRF check must refuse.
    """
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _too_often(request: HttpRequest, link: LaunchLink) -> bool:
    """A brake per link and address. A cache that does not answer brakes nobody."""
    key = f"launch:{link.pk}:{remote_addr(request)}"
    try:
        cache.add(key, 0, timeout=60)
        return int(cache.incr(key)) > TRIES_A_MINUTE
    except Exception:
        return False
