"""From SendGrid's JSON to our types. Raises KeyError, TypeError or ValueError for another shape."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from provisioning.sendgrid.types import AccountSummary, AddedIps, CatalogueEntry, Entitlements, Ip, Offering, Page


def accounts(data: Any) -> Page[AccountSummary]:
    items = tuple(
        AccountSummary(
            id=_text(item["id"]),
            created_at=_moment(item["created_at"]),
            email=item.get("email") or None,
            updated_at=_moment(item["updated_at"]) if item.get("updated_at") else None,
        )
        for item in data["accounts"] or []
    )
    return Page(items, (data.get("pages") or {}).get("last") or None)


def account_id(data: Any) -> str:
    return _text(data["account_id"])


def state(data: Any) -> str:
    return _text(data["state"])


def catalogue(data: Any) -> tuple[CatalogueEntry, ...]:
    return tuple(
        CatalogueEntry(_offering(item["offering"]), _entitlements(item.get("entitlements") or {}))
        for item in data["catalog"]
    )


def offerings(data: Any) -> tuple[Offering, ...]:
    return tuple(_offering(item) for item in data["offerings"])


def ips(data: Any) -> Page[Ip]:
    items = tuple(Ip(_text(item["ip"]), _text(item["region"])) for item in data["result"])
    return Page(items, (data.get("pages") or {}).get("last") or None)


def added_ips(data: Any) -> AddedIps:
    return AddedIps(tuple(_text(ip) for ip in data["ips"]), _text(data["region"]))


def email(data: Any) -> str:
    """May be empty: an account can have no address yet."""
    if not isinstance(data["email"], str):
        raise ValueError("expected text")
    return str(data["email"])


def _offering(item: Any) -> Offering:
    return Offering(_text(item["name"]), _text(item["type"]), int(item.get("quantity", 1)))


def _entitlements(item: dict[str, Any]) -> Entitlements:
    names = ("email_sends_max_monthly", "ip_count", "teammates_max_total", "users_max_total")
    return Entitlements(**{name: int(item[name]) for name in names if item.get(name) is not None})


def _moment(value: Any) -> datetime:
    """RFC 3339; SendGrid's nanoseconds are cut to what Python keeps."""
    moment = datetime.fromisoformat(_text(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("expected text")
    return value
