"""The endpoints: each takes the request inside its transaction and returns (status, JSON, headers)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Request

from provisioning.sandbox import accounts, sso, validation
from provisioning.sandbox.accounts import Db
from provisioning.sandbox.catalogue import CATALOGUE
from provisioning.sandbox.refusal import Refusal, bad, forbidden
from provisioning.sandbox.switches import Switches

# Column, direction and what comes after the cursor; each served by an index, or a page of a million would be a sort.
ORDERS = {"created": ("seq", "ASC", ">"), "newest": ("seq", "DESC", "<"), "id": ("id", "ASC", ">")}


@dataclass(frozen=True)
class Reply:
    status: int
    body: Any = None
    headers: dict[str, str] | None = None
    account_id: str = ""


@dataclass(frozen=True)
class Context:
    db: Db
    request: Request
    switches: Switches
    origin: str

    def data(self) -> dict[str, Any]:
        """The JSON object of the body."""
        try:
            data = json.loads(self.request.get_data() or b"null")
        except ValueError:
            raise bad("Request body must be valid JSON", "", "10-40000") from None
        if not isinstance(data, dict):
            raise bad("Request body must be a JSON object", "", "10-40000")
        return data


Endpoint = Callable[..., Reply]


def list_accounts(context: Context) -> Reply:
    args, switches = context.request.args, context.switches
    limit, offset = validation.limit(args.get("limit"), 100), args.get("offset")
    column, direction, beyond = ORDERS[switches.list_order]
    after, values = "", []
    if offset:
        found = context.db.execute("SELECT seq, id FROM accounts WHERE id = ?", [offset]).fetchone()
        if found is None or switches.failing_cursor:
            switches.failing_cursor = False
            raise bad("Field must be the last item of a page", "offset", "10-40017")
        after, values = f"WHERE {column} {beyond} ?", [found[column]]
    rows = context.db.execute(
        f"SELECT id, created_at, updated_at, profile FROM accounts {after} "  # noqa: S608
        f"ORDER BY {column} {direction} LIMIT ?",
        [*values, limit],
    ).fetchall()
    listed = [_summary(row, switches) for row in rows]
    return Reply(200, {"accounts": listed, "pages": {"last": rows[-1]["id"] if rows else ""}})


def _summary(row: Any, switches: Switches) -> dict[str, str]:
    summary = {"id": row["id"], "created_at": row["created_at"]}
    email = json.loads(row["profile"]).get("email")
    if switches.list_email and email:
        summary["email"] = email
    if switches.list_updated_at:
        summary["updated_at"] = row["updated_at"]
    return summary


def create_account(context: Context) -> Reply:
    data = context.data()
    profile = validation.profile(data.get("profile"))
    offerings = validation.offerings(data.get("offerings"))
    test = context.request.headers.get("T-Test-Account", "").lower() == "true"
    account_id = accounts.create(context.db, profile, offerings, test=test)
    return Reply(201, {"account_id": account_id}, account_id=account_id)


def delete_account(context: Context, account_id: str) -> Reply:
    accounts.delete(context.db, account_id)
    return Reply(204, account_id=account_id)


def get_state(context: Context, account_id: str) -> Reply:
    return Reply(200, {"state": accounts.find(context.db, account_id)["state"]})


def put_state(context: Context, account_id: str) -> Reply:
    accounts.find(context.db, account_id)
    state = validation.state(context.data().get("state"), context.switches.settable_states)
    accounts.set_state(context.db, account_id, state)
    return Reply(204, account_id=account_id)


def list_catalogue(context: Context) -> Reply:
    return Reply(200, {"catalog": [entry.as_json() for entry in CATALOGUE.values()]})


def get_offerings(context: Context, account_id: str) -> Reply:
    return Reply(200, {"offerings": accounts.offerings_of(context.db, account_id)})


def put_offerings(context: Context, account_id: str) -> Reply:
    accounts.find(context.db, account_id)
    wanted = validation.offerings(context.data().get("offerings"))
    accounts.set_offerings(context.db, account_id, wanted, context.switches)
    return Reply(200, {"offerings": accounts.offerings_of(context.db, account_id)}, account_id=account_id)


def sign_in(context: Context, account_id: str) -> Reply:
    location = sso.mint(context.db, account_id, context.origin, context.switches)
    return Reply(303, headers={"Location": location}, account_id=account_id)


def list_ips(context: Context, account_id: str) -> Reply:
    accounts.find(context.db, account_id)
    args = context.request.args
    limit, offset = validation.limit(args.get("limit"), 5000), args.get("offset")
    before, values = "", [account_id]
    if offset is not None:
        found = context.db.execute(
            "SELECT seq FROM ips WHERE account_id = ? AND ip = ?", [account_id, validation.address(offset)]
        ).fetchone()
        if found is None:
            raise bad("Field must be the last item of a page", "offset", "10-40017")
        before, values = "AND seq < ?", [account_id, found["seq"]]
    rows = context.db.execute(
        f"SELECT ip, region FROM ips WHERE account_id = ? {before} ORDER BY seq DESC LIMIT ?",  # noqa: S608
        [*values, limit],
    ).fetchall()
    return Reply(200, {"result": [dict(row) for row in rows], "pages": {"last": rows[-1]["ip"] if rows else ""}})


def add_ips(context: Context, account_id: str) -> Reply:
    account = accounts.find(context.db, account_id)
    count, region = validation.new_ips(context.data())
    if account["test"]:
        raise bad("A test account cannot have a dedicated IP", "ip", "10-40018")
    if account["state"] == "banned":
        raise Refusal(400, ("A banned account cannot have a dedicated IP", "ip", "10-40018"))
    ips = accounts.add_ips(context.db, account_id, count, region)
    if context.switches.ips_change_addon:
        accounts.count_in_addon(context.db, account_id, count)
    accounts.touch(context.db, account_id)
    return Reply(201, {"ips": ips, "region": region}, account_id=account_id)


def remove_ips(context: Context, account_id: str) -> Reply:
    accounts.find(context.db, account_id)
    ips = validation.ip_list(context.data().get("ips"))
    accounts.remove_ips(context.db, account_id, ips)
    if context.switches.ips_change_addon:
        accounts.count_in_addon(context.db, account_id, -len(ips))
    return Reply(204, account_id=account_id)


def read_email(context: Context) -> Reply:
    """On an account's behalf: the only part of /v3/user the portal asks.

    Undocumented are: an account without an address (an empty text, since the field is required), an unknown account
    (404, as everywhere else) and a call in nobody's name (403: never the reseller's own address instead).
    """
    header = context.request.headers.get("On-Behalf-Of", "")
    scheme, _, account_id = header.partition(" ")
    if scheme.lower() != "account-id" or not context.switches.tells_email:
        raise forbidden()
    profile = json.loads(accounts.find(context.db, account_id.strip())["profile"])
    return Reply(200, {"email": profile.get("email", "")})


ACCOUNTS = "/v3/partners/accounts"
ENDPOINTS: dict[str, dict[str, Endpoint]] = {
    ACCOUNTS: {"GET": list_accounts, "POST": create_account},
    "/v3/partners/offerings": {"GET": list_catalogue},
    "/v3/user/email": {"GET": read_email},
    f"{ACCOUNTS}/<account_id>": {"DELETE": delete_account},
    f"{ACCOUNTS}/<account_id>/state": {"GET": get_state, "PUT": put_state},
    f"{ACCOUNTS}/<account_id>/offerings": {"GET": get_offerings, "PUT": put_offerings},
    f"{ACCOUNTS}/<account_id>/sso": {"POST": sign_in},
    f"{ACCOUNTS}/<account_id>/ips": {"GET": list_ips, "POST": add_ips, "DELETE": remove_ips},
}
