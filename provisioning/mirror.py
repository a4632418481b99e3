"""The only writer of the mirror: what SendGrid last said of accounts, offerings, IPs and the catalogue.

Every function takes what was read and writes it inside the caller's transaction. None talks to SendGrid.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from provisioning.models import (
    Account,
    AccountOffering,
    Call,
    CatalogueOffering,
    Event,
    Installation,
    IpAddress,
    Launch,
    LaunchLink,
    Operation,
)
from provisioning.sendgrid.types import AccountSummary, CatalogueEntry, Ip, Offering


def state_read(account: Account, state: str, at: datetime | None = None) -> None:
    """`state` as SendGrid spells it; a word we do not know counts as indeterminate."""
    at = at or timezone.now()
    known = state if state in Account.State.values and state else Account.State.INDETERMINATE
    if account.state != known:
        account.state, account.state_since = known, at
    account.state_synced_at, account.state_stale = at, False
    account.save(update_fields=["state", "state_since", "state_synced_at", "state_stale", "changed_at"])


@transaction.atomic
def offerings_read(account: Account, offerings: Iterable[Offering], at: datetime | None = None) -> None:
    """Replace the account's offerings by this list."""
    wanted = {(offering.name, offering.type): offering.quantity for offering in offerings}
    kept = {}
    for row in AccountOffering.objects.filter(account=account):
        if (row.name, row.type) not in wanted:
            row.delete()
        else:
            kept[row.name, row.type] = row
    for (name, type_), quantity in wanted.items():
        existing = kept.get((name, type_))
        if existing is None:
            AccountOffering.objects.create(account=account, name=name, type=type_, quantity=quantity)
        elif existing.quantity != quantity:
            existing.quantity = quantity
            existing.save(update_fields=["quantity"])
    account.offerings_synced_at, account.offerings_stale = at or timezone.now(), False
    account.save(update_fields=["offerings_synced_at", "offerings_stale", "changed_at"])


@transaction.atomic
def ips_read(account: Account, ips: Iterable[Ip], at: datetime | None = None) -> None:
    """Replace the account's IPs by this list, newest first."""
    listed = list(ips)
    IpAddress.objects.filter(account=account).exclude(ip__in=[ip.ip for ip in listed]).delete()
    IpAddress.objects.bulk_create(
        [IpAddress(account=account, ip=ip.ip, region=ip.region, position=place) for place, ip in enumerate(listed)],
        update_conflicts=True,
        unique_fields=["account", "ip"],
        update_fields=["region", "position"],
    )
    account.ips_synced_at, account.ips_stale = at or timezone.now(), False
    account.save(update_fields=["ips_synced_at", "ips_stale", "changed_at"])


def email_read(account: Account, email: str) -> None:
    """An imported account's address, asked on its behalf. What people wrote into our own record stays."""
    if email and not account.email:
        account.email = email
        account.save(update_fields=["email", "changed_at"])


def server_clock_read(offset: float) -> None:
    """SendGrid's clock against the database's, in seconds."""
    Installation.objects.update(server_clock_offset=offset)


def mark_stale(account: Account, *parts: str) -> None:
    """`parts` are "state", "offerings", "ips": what an answer did not tell and sync must read."""
    Account.objects.filter(pk=account.pk).update(**{f"{part}_stale": True for part in parts})


def listed(summaries: Iterable[AccountSummary]) -> int:
    """Take one page of List Accounts: new ids become rows, known ones get their dates. Returns the new rows."""
    page = {summary.id: summary for summary in summaries}
    known = {account.account_id: account for account in Account.objects.filter(account_id__in=page)}
    new = [_imported(summary) for key, summary in page.items() if key not in known]
    with transaction.atomic():
        Account.objects.bulk_create(new, ignore_conflicts=True)
        for account_id, account in known.items():
            _take_summary(account, page[account_id or ""])
    return len(new)


def _imported(summary: AccountSummary) -> Account:
    return Account(
        account_id=summary.id,
        origin=Account.Origin.IMPORT,
        status=Account.Status.OPEN,
        email=summary.email or "",
        created_at_sendgrid=summary.created_at,
        updated_at_sendgrid=summary.updated_at,
    )


def _take_summary(account: Account, summary: AccountSummary) -> None:
    changed = summary.updated_at is not None and summary.updated_at != account.updated_at_sendgrid
    if not changed and account.created_at_sendgrid == summary.created_at:
        return
    account.created_at_sendgrid = summary.created_at
    if changed:
        account.updated_at_sendgrid = summary.updated_at
        account.state_stale = account.offerings_stale = account.ips_stale = True
    if account.origin == Account.Origin.IMPORT and not account.email and summary.email:
        account.email = summary.email
    account.save()


class AlreadyLinked(Exception):
    """This account ID belongs to another customer record: it is not taken away from it."""


def linked(account: Account, account_id: str) -> None:
    """A create was answered: the row gets its id. A row that sync imported meanwhile is merged into it.

    Raises AlreadyLinked when the id is another customer's.
    """
    imported = Account.objects.select_for_update().filter(account_id=account_id).exclude(pk=account.pk).first()
    if imported is not None:
        if imported.origin != Account.Origin.IMPORT or imported.reference:
            raise AlreadyLinked(account_id)
        for model in (Operation, Event, Call, Launch, LaunchLink):
            model._default_manager.filter(account=imported).update(account=account)
        account.created_at_sendgrid = imported.created_at_sendgrid
        account.updated_at_sendgrid = imported.updated_at_sendgrid
        imported.delete()
    account.account_id, account.status = account_id, Account.Status.OPEN
    account.save()


def ended(account: Account, status: str) -> None:
    """The account is no more at SendGrid (`deleted` by us, or `gone`): history stays, the mirror is emptied."""
    AccountOffering.objects.filter(account=account).delete()
    IpAddress.objects.filter(account=account).delete()
    account.status = status
    account.state_stale = account.offerings_stale = account.ips_stale = False
    account.save(update_fields=["status", "state_stale", "offerings_stale", "ips_stale", "changed_at"])


@transaction.atomic
def catalogue_read(entries: Iterable[CatalogueEntry], at: datetime | None = None) -> None:
    """Replace the catalogue; an offering that disappeared is kept and marked."""
    at = at or timezone.now()
    names = []
    for entry in entries:
        names.append(entry.offering.name)
        CatalogueOffering.objects.update_or_create(
            name=entry.offering.name,
            defaults={
                "type": entry.offering.type,
                "email_sends_max_monthly": entry.entitlements.email_sends_max_monthly,
                "ip_count": entry.entitlements.ip_count,
                "teammates_max_total": entry.entitlements.teammates_max_total,
                "users_max_total": entry.entitlements.users_max_total,
                "seen_at": at,
                "gone_at": None,
            },
        )
    CatalogueOffering.objects.exclude(name__in=names).filter(gone_at=None).update(gone_at=at)
