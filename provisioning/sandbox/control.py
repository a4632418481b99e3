"""The sandbox's own endpoints under /_sandbox/: look inside, turn switches, set faults, change things by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request

from provisioning.sandbox import accounts, arrivals, bulk, customers, validation
from provisioning.sandbox.refusal import bad, no_account
from provisioning.sandbox.store import enter

if TYPE_CHECKING:
    from provisioning.sandbox.app import Sandbox

Control = Callable[["Sandbox", Request], Any]


def read_accounts(sandbox: Sandbox, request: Request) -> Any:
    return [asdict(account) for account in sandbox.store.accounts()]


def read_account(sandbox: Sandbox, request: Request, account_id: str) -> Any:
    account = sandbox.store.account(account_id)
    if account is None:
        raise no_account()
    return asdict(account)


def change_account(sandbox: Sandbox, request: Request, account_id: str) -> Any:
    """A foreign change: {"state": …} and/or {"offerings": […]}, as if made elsewhere."""
    data = _data(request)
    with sandbox.store.transaction() as db:
        if "state" in data:
            accounts.set_state(db, account_id, str(data["state"]))
        if "offerings" in data:
            accounts.set_offerings(db, account_id, validation.offerings(data["offerings"]), sandbox.switches)
        enter(db, "FOREIGN", request.path, account_id, data, 200)
    return read_account(sandbox, request, account_id)


def read_ledger(sandbox: Sandbox, request: Request) -> Any:
    return [asdict(entry) for entry in sandbox.store.ledger(_after(request))]


def read_arrivals(sandbox: Sandbox, request: Request) -> Any:
    """With `?after=` a seq only the later ones, as for the ledger."""
    return [asdict(arrival) for arrival in arrivals.listed(sandbox.store, _after(request))]


def read_switches(sandbox: Sandbox, request: Request) -> Any:
    return asdict(sandbox.switches)


def turn_switches(sandbox: Sandbox, request: Request) -> Any:
    try:
        sandbox.switches.turn(_data(request))
    except ValueError as error:
        raise bad(str(error), "") from None
    return asdict(sandbox.switches)


def set_faults(sandbox: Sandbox, request: Request) -> Any:
    data = _data(request)
    try:
        sandbox.faults.set(data.get("faults", []), data.get("seed", 1))
    except (TypeError, ValueError) as error:
        raise bad(str(error), "faults") from None
    return {"faults": len(sandbox.faults.listed)}


def stop_listening(sandbox: Sandbox, request: Request) -> Any:
    """{"seconds": 3}: connections are refused from this answer on, for so long; these endpoints are gone meanwhile."""
    seconds = _data(request).get("seconds")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds <= 600:
        raise bad("Field must be more than 0 and at most 600", "seconds")
    if sandbox.stop_listening is None:
        raise bad("No server to close", "")
    sandbox.stop_listening(seconds)
    return {"seconds": seconds}


def reset(sandbox: Sandbox, request: Request) -> Any:
    sandbox.reset()
    return {}


def add_customers(sandbox: Sandbox, request: Request) -> Any:
    data = _data(request)
    with sandbox.store.transaction() as db:
        return {"added": customers.add(db, int(data.get("count", 60)), int(data.get("seed", 1)))}


def add_customers_in_bulk(sandbox: Sandbox, request: Request) -> Any:
    """{"count": 1000000}: as many plain ones, in seconds."""
    data = _data(request)
    with sandbox.store.transaction() as db:
        return {"added": bulk.add(db, int(data.get("count", 100_000)), int(data.get("seed", 1)))}


def _after(request: Request) -> int:
    return request.args.get("after", 0, type=int)


def _data(request: Request) -> dict[str, Any]:
    try:
        data = json.loads(request.get_data() or b"{}")
    except ValueError:
        raise bad("Request body must be valid JSON", "") from None
    if not isinstance(data, dict):
        raise bad("Request body must be a JSON object", "")
    return data


CONTROLS: dict[str, dict[str, Callable[..., Any]]] = {
    "/_sandbox/accounts": {"GET": read_accounts},
    "/_sandbox/accounts/<account_id>": {"GET": read_account, "POST": change_account},
    "/_sandbox/ledger": {"GET": read_ledger},
    "/_sandbox/arrivals": {"GET": read_arrivals},
    "/_sandbox/switches": {"GET": read_switches, "PUT": turn_switches},
    "/_sandbox/faults": {"PUT": set_faults},
    "/_sandbox/listening": {"PUT": stop_listening},
    "/_sandbox/reset": {"POST": reset},
    "/_sandbox/customers": {"POST": add_customers},
    "/_sandbox/customers-bulk": {"POST": add_customers_in_bulk},
}
