"""Delete account: irreversible. Keys and SSO are revoked, offerings and IPs removed, billing ends at once."""

from __future__ import annotations

from typing import Any

from provisioning import mirror
from provisioning.models import Account, Operation
from provisioning.models.user import Right
from provisioning.operations.kinds.base import (
    Proof,
    Sending,
    Verdict,
    account_id_of,
    answered,
    check_held_resources,
    require_open,
)
from provisioning.sendgrid.client import SendGrid
from provisioning.sendgrid.errors import NotFound


class DeleteAccount:
    """Payload and result: {}."""

    def right(self, payload: dict[str, Any]) -> Right:
        return Right.DESTROY

    def check(self, account: Account, payload: dict[str, Any]) -> None:
        require_open(account)

    def execute(self, operation: Operation, client: SendGrid, sending: Sending) -> dict[str, Any]:
        account_id = account_id_of(operation)
        sending({"state": operation.account.state})
        client.delete_account(account_id)
        return {}

    def settle(self, operation: Operation, result: dict[str, Any]) -> None:
        mirror.ended(operation.account, Account.Status.DELETED)
        check_held_resources(operation.account)

    def verify(self, operation: Operation, client: SendGrid) -> Verdict:
        """A 404 proves it only in SendGrid's own shape, and while the same base URL still gives a catalogue."""
        if answered(operation, "DELETE", 204) is not None:
            return Verdict(Proof.HAPPENED)
        try:
            state = client.get_state(account_id_of(operation))
        except NotFound as error:
            client.list_catalogue()
            if error.proven:
                return Verdict(Proof.HAPPENED)
            return Verdict(Proof.UNCLEAR, {}, "Something answered 404, but not in SendGrid's own words.")
        return Verdict(Proof.DID_NOT, {}, f"The account is still there, {state}.", {"shows": {"state": state}})
