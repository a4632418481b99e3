"""Which SendGrid this portal talks to, and the client for it.

The database remembers its backend; demo rows are never aimed at the real SendGrid, nor the other way round.
"""

from __future__ import annotations

import logging
from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, IntegrityError, transaction

from provisioning import calls
from provisioning.budget import Priority
from provisioning.models import Account, Installation, Operation
from provisioning.pauses import SharedPacer
from provisioning.sendgrid.client import SendGrid
from provisioning.sendgrid.transport import Transport

TASK_SECONDS = 25.0

log = logging.getLogger(__name__)


def client(
    *,
    operation: Operation | None = None,
    account: Account | None = None,
    priority: Priority = Priority.PEOPLE,
    deadline: float | None = None,
    overall: float | None = TASK_SECONDS,
) -> SendGrid:
    """A client whose calls are paced, and recorded under the operation and account.

    `deadline` is the total seconds one call may take, `overall` those of all its calls: a worker that is asked to
    stop has finished its task in time. Raises ImproperlyConfigured when the database belongs to
    another SendGrid.
    """
    require_match(settings.SENDGRID_BASE_URL)
    read_timeout = float(settings.SENDGRID_READ_TIMEOUT)
    total = deadline or read_timeout + settings.SENDGRID_CONNECT_TIMEOUT
    return SendGrid(
        Transport(
            settings.SENDGRID_BASE_URL,
            settings.SENDGRID_API_KEY,
            pacer=SharedPacer(priority),
            recorder=calls.recorder(operation, account or (operation.account if operation else None)),
            connect_timeout=min(float(settings.SENDGRID_CONNECT_TIMEOUT), total),
            read_timeout=min(read_timeout, total),
            deadline=total,
            overall=overall,
        )
    )


def require_match_at_start() -> None:
    """What every process asks first. A database that does not answer yet is asked again before the first call."""
    try:
        require_match(settings.SENDGRID_BASE_URL)
    except DatabaseError:
        log.warning("the database does not answer yet; which SendGrid it belongs to is checked before the first call")


@cache
def require_match(base_url: str) -> None:
    """Bind an empty database to its SendGrid; refuse one that is bound to another."""
    bound = Installation.objects.first()
    if bound is None:
        try:
            with transaction.atomic():
                bound = Installation.objects.create(id=1, base_url=base_url, is_sandbox=settings.SENDGRID_SANDBOX)
        except IntegrityError:
            bound = Installation.objects.get()
    # The sandbox may move to another port; what matters is that it is the sandbox.
    same = bound.is_sandbox if settings.SENDGRID_SANDBOX else (not bound.is_sandbox and bound.base_url == base_url)
    if not same:
        was = "the sandbox" if bound.is_sandbox else bound.base_url
        now = "the sandbox" if settings.SENDGRID_SANDBOX else base_url
        raise ImproperlyConfigured(
            f"DATABASE_URL points to a database that belongs to {was}, but the settings name {now}. "
            "Use another database, or set SENDGRID_API_KEY and SENDGRID_BASE_URL as they were. "
            "Example: DATABASE_URL=postgres://portal:password@127.0.0.1:5432/another"
        )
