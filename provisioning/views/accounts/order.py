"""The orders an account list can have, and pages of each by keyset: no OFFSET, no count, the cursor is a row's id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Max, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Concat, Lower, NullIf, Trim
from django.utils.translation import gettext_lazy as _

from provisioning.models import Account, Operation
from provisioning.models.account import AccountQuerySet


@dataclass(frozen=True)
class Order:
    """`place` gives every account a value to sort by; those with the same value come newest row first."""

    label: Any
    place: Any
    ascending: bool = False


_NOTHING = Value("")
_LATEST_OPERATION = (
    Operation.objects.filter(account=OuterRef("pk")).order_by().values("account").annotate(latest=Max("pk"))
)
ORDERS = {
    "created": Order(_("Newest first"), Coalesce("created_at_sendgrid", "created_at")),
    # What `Account.title` shows.
    "name": Order(
        _("By name"),
        Lower(
            Coalesce(
                NullIf("company_name", _NOTHING),
                NullIf(Trim(Concat("first_name", Value(" "), "last_name")), _NOTHING),
                NullIf("email", _NOTHING),
                "account_id",
                _NOTHING,
            )
        ),
        ascending=True,
    ),
    "changed": Order(_("Last changed first"), Coalesce(Subquery(_LATEST_OPERATION.values("latest")), Value(0))),
}


def order_named(name: str) -> Order:
    return ORDERS.get(name, ORDERS["created"])


def page(rows: AccountQuerySet, order: Order, after: str, size: int) -> tuple[list[Account], int | None]:
    """One page of `rows`, and the id to give as `after` for the next one. An id nobody has means the first page."""
    placed = rows.annotate(place=order.place)
    last = _row(Account.objects.annotate(place=order.place), after)
    if last is not None:
        beyond = Q(place__gt=last["place"]) if order.ascending else Q(place__lt=last["place"])
        placed = placed.filter(beyond | Q(place=last["place"], pk__lt=last["pk"]))
    found: list[Any] = list(placed.order_by("place" if order.ascending else "-place", "-pk")[: size + 1])
    return found[:size], (found[size - 1].pk if len(found) > size else None)


def _row(accounts: Any, after: str) -> dict[str, Any] | None:
    if not after.isascii() or not after.isdigit() or len(after) > 18:
        return None
    found: dict[str, Any] | None = accounts.filter(pk=int(after)).values("pk", "place").first()
    return found
