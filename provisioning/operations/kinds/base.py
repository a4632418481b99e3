"""What a kind of operation must say: its right, what it sends, and what the answer means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

from django.db.models.functions import Now

from provisioning.models import Account, Operation
from provisioning.models.user import Right
from provisioning.sendgrid.client import SendGrid

# Called once, just before the write leaves: commits `sent_at` and what the account looked like.
Sending = Callable[[dict[str, Any] | None], None]


class Refused(Exception):
    """Not possible now; the message is for the person who asked. Nothing was sent."""

    def __init__(self, message: str, error: str = "not_possible") -> None:
        super().__init__(message)
        self.message, self.error = message, error


class Proof(Enum):
    HAPPENED = "happened"
    DID_NOT = "did_not"  # counts only when the look began after the settle time
    UNCLEAR = "unclear"  # a person decides, once the settle time is over
    TOO_EARLY = "too_early"


@dataclass(frozen=True)
class Verdict:
    """What looking at SendGrid proved about an uncertain operation.

    `seen` is the evidence for the page: {"shows": what SendGrid shows now, "candidates": [...]}, as the kind has it.
    """

    proof: Proof
    result: dict[str, Any] = field(default_factory=dict)
    message: str = ""
    seen: dict[str, Any] = field(default_factory=dict)


class Kind(Protocol):
    def right(self, payload: dict[str, Any]) -> Right:
        """The right a person needs, at submit and again at run."""

    def check(self, account: Account, payload: dict[str, Any]) -> None:
        """Raise Refused when the account cannot take this change."""

    def execute(self, operation: Operation, client: SendGrid, sending: Sending) -> dict[str, Any]:
        """Make the change, outside any transaction. Returns the result; raises SendGridError or Refused."""

    def settle(self, operation: Operation, result: dict[str, Any]) -> None:
        """Write the mirror, inside the transaction that settles the operation."""

    def verify(self, operation: Operation, client: SendGrid) -> Verdict:
        """Look whether an uncertain change happened. Only reads. Raises SendGridError."""


def answered(operation: Operation, method: str, status: int) -> Any | None:
    """The body of the success that came after all: a worker that lost its lease may still have heard the answer."""
    heard = operation.calls.filter(method=method, status=status, error="").order_by("-id").first()
    return None if heard is None else heard.response_body or {}


def check_held_resources(account: Account) -> None:
    """After a ban or a deletion, what is still unclear about offerings and IPs is looked at again at once."""
    account.operations.filter(lane=Operation.Lane.RESOURCES, status=Operation.Status.UNCERTAIN).update(
        next_run_at=Now()
    )


def account_id_of(operation: Operation) -> str:
    """SendGrid's id of the account; Refused while it has none or is no more."""
    account = operation.account
    if not account.account_id or account.status != Account.Status.OPEN:
        raise Refused(f"The account is {account.get_status_display().lower()}; there is nothing to change.")
    return account.account_id


def require_open(account: Account) -> None:
    if account.status == Account.Status.CREATING:
        raise Refused("The account is still being created. Try again when SendGrid has answered.")
    if account.status != Account.Status.OPEN:
        raise Refused(f"The account is {account.get_status_display().lower()}; it cannot be changed.")
