"""What every page shows around its content, and the small things views share."""

from __future__ import annotations

from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from provisioning import access, heartbeats, holds, pauses
from provisioning.models import Operation, User

Row = TypeVar("Row", bound=Model)
PAGES = [
    ("dashboard", _("Home")),
    ("account_list", _("Accounts")),
    ("operation_list", _("Changes")),
    ("review_list", _("Review")),
    ("catalogue", _("Catalogue")),
    ("system", _("System")),
]


def shell(request: HttpRequest) -> dict[str, Any]:
    """Navigation, banner and footer for people of staff; next to nothing for strangers."""
    about = {"sandbox": settings.SENDGRID_SANDBOX, "sendgrid_host": urlsplit(settings.SENDGRID_BASE_URL).hostname}
    user = getattr(request, "user", None)
    if user is None or not access.allowed(user, "dashboard"):
        return about
    here = request.resolver_match.view_name if request.resolver_match else ""
    return about | {
        "pause": pauses.banner(),
        "holds": holds.active(),
        "silent": heartbeats.missing(),
        "may": {right.name.lower(): user.may(right) for right in access.Right},
        "navigation": [
            {
                "label": label,
                "url": reverse(name),
                "active": here == name or (name != "dashboard" and here.startswith(name.split("_")[0])),
                "count": Operation.objects.needing_a_person().count() if name == "review_list" else 0,
            }
            for name, label in PAGES
        ],
    }


def keyset(rows: QuerySet[Row], after: str, size: int) -> tuple[list[Row], int | None]:
    """One page of rows in descending id order, and the id the next page starts after."""
    if after.isascii() and after.isdigit() and len(after) < 19:
        rows = rows.filter(pk__lt=int(after))
    page = list(rows.order_by("-pk")[: size + 1])
    return page[:size], (page[size - 1].pk if len(page) > size else None)


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for the part it swaps. Going back in history, it asks for the whole page again."""
    htmx: Any = getattr(request, "htmx", False)
    return bool(htmx) and not htmx.history_restore_request


def remote_addr(request: HttpRequest) -> str | None:
    """Where the request came from, as the web server saw it."""
    return request.META.get("REMOTE_ADDR") or None


def person(request: HttpRequest) -> User:
    """Who is signed in. `provisioning.access` lets nobody else reach a view that asks."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
