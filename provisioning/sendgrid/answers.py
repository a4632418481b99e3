"""From an HTTP answer to an error of the tree, and to the times its headers tell."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from provisioning.sendgrid import errors
from provisioning.sendgrid.wire import Answer

DEFAULT_WAIT = 60.0  # seconds
LONGEST_WAIT = 3600.0
RATE_HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
REQUEST_ID_HEADERS = ("X-Request-Id", "X-Message-Id", "Twilio-Request-Id", "CF-Ray")


def header(answer: Answer, name: str) -> str | None:
    wanted = name.lower()
    return next((value for key, value in answer.headers.items() if key.lower() == wanted), None)


def request_id(answer: Answer) -> str | None:
    return next((value for name in REQUEST_ID_HEADERS if (value := header(answer, name))), None)


def rate_limit(answer: Answer) -> dict[str, str]:
    return {name: value for name in RATE_HEADERS if (value := header(answer, name))}


def server_date(answer: Answer) -> datetime | None:
    try:
        return parsedate_to_datetime(header(answer, "Date") or "").astimezone(UTC)
    except (ValueError, TypeError):
        return None


def seconds_to_wait(answer: Answer) -> float:
    """How long a 429 asks us to wait. The reset is on the server's clock, so the server's Date is subtracted."""
    wait = DEFAULT_WAIT
    reset, after = header(answer, "X-RateLimit-Reset"), header(answer, "Retry-After")
    if reset and reset.isdigit() and len(reset) <= 11:
        wait = int(reset) - (server_date(answer) or datetime.now(UTC)).timestamp()
    elif after and after.isdigit() and len(after) <= 6:
        wait = float(after)
    return min(max(wait, 1.0), LONGEST_WAIT)


def parsed(body: bytes) -> Any:
    """The JSON of a body; None when it is not JSON."""
    try:
        return json.loads(body)
    except ValueError:
        return None


def field_errors(answer: Answer) -> tuple[errors.FieldError, ...]:
    """SendGrid's own `errors`; empty when the body is of another shape."""
    data = parsed(answer.body)
    listed = data.get("errors") if isinstance(data, dict) else None
    if not isinstance(listed, list):
        return ()
    return tuple(
        errors.FieldError(_text(item.get("field")), _text(item.get("message")) or "", _text(item.get("error_id")))
        for item in listed
        if isinstance(item, dict)
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)[:500]


def error_for(answer: Answer, group: str, *, write: bool) -> errors.SendGridError:
    """The error an answer that is not the expected success stands for."""
    status, listed = answer.status, field_errors(answer)
    about: dict[str, Any] = {"status": status, "request_id": request_id(answer)}
    message = "; ".join(item.message for item in listed if item.message) or f"SendGrid answered {status}."
    if status == 401:
        return errors.Unauthorized(message, **about)
    if status == 403:
        return errors.Forbidden(message, group=group, **about)
    if status == 404:
        return errors.NotFound(message, proven=bool(listed), **about)
    if status == 429:
        return errors.RateLimited("SendGrid asked us to slow down.", wait=seconds_to_wait(answer), group=group, **about)
    if 400 <= status < 500 and status != 408:
        return errors.Rejected(message, field_errors=listed, **about)
    return unclear(f"SendGrid answered {status}.", write=write, **about)


def unclear(message: str, *, write: bool, **about: Any) -> errors.SendGridError:
    """After a write nobody knows; after a read nothing can have changed."""
    return errors.OutcomeUnknown(message, **about) if write else errors.ReadFailed(message, **about)
