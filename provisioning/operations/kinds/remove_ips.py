"""Remove IPs: DELETE …/ips with a JSON body. Traffic on them stops at once."""

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


class RemoveIps:
    """Payload: {"ips": ["192.0.2.1", …]}, 1 to 10 of them. Result: the same."""

    def right(self, payload: dict[str, Any]) -> Right:
        return Right.DESTROY

    def check(self, account: Account, payload: dict[str, Any]) -> None:
        require_open(account)
        if not 1 <= len(set(payload["ips"])) <= MOST:
            raise Refused(f"Remove between 1 and {MOST} IPs at a time.")

    def execute(self, operation: Operation, client: SendGrid, sending: Sending) -> dict[str, Any]:
        account_id = account_id_of(operation)
        wanted = operation.payload["ips"]
        if operation.baseline is not None:  # sent before: some may be gone already, and SendGrid refuses those
            present = {ip.ip for ip in client.ips(account_id)}
            wanted = [ip for ip in wanted if ip in present]
        if wanted:
            sending({"ips": wanted})
            client.remove_ips(account_id, wanted)
        return {"ips": operation.payload["ips"]}

    def settle(self, operation: Operation, result: dict[str, Any]) -> None:
        left = IpAddress.objects.filter(account=operation.account).exclude(ip__in=result["ips"])
        mirror.ips_read(operation.account, [Ip(ip=row.ip, region=row.region) for row in left])
        mirror.mark_stale(operation.account, "ips", "offerings")

    def verify(self, operation: Operation, client: SendGrid) -> Verdict:
        """Those still present after the settle time are removed again; an IP that is gone is never asked for twice."""
        if answered(operation, "DELETE", 204) is not None:
            return Verdict(Proof.HAPPENED, {"ips": operation.payload["ips"]})
        present = {ip.ip for ip in client.ips(account_id_of(operation))}
        left = [ip for ip in operation.payload["ips"] if ip in present]
        seen = {"shows": {"still there": left}}
        if not left:
            return Verdict(Proof.HAPPENED, {"ips": operation.payload["ips"]}, "", seen)
        return Verdict(Proof.DID_NOT, {}, f"Still there: {', '.join(left)}.", seen)
