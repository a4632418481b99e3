"""Who may do what: rights by role, and one right for every route.

A route that is missing from `ROUTES` is refused to everybody, so that forgetting it is noticed at once.
The same rights are asked again when an operation runs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.models import Group, Permission
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from provisioning.models.user import Right, User

PUBLIC = "public"  # anybody, signed in or not
SIGNED_IN = "signed_in"  # any person of staff, whatever the role

ROLES: dict[str, list[Right]] = {
    "viewer": [Right.SEE],
    "support": [Right.SEE, Right.CHANGE, Right.LAUNCH],
    "manager": [Right.SEE, Right.CHANGE, Right.LAUNCH, Right.DESTROY, Right.REVIEW],
    "admin": list(Right),
}

ROUTES: dict[str, str] = {
    "healthz": PUBLIC,
    "launch_link": PUBLIC,
    "account_login": PUBLIC,
    "account_logout": PUBLIC,
    "account_signup": PUBLIC,  # closed by `ClosedSignUp`
    "account_inactive": PUBLIC,
    "dashboard": Right.SEE,
    "account_list": Right.SEE,
    "account_detail": Right.SEE,
    "account_refresh": Right.SEE,
    "account_create": Right.CHANGE,
    "account_edit": Right.CHANGE,
    "account_offerings": Right.CHANGE,
    "account_state": Right.CHANGE,
    "ips_add": Right.CHANGE,
    "ips_remove": Right.DESTROY,
    "account_delete": Right.DESTROY,
    "account_open": Right.LAUNCH,
    "link_create": Right.LAUNCH,
    "link_revoke": Right.LAUNCH,
    "operation_list": Right.SEE,
    "operation_detail": Right.SEE,
    "operation_cancel": Right.CHANGE,
    "operation_reapply": Right.CHANGE,
    "operation_retry": Right.REVIEW,
    "operation_abandon": Right.REVIEW,
    "operation_adopt": Right.REVIEW,
    "operation_look": Right.REVIEW,
    "operation_send_now": Right.REVIEW,
    "review_list": Right.SEE,
    "system": Right.SEE,
    "system_stop": Right.ADMINISTER,
    "system_go_on": Right.ADMINISTER,
    "catalogue": Right.SEE,
    "catalogue_refresh": Right.CHANGE,
}


def sync_roles(**_: object) -> None:
    """Make the role groups carry exactly these rights. Runs after every migrate."""
    for role, rights in ROLES.items():
        group, _created = Group.objects.get_or_create(name=role)
        group.permissions.set(Permission.objects.filter(content_type__app_label="provisioning", codename__in=[*rights]))


def allowed(user: Any, route: str) -> bool:
    """Whether this user (or an anonymous one) may use the route."""
    right = ROUTES.get(route)
    if right == PUBLIC:
        return True
    if right is None or not user.is_authenticated or user.kind != User.Kind.STAFF:
        return False
    return right == SIGNED_IN or bool(user.may(right))


class SignedInMiddleware:
    """Asks `ROUTES` before any view runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponseBase | None:
        match = request.resolver_match
        route = match.view_name if match else ""
        if allowed(request.user, route):
            return None
        if not request.user.is_authenticated and route in ROUTES:
            if getattr(request, "htmx", False):
                return HttpResponseClientRedirect(reverse("account_login"))
            return redirect_to_login(request.get_full_path(), reverse("account_login"))
        raise PermissionDenied


class ClosedSignUp(DefaultAccountAdapter):
    """Nobody signs up by themselves; staff are made by an admin, customers by invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        raise PermissionDenied
