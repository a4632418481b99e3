"""Create account: POST /v3/partners/accounts. SendGrid has no idempotency key, so it is sent at most once."""

from __future__ import annotations

from typing import Any

from provisioning import mirror
from provisioning.models import Account, Operation
from provisioning.models.user import Right
from provisioning.operations.kinds import matching
from provisioning.operations.kinds.base import Proof, Refused, Sending, Verdict, answered
from provisioning.sendgrid.client import SendGrid
from provisioning.sendgrid.types import Offering, Profile


class CreateAccount:
    """Payload: {"profile": {…}, "offerings": [{name, type, quantity}], "test": bool}. Result: {"account_id"}."""

    def right(self, payload: dict[str, Any]) -> Right:
        return Right.CHANGE

    def check(self, account: Account, payload: dict[str, Any]) -> None:
        if account.status != Account.Status.CREATING:
            raise Refused("The account exists already.")

    def execute(self, operation: Operation, client: SendGrid, sending: Sending) -> dict[str, Any]:
        self.check(operation.account, operation.payload)
        offerings = [Offering(**offering) for offering in operation.payload["offerings"]]
        sending(None)
        account_id = client.create_account(
            Profile(**operation.payload["profile"]), offerings, test=operation.payload["test"]
        )
        return {"account_id": account_id}

    def settle(self, operation: Operation, result: dict[str, Any]) -> None:
        """The answer tells only the id: the rest is marked stale and read by sync."""
        mirror.linked(operation.account, result["account_id"])
        mirror.mark_stale(operation.account, "state", "offerings", "ips")

    def verify(self, operation: Operation, client: SendGrid) -> Verdict:
        """By the answer that came late, else among the accounts that the list shows: see `matching`."""
        body = answered(operation, "POST", 201)
        if isinstance(body, dict) and body.get("account_id"):
            return Verdict(Proof.HAPPENED, {"account_id": str(body["account_id"])})
        return matching.match(operation, client)
