"""The WSGI application: routes a request, applies faults and limits, and writes the ledger with the effect."""

from __future__ import annotations

import contextlib
import hmac
import json
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from provisioning.sandbox import arrivals, clock, refusal, sso, trouble
from provisioning.sandbox.api import ENDPOINTS, Context, Reply
from provisioning.sandbox.arrivals import Underway
from provisioning.sandbox.control import CONTROLS
from provisioning.sandbox.faults import AFTER, BEFORE, Fault, Faults
from provisioning.sandbox.landings import Landings
from provisioning.sandbox.limits import Limits
from provisioning.sandbox.refusal import Refusal
from provisioning.sandbox.store import Store, enter
from provisioning.sandbox.switches import Switches

KEY = "SG.sandbox"
URLS = Map(
    [
        Rule(path, methods=[method], endpoint=(path.replace("<account_id>", "{id}"), action))
        for table in (ENDPOINTS, CONTROLS)
        for path, actions in table.items()
        for method, action in actions.items()
    ],
    strict_slashes=False,
    merge_slashes=False,
)


@dataclass(frozen=True)
class Visit:
    """An API request that found its endpoint, and what awaits it."""

    request: Request
    group: str
    action: Callable[..., Reply]
    values: Mapping[str, Any]
    fault: Fault | None
    arrival: Underway


class Sandbox:
    """Callable as a WSGI application. `origin` is its own address, for SSO Locations."""

    def __init__(
        self,
        store: Store,
        switches: Switches | None = None,
        key: str = KEY,
        faults: Sequence[dict[str, Any]] = (),
        seed: int = 1,
    ) -> None:
        self.store, self.switches, self.key = store, switches or Switches(), key
        self.faults, self.limits, self.landings = Faults(faults, seed), Limits(), Landings()
        self.origin = ""
        self.stop_listening: Callable[[float], None] | None = None  # the server's, when there is one

    def reset(self) -> None:
        """Forget everything: accounts, ledger, faults and what has yet to land, turned switches."""
        self.landings.forget()
        self.store.clear()
        self.switches.turn({name: getattr(Switches(), name) for name in vars(self.switches)})
        self.faults.set([])
        self.limits = Limits()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        clock.skew(self.switches.clock_skew_seconds)
        request = Request(environ)
        try:
            response = self._answer(request)
        except Refusal as error:
            response = _json(error.status, error.body, error.headers)
        response.headers.setdefault("X-Request-Id", secrets.token_hex(8))
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if request.path == "/sso":
            return self._landing(request)
        try:
            (template, action), values = URLS.bind_to_environ(request.environ).match()
        except HTTPException as error:
            return self._nowhere(request, error)
        if template.startswith("/_sandbox/"):
            return _json(200, action(self, request, **values))
        group = f"{request.method} {template}"
        fault = self.faults.strike(group)
        arrival = self._begin(request, values.get("account_id", ""), fault.kind if fault else "")
        try:
            response = self._api(Visit(request, group, action, values, fault, arrival))
            arrival.end(response.status_code)
            return response
        finally:
            arrival.end()

    def _nowhere(self, request: Request, error: HTTPException) -> Response:
        """A path or method SendGrid does not have. It arrived all the same."""
        response = _json(404, refusal.no_endpoint().body)
        if isinstance(error, MethodNotAllowed):
            response.status_code = 405
            response.headers["Allow"] = ", ".join(sorted(set(error.valid_methods or []) - {"HEAD"}))
        if request.path.startswith("/v3/"):
            self._begin(request, "", "").end(response.status_code)
        return response

    def _begin(self, request: Request, account_id: str, fault: str) -> Underway:
        if not self.switches.record_arrivals:
            return Underway(self.store)
        on_behalf = request.headers.get("On-Behalf-Of", "")
        return arrivals.begin(self.store, request.method, request.path, account_id, on_behalf, fault)

    def _api(self, visit: Visit) -> Response:
        try:
            if self.switches.latency_ms:
                time.sleep(self.switches.latency_ms / 1000)
            left, headers = self.limits.spend(visit.group, self.switches)
            if visit.fault and visit.fault.kind in BEFORE:
                trouble.before(visit.fault, visit.request, visit.arrival)
            reply = self._reply(visit, left)
            if visit.fault and visit.fault.kind in AFTER:
                trouble.after(visit.fault, visit.request, visit.arrival, reply.status)
            return _json(reply.status, reply.body, {**headers, **(reply.headers or {})})
        except Refusal as error:
            return _json(error.status, error.body, error.headers)

    def _reply(self, visit: Visit, left: int) -> Reply:
        """The answer, right or refused: the trouble that follows makes no difference between them."""
        try:
            self._authorise(visit.request)
            self.limits.check(left)
            if visit.fault and visit.fault.kind == "late":
                self._land_later(visit, visit.fault.duration)
            return self._act(visit)
        except Refusal as error:
            return Reply(error.status, error.body, error.headers)

    def _land_later(self, visit: Visit, seconds: float) -> NoReturn:
        """The client is sent away; the effect comes after all, if it still can."""
        visit.request.get_data()  # while there is a socket to read from

        def land() -> None:
            clock.skew(self.switches.clock_skew_seconds)
            with contextlib.suppress(Refusal):
                self._act(visit)

        self.landings.expect(seconds, land)
        trouble.reset(visit.request, visit.arrival)

    def _authorise(self, request: Request) -> None:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), self.key.encode()):
            raise refusal.unauthorized()

    def _act(self, visit: Visit) -> Reply:
        request = visit.request
        with self.store.transaction() as db:
            reply = visit.action(Context(db, request, self.switches, self.origin), **visit.values)
            if request.method != "GET":
                body = request.get_data()
                asked = json.loads(body) if body else None
                enter(db, request.method, request.path, reply.account_id, asked, reply.status, visit.arrival.seq)
                visit.arrival.apply(db)
        return reply

    def _landing(self, request: Request) -> Response:
        nonce = secrets.token_urlsafe(12)
        with self.store.transaction() as db:
            status, page = sso.land(db, request.args.get("code", ""), nonce)
        policy = f"default-src 'none'; style-src 'nonce-{nonce}'; frame-ancestors 'none'"
        headers = {"Content-Security-Policy": policy, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
        return Response(page, status, headers, content_type="text/html; charset=utf-8")


def _json(status: int, body: Any = None, headers: dict[str, str] | None = None) -> Response:
    if body is None:
        response = Response(status=status, headers=headers)
        response.headers.pop("Content-Type", None)
        return response
    return Response(json.dumps(body), status, headers, content_type="application/json")
