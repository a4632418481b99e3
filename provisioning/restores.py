"""Notices that the database is not the one that was written to last: restored, or failed over.

PostgreSQL tells it by its system identifier, the database's own id and the timeline; SQLite cannot, so after putting
a copy back `manage.py restored` is run by hand (docs/reliability.md).
"""

from __future__ import annotations

import logging
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from provisioning import holds
from provisioning.models import Installation

log = logging.getLogger(__name__)
IDENTITY = """
    SELECT (SELECT system_identifier FROM pg_control_system()) || '/'
        || (SELECT oid FROM pg_database WHERE datname = current_database()) || '/'
        || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8)
"""


def identity() -> str:
    """Empty where the database cannot tell."""
    if connection.vendor != "postgresql":
        return ""
    with connection.cursor() as cursor:
        cursor.execute(IDENTITY)
        return str(cursor.fetchone()[0])


def remember() -> None:
    """This database is the one."""
    Installation.objects.update(database_identity=identity())


def check() -> None:
    """Place the hold when the identity changed since it was remembered; remember it the first time."""
    known = Installation.objects.values_list("database_identity", flat=True).first()
    if known is None:
        return
    now = identity()
    if known == now:
        return
    if known:
        log.error("the database was restored or failed over: changes are held until `manage.py restored`")
        holds.restored("The database is another one, or on another timeline, than the one last written to.")
    else:
        remember()


def check_new_connection(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """After a restore the old connections are gone, so every way to a claim leads through here first."""
    ours = connection is connections[DEFAULT_DB_ALIAS]  # Django also connects elsewhere, to make and drop databases
    if connection.vendor != "postgresql" or not ours:
        return
    try:
        check()
    except DatabaseError:  # no tables yet
        log.debug("the database's identity is not known yet")
