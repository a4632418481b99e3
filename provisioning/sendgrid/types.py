"""What crosses the client's boundary: frozen dataclasses, in SendGrid's nouns."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True)
class Profile:
    """Who the customer is. Empty fields are left out of the request; SendGrid asks for them at first login."""

    first_name: str = ""
    last_name: str = ""
    company_name: str = ""
    company_website: str = ""
    email: str = ""
    phone: str = ""
    timezone: str = ""


@dataclass(frozen=True)
class Offering:
    """`type` is "package" (exactly one an account, quantity 1) or "addon"."""

    name: str
    type: str
    quantity: int = 1


@dataclass(frozen=True)
class Entitlements:
    """What an offering brings; None where the catalogue does not say."""

    email_sends_max_monthly: int | None = None
    ip_count: int | None = None
    teammates_max_total: int | None = None
    users_max_total: int | None = None


@dataclass(frozen=True)
class CatalogueEntry:
    offering: Offering
    entitlements: Entitlements


@dataclass(frozen=True)
class AccountSummary:
    """A row of List Accounts: only `id` and `created_at` are guaranteed."""

    id: str
    created_at: datetime
    email: str | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True)
class Page(Generic[Item]):
    """`last` is the cursor for the next page, as SendGrid gave it; `server_date` its clock, to the second."""

    items: tuple[Item, ...]
    last: str | None
    server_date: datetime | None = None


@dataclass(frozen=True)
class Ip:
    ip: str
    region: str


@dataclass(frozen=True)
class AddedIps:
    ips: tuple[str, ...]
    region: str


@dataclass(frozen=True)
class SsoRedirect:
    """Where to send the browser. It carries an Admin key for 60 seconds, so repr hides it."""

    location: str = field(repr=False)
    request_id: str = ""
