"""Reads the list of accounts: ids first, so that the list is usable at once.

One walk at a time, by a lease, however many ask. It goes on from the stored cursor after a restart and is safe to
repeat. The order of the list is undocumented, so a scan always walks to its end, and a cursor that SendGrid refuses
starts the scan again.
"""

from __future__ import annotations

import time

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now

from provisioning import backend, clock, mirror
from provisioning.budget import Priority
from provisioning.clock import from_now
from provisioning.models import Scan
from provisioning.sendgrid.client import SendGrid
from provisioning.sendgrid.errors import NotFound, ReadFailed, Rejected
from provisioning.sendgrid.types import AccountSummary, Page

RESTARTS_ALLOWED = 3
LEASE_SECONDS = 90.0  # one page takes far less
PAGE_SECONDS = 4.0
KEPT = 50
PEEK_PAGES = 3


def scan(seconds: float | None = None) -> Scan | None:
    """Walk the list to its end, or for so many seconds. Returns the scan, unfinished when the time was up.

    None when another process is walking. Raises SendGridError; the cursor is kept for the next try.
    """
    current = _take()
    if current is None:
        return None
    client = backend.client(priority=Priority.SYNC, deadline=PAGE_SECONDS, overall=None)
    ends_at = time.monotonic() + seconds if seconds else None
    try:
        while not current.finished_at and (ends_at is None or time.monotonic() < ends_at):
            _step(current, client)
    finally:
        Scan.objects.filter(pk=current.pk).update(lease_until=None)
    return current


def peek() -> None:
    """Read where new accounts appear in most orders: the head of the list, and what follows its last known end."""
    client = backend.client(priority=Priority.SYNC, deadline=PAGE_SECONDS, overall=None)
    _read(client, None)
    last = Scan.objects.filter(subject=Scan.Subject.ACCOUNTS, finished_at__isnull=False).first()
    offset = last.cursor if last else ""
    for _ in range(PEEK_PAGES):
        if not offset:
            return
        try:
            page = _read(client, offset)
        except (Rejected, NotFound):  # the account that ended the list is gone
            return
        offset = page.items[-1].id if len(page.items) == 100 else ""


def _step(current: Scan, client: SendGrid) -> None:
    """One page: into the mirror, and the cursor on."""
    try:
        page = _read(client, current.cursor or None)
    except (Rejected, NotFound) as error:
        if not current.cursor or current.restarts >= RESTARTS_ALLOWED:
            raise
        _save(current, cursor="", seen=0, restarts=current.restarts + 1, error=str(error)[:300])
        return
    following = (page.last or page.items[-1].id) if page.items else current.cursor
    ended = len(page.items) < 100
    if not ended and following == current.cursor:
        raise ReadFailed("SendGrid's list of accounts does not move on.")
    _save(current, cursor=following, seen=current.seen + len(page.items), calls=current.calls + 1)
    if ended:
        Scan.objects.filter(pk=current.pk).update(finished_at=Now())
        Scan.objects.filter(subject=Scan.Subject.ACCOUNTS, pk__lt=current.pk - KEPT).delete()
        current.refresh_from_db()


def _save(current: Scan, **fields: object) -> None:
    Scan.objects.filter(pk=current.pk).update(**fields, lease_until=from_now(LEASE_SECONDS), touched_at=Now())
    for name, value in fields.items():
        setattr(current, name, value)


def _read(client: SendGrid, offset: str | None) -> Page[AccountSummary]:
    page = client.list_accounts(offset=offset)
    if page.server_date is not None:
        # Against the moment after the answer: rather a second early than a candidate missed.
        mirror.server_clock_read((page.server_date - clock.now()).total_seconds())
    mirror.listed(page.items)
    return page


def _take() -> Scan | None:
    """The unfinished scan, or a new one, for this process alone."""
    walks = Scan.objects.filter(subject=Scan.Subject.ACCOUNTS, finished_at=None)
    if not walks.exists():
        try:
            with transaction.atomic():
                Scan.objects.create(subject=Scan.Subject.ACCOUNTS)
        except IntegrityError:
            pass  # another process began it a moment ago
    free = walks.filter(Q(lease_until=None) | Q(lease_until__lt=Now()))
    if not free.update(lease_until=from_now(LEASE_SECONDS)):
        return None
    return walks.first()
