"""Change state: PUT …/state. Its consequences are SendGrid's; the portal only shows them beforehand."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from provisioning import mirror
from provisioning.models import Account, Operation
from provisioning.models.user import Right
from provisioning.operations.kinds.base import (
    Proof,
    Refused,
    Sending,
    Verdict,
    account_id_of,
    answered,
    check_held_resources,
    require_open,
)
from provisioning.sendgrid.client import SendGrid


class ChangeState:
    """Payload: {"state": "suspended"}. Result: the same."""

    def right(self, payload: dict[str, Any]) -> Right:
        return Right.DESTROY if payload["state"] == Account.State.BANNED else Right.CHANGE

    def check(self, account: Account, payload: dict[str, Any]) -> None:
        require_open(account)
        if payload["state"] not in settings.SENDGRID_SETTABLE_STATES:
            raise Refused(f"The portal is not set up to set the state {payload['state']}.")

    def execute(self, operation: Operation, client: SendGrid, sending: Sending) -> dict[str, Any]:
        account_id = account_id_of(operation)
        sending({"state": operation.account.state})
        client.set_state(account_id, operation.payload["state"])
        return {"state": operation.payload["state"]}

    def settle(self, operation: Operation, result: dict[str, Any]) -> None:
        before = (operation.baseline or {}).get("state")
        mirror.state_read(operation.account, result["state"])
        if Account.State.BANNED in (before, result["state"]):
            mirror.mark_stale(operation.account, "offerings", "ips")
        if result["state"] == Account.State.BANNED:
            check_held_resources(operation.account)

    def verify(self, operation: Operation, client: SendGrid) -> Verdict:
        if answered(operation, "PUT", 204) is not None:
            return Verdict(Proof.HAPPENED, {"state": operation.payload["state"]})
        state = client.get_state(account_id_of(operation))
        seen = {"shows": {"state": state}}
        if state == operation.payload["state"]:
            return Verdict(Proof.HAPPENED, {"state": state}, "", seen)
        if state == (operation.baseline or {}).get("state"):
            return Verdict(Proof.DID_NOT, {}, f"SendGrid says the account is still {state}.", seen)
        return Verdict(Proof.UNCLEAR, {}, f"The account is {state}: neither as before nor as asked.", seen)
