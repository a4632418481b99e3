"""Which class stands behind each kind of operation."""

from __future__ import annotations

from provisioning.models import Operation
from provisioning.operations.kinds.add_ips import AddIps
from provisioning.operations.kinds.base import Kind
from provisioning.operations.kinds.change_state import ChangeState
from provisioning.operations.kinds.create_account import CreateAccount
from provisioning.operations.kinds.delete_account import DeleteAccount
from provisioning.operations.kinds.remove_ips import RemoveIps
from provisioning.operations.kinds.update_offerings import UpdateOfferings

KINDS: dict[str, Kind] = {
    Operation.Kind.CREATE_ACCOUNT: CreateAccount(),
    Operation.Kind.UPDATE_OFFERINGS: UpdateOfferings(),
    Operation.Kind.CHANGE_STATE: ChangeState(),
    Operation.Kind.ADD_IPS: AddIps(),
    Operation.Kind.REMOVE_IPS: RemoveIps(),
    Operation.Kind.DELETE_ACCOUNT: DeleteAccount(),
}


def kind_of(operation: Operation) -> Kind:
    return KINDS[operation.kind]
