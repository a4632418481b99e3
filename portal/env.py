"""Reads one setting from the environment, or says in one line what is wrong with it.

Every reader raises `ImproperlyConfigured` with the variable's name, the problem and an example.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def wrong(name: str, problem: str, example: str) -> ImproperlyConfigured:
    """The one shape of a settings error."""
    return ImproperlyConfigured(f"{name} {problem}. Example: {name}={example}")


def text(name: str, default: str = "") -> str:
    return str(env.str(name, default=default)).strip()


def flag(name: str, default: bool) -> bool:
    raw = text(name).lower()
    if not raw:
        return default
    if raw in {"1", "true", "yes", "on"}:
        return True
    if raw in {"0", "false", "no", "off"}:
        return False
    raise wrong(name, f"must be true or false, not {raw!r}", "true")


def whole_number(name: str, default: int, *, at_least: int = 1, at_most: int | None = None) -> int:
    raw = text(name)
    if not raw:
        return default
    limits = f"a whole number of at least {at_least}" + (f" and at most {at_most}" if at_most else "")
    if not raw.isascii() or not raw.isdigit():
        raise wrong(name, f"must be {limits}, not {raw!r}", str(default))
    number = int(raw)
    if number < at_least or (at_most is not None and number > at_most):
        raise wrong(name, f"must be {limits}, not {raw!r}", str(default))
    return number


def words(name: str, default: Iterable[str] = (), *, allowed: Iterable[str] | None = None) -> list[str]:
    """A comma-separated list; empty items are dropped."""
    raw = text(name)
    items = [item.strip() for item in raw.split(",") if item.strip()] if raw else list(default)
    if allowed is not None:
        permitted = list(allowed)
        strange = [item for item in items if item not in permitted]
        if strange:
            raise wrong(name, f"does not know {', '.join(strange)}", ",".join(permitted))
    return items


def sendgrid_url(name: str, default: str) -> str:
    """A base URL: https, or http on loopback, without user, query or trailing slash."""
    raw = text(name, default).rstrip("/")
    example = "https://api.sendgrid.com"
    try:
        parts = urlsplit(raw)
        _ = parts.port
    except ValueError as error:
        raise wrong(name, f"is not a URL ({error})", example) from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise wrong(name, "must start with https:// and name a host", example)
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise wrong(name, "must be https, because the API key travels with every call", example)
    if parts.username or parts.query or parts.fragment or parts.path:
        raise wrong(name, "must be only scheme, host and port", example)
    return raw


def host_names(name: str, default: Iterable[str]) -> list[str]:
    """Bare host names (SSO hosts): no scheme, no path, no port."""
    hosts = [host.lower() for host in words(name, default)]
    for host in hosts:
        if any(character in host for character in "/:@*? "):
            raise wrong(name, f"takes bare host names, not {host!r}", "app.sendgrid.com")
    return hosts


def database(name: str, default: str) -> dict[str, Any]:
    """Django's DATABASES entry from a URL such as postgres://user:password@host:5432/name."""
    example = "postgres://portal:password@127.0.0.1:5432/portal"
    raw = text(name, default)
    if raw.split(":", 1)[0] not in {"sqlite", "postgres", "postgresql", "psql"}:
        raise wrong(name, "must start with postgres:// or sqlite:///", example)
    try:
        return dict(environ.Env.db_url_config(raw))
    except Exception:
        raise wrong(name, "is not a database URL", example) from None


def redis(name: str) -> str:
    raw = text(name)
    if raw and not raw.startswith(("redis://", "rediss://")):
        raise wrong(name, "must start with redis:// or rediss://", "redis://127.0.0.1:6379/0")
    return raw
