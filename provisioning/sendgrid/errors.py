"""What can go wrong, named for what the caller does next.

    SendGridError
    ├── NotSent          never reached SendGrid (refused, DNS, connect time-out): safe to send again
    ├── ReadFailed       a GET without a usable answer: nothing can have changed, safe to ask again
    ├── RateLimited      429, or held back here: not for `wait` seconds
    ├── Unauthorized     401: the key is refused, everything waits
    ├── Forbidden        403: this `group` of calls waits
    ├── Rejected         400 and other 4xx: show `field_errors` to the person
    ├── NotFound         404: `proven` only in SendGrid's own error shape
    └── OutcomeUnknown   a write was sent and no clear answer came: look before anything else

Messages never carry the key, a one-time code or a Location.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FieldError:
    """One entry of SendGrid's `errors`. `error_id` is not unique to a cause: branch on status and field."""

    field: str | None
    message: str
    error_id: str | None = None


class SendGridError(Exception):
    """`status` is the HTTP status, if an answer came; `request_id` is SendGrid's, for their support."""

    def __init__(self, message: str, *, status: int | None = None, request_id: str | None = None) -> None:
        super().__init__(message)
        self.status, self.request_id = status, request_id


class NotSent(SendGridError):
    pass


class ReadFailed(SendGridError):
    pass


class OutcomeUnknown(SendGridError):
    pass


class Unauthorized(SendGridError):
    pass


class RateLimited(SendGridError):
    def __init__(
        self,
        message: str,
        *,
        wait: float,
        group: str = "",
        status: int | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message, status=status, request_id=request_id)
        self.wait, self.group = wait, group


class Forbidden(SendGridError):
    def __init__(
        self, message: str, *, group: str = "", status: int | None = None, request_id: str | None = None
    ) -> None:
        super().__init__(message, status=status, request_id=request_id)
        self.group = group


class Rejected(SendGridError):
    def __init__(
        self,
        message: str,
        *,
        field_errors: tuple[FieldError, ...] = (),
        status: int | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message, status=status, request_id=request_id)
        self.field_errors = field_errors


class NotFound(SendGridError):
    def __init__(
        self, message: str, *, proven: bool = False, status: int | None = None, request_id: str | None = None
    ) -> None:
        super().__init__(message, status=status, request_id=request_id)
        self.proven = proven
