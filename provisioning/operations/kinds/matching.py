"""Which listed account, if any, an uncertain create made.

A candidate is an account that belongs to no customer here and that appeared since the send. It is taken only when
its email is proven equal and nobody else may claim it; a candidate that several could have made goes to nobody.
Absence counts only after two whole scans of the list that began after the settle time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Now

from provisioning import mirror
from provisioning.models import Account, Installation, Operation, Scan
from provisioning.operations.kinds.base import Proof, Verdict
from provisioning.sendgrid.client import SendGrid
from provisioning.sendgrid.errors import Forbidden, NotFound, Rejected, Unauthorized

MARGIN = timedelta(seconds=5)  # the Date header has whole seconds, and answers take their time
ENOUGH = 20  # more candidates than a person can compare prove nothing anyway
OPEN = [Operation.Status.RUNNING, Operation.Status.UNCERTAIN, Operation.Status.NEEDS_REVIEW]


@dataclass(frozen=True)
class Candidate:
    """`same_email` is None while SendGrid does not tell the account's address."""

    account: Account
    same_email: bool | None

    def evidence(self) -> dict[str, Any]:
        created = self.account.created_at_sendgrid
        return {
            "account_id": self.account.account_id,
            "created_at": created.isoformat() if created else "",
            "email": self.account.email,
            "same_email": self.same_email,
        }


def match(operation: Operation, client: SendGrid) -> Verdict:
    """What the mirror of the list, and SendGrid asked on a candidate's behalf, prove. Raises SendGridError."""
    found = candidates(operation, client)
    seen = {"candidates": [candidate.evidence() for candidate in found], "pages": _pages()}
    proven = [candidate for candidate in found if candidate.same_email]
    if len(proven) == 1 and not _contested(operation):
        return Verdict(Proof.HAPPENED, {"account_id": proven[0].account.account_id}, "", seen)
    possible = [candidate for candidate in found if candidate.same_email is not False]
    if possible:
        if Operation.objects.filter(kind=operation.kind, status=Operation.Status.RUNNING).exists():
            return Verdict(Proof.TOO_EARLY, {}, "Another create is on its way; its account may be among these.", seen)
        return Verdict(Proof.UNCLEAR, {}, f"{len(possible)} accounts could be the one; none is proven to be.", seen)
    if _pages() > settings.SENDGRID_SCAN_MAX_CALLS:
        message = "The account was not found, and the list is too long to prove that it is not there."
        return Verdict(Proof.UNCLEAR, {}, message, seen)
    if scans_since_settled(operation) < 2:
        return Verdict(Proof.TOO_EARLY, {}, "Not found in the list so far.", seen)
    return Verdict(Proof.DID_NOT, {}, "Two whole readings of the list do not show it.", seen)


def candidates(operation: Operation, client: SendGrid) -> list[Candidate]:
    """Accounts this create may have made, oldest first. Asks SendGrid for an address it needs and has not."""
    email = operation.account.email
    found = []
    for account in _unclaimed(operation)[:ENOUGH]:
        if email and not account.email:
            _ask_email(account, client)
        found.append(Candidate(account, _same(email, account.email)))
    return found


def scans_since_settled(operation: Operation) -> int:
    settled = timedelta(seconds=settings.OPERATION_SETTLE_SECONDS)
    began = operation.sent_at + settled if operation.sent_at else Now()
    whole = Scan.objects.filter(subject=Scan.Subject.ACCOUNTS, finished_at__isnull=False)
    return whole.filter(started_at__gt=began).count()


def _unclaimed(operation: Operation) -> QuerySet[Account]:
    """Imported rows that belong to no customer record, created since the send on SendGrid's clock."""
    offset = Installation.objects.values_list("server_clock_offset", flat=True).first() or 0.0
    sent = operation.sent_at or operation.submitted_at
    since = sent + timedelta(seconds=offset) - MARGIN
    free = Account.objects.at_sendgrid().filter(origin=Account.Origin.IMPORT, reference=None, operations=None)
    return free.filter(created_at_sendgrid__gte=since).order_by("created_at_sendgrid")


def _ask_email(account: Account, client: SendGrid) -> None:
    """On the account's behalf. That SendGrid does not tell is an answer too: the address stays unknown."""
    try:
        mirror.email_read(account, client.email_of(account.account_id or ""))
    except (NotFound, Rejected, Forbidden, Unauthorized):
        return


def _same(wanted: str, found: str) -> bool | None:
    if not found or not wanted:
        return None
    return wanted.casefold() == found.casefold()


def _contested(operation: Operation) -> bool:
    """Whether another open create could claim the same address (two are refused at submit)."""
    others = Operation.objects.filter(kind=operation.kind, status__in=OPEN).exclude(pk=operation.pk)
    return others.filter(account__email__iexact=operation.account.email).exists()


def _pages() -> int:
    """Calls that one reading of the list takes, as far as the last one tells."""
    last = Scan.objects.filter(subject=Scan.Subject.ACCOUNTS, finished_at__isnull=False).first()
    return 1 + (last.seen if last else Account.objects.at_sendgrid().count()) // 100
