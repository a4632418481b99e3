"""After a conflict: the same change of offerings, on the list as it is now."""

from __future__ import annotations

from provisioning.models import Operation, User
from provisioning.offering_diff import compare, rebase
from provisioning.operations.kinds.base import Refused
from provisioning.operations.submit import submit


def reapply(operation: Operation, *, user: User, key: str) -> Operation:
    """A new operation with the same delta. Raises Refused when there was no conflict or nothing is left to change."""
    if operation.kind != Operation.Kind.UPDATE_OFFERINGS or operation.error != "conflict":
        raise Refused("Only a change of offerings that met a conflict can be applied again.")
    current = [
        {"name": row.name, "type": row.type, "quantity": row.quantity} for row in operation.account.offerings.all()
    ]
    wanted = rebase(operation.payload["base"], operation.payload["offerings"], current)
    if compare(wanted, current).is_empty:
        raise Refused("The offerings are already as this change wanted them.")
    return submit(
        operation.kind,
        operation.account,
        {"offerings": wanted, "base": current},
        user=user,
        key=key,
        reason=operation.reason,
        retry_of=operation,
    )
