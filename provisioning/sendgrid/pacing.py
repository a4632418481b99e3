"""Who says when a call may go. The store behind it is injected, so that all processes can share one budget."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol


class Pacer(Protocol):
    """`group` is the method and path template, such as `PUT /v3/partners/accounts/{id}/state`."""

    def before(self, group: str) -> None:
        """Called before a request leaves. Raises RateLimited, Unauthorized or Forbidden to hold it back."""

    def after(
        self,
        group: str,
        status: int | None,
        rate_limit: Mapping[str, str] | None = None,
        server_date: datetime | None = None,
        *,
        wait: float | None = None,
    ) -> None:
        """Called with every answer; `status` is None when none came, `wait` is a 429's, in seconds."""


class Unpaced:
    """Lets everything go."""

    def before(self, group: str) -> None:
        return None

    def after(
        self,
        group: str,
        status: int | None,
        rate_limit: Mapping[str, str] | None = None,
        server_date: datetime | None = None,
        *,
        wait: float | None = None,
    ) -> None:
        return None
