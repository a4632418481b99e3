"""A PostgreSQL database and a Redis of one's own, on the servers that the tests were given."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis

# Redis has 16 databases: the suite itself uses the one it was given, each of these two users one a test process.
REDIS_DATABASES = {"journeys": 10, "services": 12}


@dataclass(frozen=True)
class Services:
    database_url: str
    redis_url: str


def given() -> bool:
    return bool(os.environ.get("TEST_DATABASE_URL") and os.environ.get("TEST_REDIS_URL"))


def elsewhere(url: str, path: str) -> str:
    """The same server, another database."""
    return urlunsplit(urlsplit(url)._replace(path=path))


@contextmanager
def services(user: str) -> Iterator[Services]:
    """Emptied before; two portals on one broker would take each other's messages."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    server = os.environ["TEST_DATABASE_URL"].replace("postgres://", "postgresql://", 1)
    name = f"portal_{user}_{worker}"
    broker = elsewhere(os.environ["TEST_REDIS_URL"], f"/{REDIS_DATABASES[user] + worker % 2}")
    with psycopg.connect(elsewhere(server, "/postgres"), autocommit=True) as connection:
        connection.execute(f"drop database if exists {name} with (force)")
        connection.execute(f"create database {name}")
    with redis.Redis.from_url(broker) as queue:
        queue.flushdb()
    yield Services(elsewhere(server, f"/{name}"), broker)
    with psycopg.connect(elsewhere(server, "/postgres"), autocommit=True) as connection:
        connection.execute(f"drop database if exists {name} with (force)")
