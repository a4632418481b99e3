"""The one path a request to SendGrid takes: paced, sent, recorded, and its answer made an error or JSON.

Promises: a write is sent once at most; a read is repeated at most twice; the key is in no log, repr or exception.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from provisioning.sendgrid import answers, errors, wire
from provisioning.sendgrid.exchange import Exchange, readable
from provisioning.sendgrid.pacing import Pacer, Unpaced
from provisioning.sendgrid.wire import Answer

__all__ = ["Call", "Exchange", "Transport"]

log = logging.getLogger(__name__)
READ_TRIES = 3
PAUSE_BETWEEN_READS = 0.2  # seconds
Recorder = Callable[[Exchange], None]


@dataclass(frozen=True)
class Call:
    """One request. `group` is method and path template; `expects` the status that means success."""

    method: str
    path: str
    group: str
    expects: int
    params: dict[str, Any] | None = None
    body: Any | None = None
    headers: dict[str, str] | None = None
    secret_answer: bool = False  # SSO: the answer carries a one-time code, so nothing of it is recorded

    @property
    def is_write(self) -> bool:
        return self.method != "GET"


class Transport:
    """`deadline` is the total seconds of one attempt, `overall` those of everything it may ever send.

    The recorder gets every attempt and can break nothing.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        pacer: Pacer | None = None,
        recorder: Recorder | None = None,
        connect_timeout: float = 3.05,
        read_timeout: float = 30.0,
        deadline: float = 45.0,
        overall: float | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._key = api_key
        self._pacer: Pacer = pacer or Unpaced()
        self._recorder = recorder
        self._timeouts = wire.Timeouts(connect_timeout, read_timeout, deadline)
        self._reads = wire.session()
        self._ends_at = time.monotonic() + overall if overall else None
        self.writes_leave_by: float | None = None  # on `wire.clock()`

    def __repr__(self) -> str:
        return f"Transport({self.base_url!r})"

    def send(self, call: Call) -> Answer:
        """The answer with the expected status. Raises SendGridError. Reads are asked again when SendGrid stumbles."""
        tries = 1 if call.is_write else READ_TRIES
        for attempt in range(1, tries + 1):
            try:
                return self._once(call, attempt)
            except (errors.ReadFailed, errors.NotSent):
                if attempt == tries or self._left() < PAUSE_BETWEEN_READS * attempt:
                    raise
                time.sleep(PAUSE_BETWEEN_READS * attempt)
        raise AssertionError("unreachable")

    def _left(self) -> float:
        """Seconds until everything must have ended."""
        return self._ends_at - time.monotonic() if self._ends_at else float("inf")

    def _once(self, call: Call, attempt: int) -> Answer:
        if self._left() < 1:
            raise errors.NotSent("No time was left to ask.")
        self._pacer.before(call.group)
        started_at, started = datetime.now(UTC), time.monotonic()
        answer: Answer | None = None
        failure: errors.SendGridError | None = None
        try:
            answer = self._travel(call)
        except wire.Refused as cause:
            failure = errors.NotSent(f"SendGrid could not be reached ({cause}).")
        except wire.Broken as cause:
            failure = answers.unclear(f"SendGrid's answer did not arrive ({cause}).", write=call.is_write)
        if answer is not None and answer.status != call.expects:
            failure = answers.error_for(answer, call.group, write=call.is_write)
        self._learn(call, answer, failure)
        self._record(call, attempt, started_at, (time.monotonic() - started) * 1000, answer, failure)
        if failure is not None:
            raise failure from None
        assert answer is not None  # noqa: S101
        return answer

    def _travel(self, call: Call) -> Answer:
        headers = {"Authorization": f"Bearer {self._key}", "Accept": "application/json", **(call.headers or {})}
        body = None
        if call.body is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(call.body).encode()
        over = self._reads
        if call.is_write:
            headers["Connection"] = "close"
            over = wire.session()
        wire.leave_by.set(self.writes_leave_by if call.is_write else None)
        try:
            timeouts = self._timeouts.within(self._left())
            return wire.send(over, call.method, self.base_url + call.path, headers, call.params, body, timeouts)
        finally:
            if call.is_write:
                over.close()

    def _learn(self, call: Call, answer: Answer | None, failure: errors.SendGridError | None) -> None:
        if answer is None:
            self._pacer.after(call.group, None)
            return
        wait = failure.wait if isinstance(failure, errors.RateLimited) else None
        self._pacer.after(call.group, answer.status, answers.rate_limit(answer), answers.server_date(answer), wait=wait)

    def _record(
        self,
        call: Call,
        attempt: int,
        started_at: datetime,
        duration_ms: float,
        answer: Answer | None,
        failure: errors.SendGridError | None,
    ) -> None:
        if self._recorder is None:
            return
        hidden = call.secret_answer and failure is None
        exchange = Exchange(
            method=call.method,
            path=call.path,
            group=call.group,
            status=answer.status if answer else None,
            started_at=started_at,
            duration_ms=duration_ms,
            attempt=attempt,
            request_body=call.body,
            response_body=readable(answer.body) if answer and not hidden else None,
            rate_limit=answers.rate_limit(answer) if answer else {},
            request_id=answers.request_id(answer) if answer else None,
            server_date=answers.server_date(answer) if answer else None,
            error=type(failure).__name__ if failure else "",
        )
        try:
            self._recorder(exchange)
        except Exception as error:  # evidence must never turn a done change into an undone one
            log.error("a call could not be recorded: %s", type(error).__name__)
