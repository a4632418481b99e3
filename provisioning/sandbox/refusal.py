"""An answer that is an error, in SendGrid's documented shape."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """`errors` are (message, field, error_id)."""

    def __init__(self, status: int, *errors: tuple[str, str, str]) -> None:
        super().__init__(status)
        self.status = status
        self.headers: dict[str, str] = {}
        self.body: dict[str, Any] = {
            "errors": [{"message": message, "field": field, "error_id": code} for message, field, code in errors]
        }


def bad(message: str, field: str, code: str = "10-40000") -> Refusal:
    return Refusal(400, (message, field, code))


def unauthorized() -> Refusal:
    return Refusal(401, ("Failed to authenticate user", "", "10-40100"))


def forbidden() -> Refusal:
    return Refusal(403, ("The authenticated user is not authorized to perform this request", "", "10-40300"))


def no_account() -> Refusal:
    return Refusal(404, ("Account not found", "", "10-40400"))


def no_endpoint() -> Refusal:
    return Refusal(404, ("No such endpoint", "", "10-40400"))


def broken(status: int = 500) -> Refusal:
    return Refusal(status, ("Something went wrong", "", "10-50000"))


def too_many(reset: int | None = None) -> Refusal:
    """429's body has no error_id, and a null field. `reset` is in epoch seconds."""
    refusal = Refusal(429)
    if reset is not None:
        refusal.headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(reset)}
    refusal.body = {"errors": [{"field": None, "message": "too many requests"}]}
    return refusal
