"""Add IPs: POST …/ips is not idempotent. The list before is kept as the baseline for doubtful outcomes."""

from __future__ import annotations

from typing import Any

from provisioning import mirror
from provisioning.models import Account, IpAddress, Operation
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
from provisioning.sendgrid.types import Ip

MOST = 10  # per request, says the reference document


class AddIps:
    """Payload: {"count": 1..10, "region": "us"|"eu"}. Result: {"ips": [...], "region"}."""

    def right(self, payload: dict[str, Any]) -> Right:
        return Right.CHANGE

    def check(self, account: Account, payload: dict[str, Any]) -> None:
        require_open(account)
        if account.is_test:
            raise Refused("A test account cannot have a dedicated IP.")
        if not 1 <= payload["count"] <= MOST or payload["region"] not in IpAddress.Region.values:
            raise Refused(f"Add between 1 and {MOST} IPs, in us or eu.")

    def execute(self, operation: Operation, client: SendGrid, sending: Sending) -> dict[str, Any]:
        account_id = account_id_of(operation)
        before = client.ips(account_id)
        sending({"ips": [{"ip": ip.ip, "region": ip.region} for ip in before]})
        added = client.add_ips(account_id, operation.payload["count"], operation.payload["region"])
        return {"ips": list(added.ips), "region": added.region}

    def settle(self, operation: Operation, result: dict[str, Any]) -> None:
        """The order among the new ones is not told: newest first is assumed until sync has read the list."""
        new = [Ip(ip=ip, region=result["region"]) for ip in result["ips"]]
        old = [Ip(**item) for item in (operation.baseline or {}).get("ips", []) if item["ip"] not in result["ips"]]
        mirror.ips_read(operation.account, [*new, *old])
        mirror.mark_stale(operation.account, "ips", "offerings")

    def verify(self, operation: Operation, client: SendGrid) -> Verdict:
        """Before against after: exactly the asked number of new ones, of the region, at the head of the list."""
        body = answered(operation, "POST", 201)
        if isinstance(body, dict) and body.get("ips"):
            return Verdict(Proof.HAPPENED, {"ips": body["ips"], "region": operation.payload["region"]})
        after = client.ips(account_id_of(operation))
        if operation.baseline is None:
            return Verdict(Proof.UNCLEAR, {}, "What the account had before is not known.", _seen(after, []))
        before = {item["ip"] for item in operation.baseline["ips"]}
        new = [ip for ip in after if ip.ip not in before]
        lost = before - {ip.ip for ip in after}
        count, region = operation.payload["count"], operation.payload["region"]
        if not lost and len(new) == count and {ip.region for ip in new} == {region} and list(after[:count]) == new:
            return Verdict(Proof.HAPPENED, {"ips": [ip.ip for ip in new], "region": region}, "", _seen(after, new))
        if not lost and not new and not _emptied(operation, client):
            return Verdict(Proof.DID_NOT, {}, "No new IP is there.", _seen(after, new))
        message = f"{len(new)} new IPs are there and {len(lost)} are gone; {count} were asked for in {region}."
        return Verdict(Proof.UNCLEAR, {}, message, _seen(after, new))


def _seen(after: tuple[Ip, ...], new: list[Ip]) -> dict[str, Any]:
    return {"shows": {"ips": len(after), "new": [{"ip": ip.ip, "region": ip.region} for ip in new]}}


def _emptied(operation: Operation, client: SendGrid) -> bool:
    """A ban takes all IPs away, new ones included: then their absence proves nothing."""
    banned = operation.account.operations.filter(
        kind=Operation.Kind.CHANGE_STATE, payload__state=Account.State.BANNED, finished_at__gte=operation.sent_at
    )
    return banned.exists() or client.get_state(account_id_of(operation)) == Account.State.BANNED
