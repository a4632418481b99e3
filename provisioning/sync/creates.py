"""Reads of the list what uncertain creates need: one reading serves them all."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models.functions import Now

from provisioning.models import Account, Operation, Scan
from provisioning.sync import accounts

SHORT_LIST = 300  # accounts: a whole reading costs hardly more than a peek
SECONDS = 20.0  # a look's share of a worker; the next look goes on where it stopped


def look() -> None:
    """A peek at first; a whole scan once a settle time is over, unless the list is too long. Raises SendGridError."""
    unclear = Operation.objects.filter(kind=Operation.Kind.CREATE_ACCOUNT, status=Operation.Status.UNCERTAIN)
    if not unclear.exists():
        return
    size = _size()
    settled = unclear.filter(sent_at__lt=Now() - timedelta(seconds=settings.OPERATION_SETTLE_SECONDS))
    affordable = size // 100 + 1 <= settings.SENDGRID_SCAN_MAX_CALLS
    if size <= SHORT_LIST or (affordable and settled.exists()):
        accounts.scan(SECONDS)
    else:
        accounts.peek()


def _size() -> int:
    last = Scan.objects.filter(subject=Scan.Subject.ACCOUNTS, finished_at__isnull=False).first()
    return last.seen if last else Account.objects.at_sendgrid().count()
