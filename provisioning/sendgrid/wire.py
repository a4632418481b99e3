"""Sends one HTTP request over requests, and reads its answer within one deadline.

It promises: no redirect is followed, no request is sent twice, nothing is read beyond the size cap, and a write
travels on a fresh connection (an idle keep-alive that closes looks like a reset after send). What it raises is
`Refused` (surely not sent) or `Broken` (may have been). Exceptions never hold the request, which carries the key.
"""

from __future__ import annotations

import time
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError, ProtocolError
from urllib3.util import Retry

MAX_BYTES = 32 * 1024 * 1024  # 5,000 IPs or 100 accounts are far below; more is not an answer
CHUNK = 65536


class Refused(Exception):
    """The connection was never made: nothing was sent."""


class Broken(Exception):
    """The request may have reached SendGrid; its answer did not reach us whole."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class _SizeOrTime(Exception):
    pass


class _TooLate(Exception):
    """The moment to leave has passed; not a byte was sent."""


def clock() -> float:
    """Seconds that go on while the process is stopped or the machine sleeps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


# When the first byte must have left, on `clock()`: a worker that was frozen meanwhile must not send any more.
leave_by: ContextVar[float | None] = ContextVar("leave_by", default=None)


class _Punctual:
    """A connection that looks at the clock between being made and its first byte."""

    sock: Any

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()  # type: ignore[attr-defined]
        limit = leave_by.get()
        if limit is not None:
            if clock() > limit:
                raise _TooLate
            leave_by.set(None)  # the rest of this request belongs to its first byte
        super().send(data)  # type: ignore[misc]


class _Http(_Punctual, HTTPConnection):
    pass


class _Https(_Punctual, HTTPSConnection):
    pass


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


@dataclass(frozen=True)
class Timeouts:
    """Seconds: to connect, between two bytes, and for everything together."""

    connect: float
    read: float
    total: float

    def within(self, seconds: float) -> Timeouts:
        """The same, but over after so many seconds in all."""
        return Timeouts(self.connect, self.read, min(self.total, max(0.5, seconds)))


def session() -> requests.Session:
    """A session that neither retries nor reads the machine's proxy and netrc settings into the request."""
    made = requests.Session()
    made.trust_env = False
    for scheme in ("https://", "http://"):
        adapter = HTTPAdapter(max_retries=Retry(0, read=False))
        adapter.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
        made.mount(scheme, adapter)
    return made


def send(
    over: requests.Session,
    method: str,
    url: str,
    headers: dict[str, str],
    params: dict[str, Any] | None,
    body: bytes | None,
    timeouts: Timeouts,
) -> Answer:
    """One request, one answer. Raises Refused or Broken, both without a cause chain."""
    ends_at = time.monotonic() + timeouts.total
    problem: Refused | Broken
    try:
        response = over.request(
            method,
            url,
            headers=headers,
            params=params,
            data=body,
            timeout=(min(timeouts.connect, timeouts.total), min(timeouts.read, timeouts.total)),
            allow_redirects=False,
            stream=True,
        )
        try:
            return Answer(response.status_code, dict(response.headers), _read(response, ends_at))
        finally:
            response.close()
    except requests.exceptions.RequestException as error:
        problem = Refused(_word(error)) if _never_connected(error) else Broken(_word(error))
    except _TooLate:
        problem = Refused("too late to send")
    except _SizeOrTime as error:
        problem = Broken(str(error))
    except Exception as error:  # urllib3 lets some of its own through while a body is read
        problem = Broken(type(error).__name__)
    raise problem


def _read(response: requests.Response, ends_at: float) -> bytes:
    """The whole body, before the deadline and below the cap. `read1` returns what is there, so a drip is noticed."""
    expected = response.headers.get("Content-Length")
    chunks, size = [], 0
    while True:
        if time.monotonic() > ends_at:
            raise _SizeOrTime("the answer took too long")
        chunk = response.raw.read1(CHUNK, decode_content=True)
        if not chunk:
            break
        chunks.append(chunk)
        size += len(chunk)
        if size > MAX_BYTES:
            raise _SizeOrTime("the answer is too large")
    if expected and expected.isdigit() and not response.headers.get("Content-Encoding") and size < int(expected):
        raise _SizeOrTime("the answer was cut off")
    return b"".join(chunks)


def _never_connected(error: requests.exceptions.RequestException) -> bool:
    """Only what fails while connecting is surely not sent. A TLS failure counts as doubt: it may come late."""
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return True
    reason = getattr(error.args[0] if error.args else None, "reason", error.args[0] if error.args else None)
    if isinstance(reason, ProtocolError):
        return False
    return isinstance(reason, NewConnectionError | NameResolutionError | ConnectTimeoutError)


def _word(error: Exception) -> str:
    """A cause without addresses or headers: `ReadTimeout`, `ConnectionError` …"""
    return type(error).__name__
