"""One method per endpoint of the two provisioning APIs. See the endpoint tables in Twilio's documentation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from provisioning.sendgrid import answers, errors, parse, wire
from provisioning.sendgrid.transport import Call, Transport
from provisioning.sendgrid.types import (
    AccountSummary,
    AddedIps,
    CatalogueEntry,
    Ip,
    Offering,
    Page,
    Profile,
    SsoRedirect,
)
from provisioning.sendgrid.wire import Answer

ACCOUNTS = "/v3/partners/accounts"
ACCOUNTS_A_PAGE = 100
IPS_A_PAGE = 5000


class SendGrid:
    """Every method raises SendGridError; see `errors` for what the caller does next."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def __repr__(self) -> str:
        return f"SendGrid({self._transport!r})"

    def send_writes_within(self, seconds: float) -> None:
        """The next write's first byte leaves within so many seconds from now, or NotSent is raised instead."""
        self._transport.writes_leave_by = wire.clock() + seconds

    # --- accounts ---------------------------------------------------------------------------------
    def list_accounts(self, limit: int = ACCOUNTS_A_PAGE, offset: str | None = None) -> Page[AccountSummary]:
        """At most 100 accounts after the id `offset`. Their order is undocumented."""
        call = Call("GET", ACCOUNTS, f"GET {ACCOUNTS}", 200, params=_page(limit, offset))
        answer = self._transport.send(call)
        page: Page[AccountSummary] = _shaped(answer, parse.accounts, errors.ReadFailed)
        return replace(page, server_date=answers.server_date(answer))

    def account_pages(self, offset: str | None = None) -> Iterator[Page[AccountSummary]]:
        """Every page after `offset`; the list ends with a page that is short or empty."""
        while True:
            page = self.list_accounts(ACCOUNTS_A_PAGE, offset)
            if page.items:
                yield page
            if len(page.items) < ACCOUNTS_A_PAGE:
                return
            following = page.last or page.items[-1].id
            if following == offset:
                raise errors.ReadFailed("SendGrid's list of accounts does not move on.")
            offset = following

    def create_account(self, profile: Profile, offerings: Sequence[Offering], test: bool = False) -> str:
        """The new account's id. There is no idempotency key: sent once, whatever happens."""
        body: dict[str, Any] = {"offerings": [_offering(item) for item in offerings]}
        given = {name: value for name, value in vars(profile).items() if value}
        if given:
            body = {"profile": given, **body}
        headers = {"T-Test-Account": "true"} if test else None
        call = Call("POST", ACCOUNTS, f"POST {ACCOUNTS}", 201, body=body, headers=headers)
        return self._write(call, parse.account_id)

    def delete_account(self, account_id: str) -> None:
        """Irreversible: revokes keys and SSO, removes offerings and IPs, ends billing."""
        self._transport.send(_on_account("DELETE", account_id, "", 204))

    def email_of(self, account_id: str) -> str:
        """The account's own email address, asked on its behalf. Empty when SendGrid knows none."""
        if not account_id:
            raise ValueError("not an account id")
        path, headers = "/v3/user/email", {"on-behalf-of": f"account-id {account_id}"}
        return self._read(Call("GET", path, f"GET {path}", 200, headers=headers), parse.email)

    # --- state ------------------------------------------------------------------------------------
    def get_state(self, account_id: str) -> str:
        return self._read(_on_account("GET", account_id, "/state", 200), parse.state)

    def set_state(self, account_id: str, state: str) -> None:
        self._transport.send(_on_account("PUT", account_id, "/state", 204, body={"state": state}))

    # --- offerings --------------------------------------------------------------------------------
    def list_catalogue(self) -> tuple[CatalogueEntry, ...]:
        path = "/v3/partners/offerings"
        return self._read(Call("GET", path, f"GET {path}", 200), parse.catalogue)

    def get_offerings(self, account_id: str) -> tuple[Offering, ...]:
        return self._read(_on_account("GET", account_id, "/offerings", 200), parse.offerings)

    def set_offerings(self, account_id: str, offerings: Sequence[Offering]) -> tuple[Offering, ...]:
        """Replaces the whole list. Returns what SendGrid says it is now."""
        body = {"offerings": [_offering(item) for item in offerings]}
        return self._write(_on_account("PUT", account_id, "/offerings", 200, body=body), parse.offerings)

    # --- single sign-on ---------------------------------------------------------------------------
    def sign_in(self, account_id: str) -> SsoRedirect:
        """Mints a one-time code. Raises OutcomeUnknown for a 303 without a Location."""
        answer = self._transport.send(_on_account("POST", account_id, "/sso", 303, secret_answer=True))
        location = answers.header(answer, "Location")
        if not location:
            raise errors.OutcomeUnknown("SendGrid sent no address to go to.", status=answer.status)
        return SsoRedirect(location, answers.request_id(answer) or "")

    # --- IPs --------------------------------------------------------------------------------------
    def list_ips(self, account_id: str, limit: int = IPS_A_PAGE, offset: str | None = None) -> Page[Ip]:
        """At most 5,000 IPs after the address `offset`, newest first."""
        return self._read(_on_account("GET", account_id, "/ips", 200, params=_page(limit, offset)), parse.ips)

    def ips(self, account_id: str) -> tuple[Ip, ...]:
        """All of the account's IPs, newest first."""
        found: list[Ip] = []
        offset = None
        while True:
            page = self.list_ips(account_id, IPS_A_PAGE, offset)
            found.extend(page.items)
            if len(page.items) < IPS_A_PAGE:
                return tuple(found)
            offset = page.last or page.items[-1].ip

    def add_ips(self, account_id: str, count: int, region: str) -> AddedIps:
        """Provisions 1 to 10 new IPs in one region. Not idempotent."""
        body = {"count": count, "region": region}
        return self._write(_on_account("POST", account_id, "/ips", 201, body=body), parse.added_ips)

    def remove_ips(self, account_id: str, ips: Sequence[str]) -> None:
        """1 to 10 addresses; traffic on them stops at once."""
        self._transport.send(_on_account("DELETE", account_id, "/ips", 204, body={"ips": list(ips)}))

    # --- reading answers --------------------------------------------------------------------------
    def _read(self, call: Call, shape: Any) -> Any:
        return _shaped(self._transport.send(call), shape, errors.ReadFailed)

    def _write(self, call: Call, shape: Any) -> Any:
        return _shaped(self._transport.send(call), shape, errors.OutcomeUnknown)


def _shaped(answer: Answer, shape: Any, otherwise: type[errors.SendGridError]) -> Any:
    """A success that cannot be read is no success: after a write it is doubt."""
    try:
        return shape(answers.parsed(answer.body))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise otherwise(
            f"SendGrid answered {answer.status} with something unreadable.",
            status=answer.status,
            request_id=answers.request_id(answer),
        ) from None


def _on_account(method: str, account_id: str, rest: str, expects: int, **more: Any) -> Call:
    # Quoted with nothing spared, so that an id can never become another path.
    if not account_id or account_id in {".", ".."}:
        raise ValueError("not an account id")
    path = f"{ACCOUNTS}/{quote(account_id, safe='')}{rest}"
    return Call(method, path, f"{method} {ACCOUNTS}/{{id}}{rest}", expects, **more)


def _page(limit: int, offset: str | None) -> dict[str, Any]:
    return {"limit": limit} | ({"offset": offset} if offset else {})


def _offering(offering: Offering) -> dict[str, Any]:
    return {"name": offering.name, "type": offering.type, "quantity": offering.quantity}
