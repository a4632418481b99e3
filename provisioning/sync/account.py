"""Reads one account from SendGrid into the mirror: state, offerings, IPs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from provisioning import backend, mirror
from provisioning.budget import Priority
from provisioning.models import Account, Operation
from provisioning.models.operation import HELD
from provisioning.sendgrid.client import SendGrid
from provisioning.sendgrid.errors import NotFound

AT_ONCE = 20
PARTS = ("state", "offerings", "ips")


def refresh(account: Account, *, only_stale: bool = False) -> None:
    """Read the account's parts; with `only_stale`, those that are marked. Raises SendGridError.

    An answer that was asked for before one of our own changes began or ended is not written: it may be older.
    """
    if not account.is_open or not account.account_id:
        return
    client = backend.client(account=account, priority=Priority.SYNC)
    reads: dict[str, tuple[Callable[[str], Any], Callable[..., None]]] = {
        "state": (client.get_state, mirror.state_read),
        "offerings": (client.get_offerings, mirror.offerings_read),
        "ips": (client.ips, mirror.ips_read),
    }
    for part, (read, write) in reads.items():
        if only_stale and not getattr(account, f"{part}_stale"):
            continue
        asked_at, changes = timezone.now(), _changes(account)
        try:
            answer = read(account.account_id)
        except NotFound as error:
            _missing(account, client, error)
            return
        if _changes(account) == changes:
            account.refresh_from_db()
            write(account, answer, asked_at)


def _changes(account: Account) -> tuple[int, int]:
    """Changes whenever one of our own operations starts, ends or hangs on this account."""
    operations = Operation.objects.filter(account=account)
    held = operations.filter(status__in=HELD).count()
    return held, operations.filter(finished_at__isnull=False).count()


def _missing(account: Account, client: SendGrid, error: NotFound) -> None:
    """A 404 proves absence only in SendGrid's own shape and while the same base URL gives a catalogue."""
    if not error.proven:
        raise error
    client.list_catalogue()
    deleting = Operation.objects.filter(account=account, status__in=HELD, kind=Operation.Kind.DELETE_ACCOUNT)
    if not deleting.exists():
        mirror.ended(account, Account.Status.GONE)


def refresh_stale() -> int:
    """Read the parts marked stale, and what is older than MIRROR_FRESH_MINUTES ×6, a few accounts at a time."""
    old = Now() - timedelta(minutes=settings.MIRROR_FRESH_MINUTES * 6)
    aged = Q()
    for part in PARTS:
        aged |= Q(**{f"{part}_stale": True}) | Q(**{f"{part}_synced_at__lt": old})
    turn = Account.objects.at_sendgrid().filter(aged)
    chosen = list(turn.order_by(F("state_synced_at").asc(nulls_first=True), "pk")[:AT_ONCE])
    for account in chosen:
        refresh(account, only_stale=account.is_partly_stale)
    return len(chosen)
