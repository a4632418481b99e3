"""How a fault looks on the wire: resets, hangs, half answers. Works on the raw socket of the request.

Whatever goes out past the WSGI application ends the arrival first: see `arrivals.Arrival`.
"""

from __future__ import annotations

import math
import socket
import struct
import time
from typing import NoReturn

from werkzeug.wrappers import Request

from provisioning.sandbox import clock, refusal
from provisioning.sandbox.arrivals import Underway
from provisioning.sandbox.faults import Fault

REFUSALS = {"401": refusal.unauthorized, "403": refusal.forbidden}
HTML = b"<html><body><h1>Bad gateway</h1></body></html>"


def before(fault: Fault, request: Request, arrival: Underway) -> NoReturn:
    """Nothing happens at SendGrid."""
    if fault.kind == "reset_before":
        reset(request, arrival)
    if fault.kind == "swallowed":
        _wait(request, arrival, fault.duration)
        _close(request, arrival)
    if fault.kind == "429":
        raise refusal.too_many(None if fault.seconds is None else math.ceil(clock.epoch() + fault.seconds))
    if fault.kind == "status_500_before":
        raise refusal.broken(fault.status)
    raise REFUSALS[fault.kind]()


def after(fault: Fault, request: Request, arrival: Underway, status: int) -> None:
    """It happened, but the answer is not what it should be. Returns when the true answer may go out after all."""
    if fault.kind == "reset_after":
        reset(request, arrival)
    if fault.kind == "status_500_after":
        raise refusal.broken(fault.status)
    if fault.kind in {"hang", "latency"}:
        _wait(request, arrival, fault.duration)
        return
    _half_an_answer(fault, request, arrival, status)


def _half_an_answer(fault: Fault, request: Request, arrival: Underway, status: int) -> NoReturn:
    """A 204 goes out as a 200: it has no body that could be spoiled, and a client would rightly be content with it."""
    html = fault.kind == "html"
    head = (
        f"HTTP/1.1 {200 if status == 204 else status} OK\r\nContent-Type: {'text/html' if html else 'application/json'}"
        f"\r\nContent-Length: {len(HTML) if html else 500}\r\nConnection: close\r\n\r\n"
    ).encode()
    wire = _socket(request)
    if fault.kind == "drip":
        wire.sendall(head)
        _drip(wire, fault.duration)
    else:
        arrival.end(status if html else 0)
        wire.sendall(head + (HTML if html else b'{"account'))
    _close(request, arrival)


def _drip(wire: socket.socket, seconds: float) -> None:
    """A byte now and then, so that no single read times out. Raises OSError when the client has hung up."""
    ends_at = time.monotonic() + seconds
    while time.monotonic() < ends_at:
        wire.sendall(b" ")
        time.sleep(0.1)


def _wait(request: Request, arrival: Underway, seconds: float) -> None:
    """Until the time is over. A client that hangs up ends it at once: whatever it sends next overlaps nothing."""
    request.get_data()  # the body would look like news from the client
    wire, ends_at = _socket(request), time.monotonic() + seconds
    wire.settimeout(seconds or None)
    try:
        gone = bool(seconds) and not wire.recv(1, socket.MSG_PEEK)
    except TimeoutError:
        gone = False
    except OSError:
        gone = True
    if gone:
        reset(request, arrival)
    wire.settimeout(None)
    time.sleep(max(0.0, ends_at - time.monotonic()))


def reset(request: Request, arrival: Underway) -> NoReturn:
    """A real TCP RST: the peer sees `connection reset`, not a clean end."""
    request.get_data()  # a client still sending its body would see a broken pipe instead
    arrival.end()
    wire = _socket(request)
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wire.close()
    raise ConnectionAbortedError


def _close(request: Request, arrival: Underway) -> NoReturn:
    """A clean end (FIN), wherever the answer was."""
    arrival.end()
    _socket(request).shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError


def _socket(request: Request) -> socket.socket:
    wire: socket.socket = request.environ["werkzeug.socket"]
    return wire
