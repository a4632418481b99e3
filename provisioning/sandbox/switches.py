"""What SendGrid's documents leave open, so that the portal is tried at both ends of each question."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

OFFICIAL_STATES = ["activated", "deactivated"]
REFERENCE_STATES = ["activated", "deactivated", "suspended", "banned"]


@dataclass
class Switches:
    list_email: bool = True  # the example shows it, the schema does not promise it
    list_updated_at: bool = True
    list_order: str = "created"  # created | newest | id
    failing_cursor: bool = False  # the next offset that is given is refused, once
    ips_coupled: bool = True  # the IP add-on's quantity adds and takes IPs
    ips_change_addon: bool = False  # adding and removing IPs changes the add-on's quantity
    four_states: bool = True  # the reference's four settable states, or the schema's two
    rate_headers: bool = True
    calls_per_minute: int = 0  # per method and path; 0: no limit
    latency_ms: int = 0
    clock_skew_seconds: int = 0  # how far SendGrid's clock is ahead of ours
    record_arrivals: bool = False  # keep a row of every API request: see `arrivals`
    tells_email: bool = True  # answers GET /v3/user/email on an account's behalf
    ban_blocks_sso: bool = True

    @property
    def settable_states(self) -> list[str]:
        return REFERENCE_STATES if self.four_states else OFFICIAL_STATES

    def turn(self, values: dict[str, Any]) -> None:
        """Set switches by name. Raises ValueError for an unknown name or a value of another type."""
        known = {field.name: type(getattr(Switches(), field.name)) for field in fields(self)}
        for name, value in values.items():
            if name not in known or not isinstance(value, known[name]):
                raise ValueError(f"no switch {name} of this type")
            setattr(self, name, value)
