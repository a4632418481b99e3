"""Change offerings: PUT replaces the whole list, so it is compared with what the person saw just before."""

from __future__ import annotations

from typing import Any

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
    require_open,
)
from provisioning.sendgrid.client import SendGrid
from provisioning.sendgrid.types import Offering


class UpdateOfferings:
    """Payload: {"offerings": [...], "base": [...]}: the wanted list, and the one the person saw."""

    def right(self, payload: dict[str, Any]) -> Right:
        return Right.CHANGE

    def check(self, account: Account, payload: dict[str, Any]) -> None:
        require_open(account)
        packages = [offering for offering in payload["offerings"] if offering["type"] == "package"]
        if len(packages) != 1 or packages[0]["quantity"] != 1:
            raise Refused("An account has exactly one package, with quantity 1.")

    def execute(self, operation: Operation, client: SendGrid, sending: Sending) -> dict[str, Any]:
        account_id = account_id_of(operation)
        current = as_dicts(client.get_offerings(account_id))
        if not same(current, operation.payload["base"]):
            mirror.offerings_read(operation.account, [Offering(**item) for item in current])
            raise Refused(
                "The offerings changed at SendGrid since this change was made up. Nothing was sent.", error="conflict"
            )
        sending({"offerings": current})
        wanted = [Offering(**item) for item in operation.payload["offerings"]]
        return {"offerings": as_dicts(client.set_offerings(account_id, wanted))}

    def settle(self, operation: Operation, result: dict[str, Any]) -> None:
        mirror.offerings_read(operation.account, [Offering(**item) for item in result["offerings"]])
        mirror.mark_stale(operation.account, "ips")

    def verify(self, operation: Operation, client: SendGrid) -> Verdict:
        current = as_dicts(client.get_offerings(account_id_of(operation)))
        seen = {"shows": {"offerings": current}}
        if same(current, operation.payload["offerings"]) or answered(operation, "PUT", 200) is not None:
            return Verdict(Proof.HAPPENED, {"offerings": current}, "", seen)
        if same(current, operation.payload["base"]):
            return Verdict(Proof.DID_NOT, {}, "The offerings are as they were before.", seen)
        return Verdict(Proof.UNCLEAR, {}, "The offerings are neither as before nor as asked.", seen)


def as_dicts(offerings: tuple[Offering, ...]) -> list[dict[str, Any]]:
    return [{"name": item.name, "type": item.type, "quantity": item.quantity} for item in offerings]


def same(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> bool:
    """Equal lists, whatever their order."""

    def key(item: dict[str, Any]) -> tuple[str, str, int]:
        return item["type"], item["name"], item["quantity"]

    return sorted(map(key, one)) == sorted(map(key, other))
