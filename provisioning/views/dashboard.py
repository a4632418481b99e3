"""Home: where the reseller's accounts stand, and what needs a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from provisioning.models import Account, AccountOffering, Operation, Scan
from provisioning.models.operation import PENDING


def dashboard(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "staff/dashboard.html",
        {
            "states": _by_state(),
            "packages": _by_package(),
            "outcomes": _outcomes(),
            "todo": _todo(),
            "sync": _sync(),
        },
    )


def _bars(rows: list[tuple[str, str, int]]) -> list[dict[str, Any]]:
    """(label, url, count) with each count's width in per cent of the largest."""
    most = max((count for _label, _url, count in rows), default=0)
    return [
        {"label": label, "url": url, "count": count, "width": round(100 * count / most) if most else 0}
        for label, url, count in rows
    ]


def _by_state() -> list[dict[str, Any]]:
    counted = dict(Account.objects.at_sendgrid().values_list("state").annotate(Count("pk")).order_by())
    url = reverse("account_list")
    return _bars(
        [
            (str(state.label), f"{url}?state={state.value or 'unknown'}", counted[state.value])
            for state in Account.State
            if counted.get(state.value)
        ]
    )


def _by_package() -> list[dict[str, Any]]:
    rows = AccountOffering.objects.filter(type="package", account__status=Account.Status.OPEN)
    counted = rows.values_list("name").annotate(total=Count("pk")).order_by("-total", "name")
    url = reverse("account_list")
    return _bars([(name, f"{url}?package={name}", total) for name, total in counted])


def _outcomes() -> list[dict[str, Any]]:
    week = Operation.objects.filter(submitted_at__gte=timezone.now() - timedelta(days=7))
    counted = dict(week.values_list("status").annotate(Count("pk")).order_by())
    url = reverse("operation_list")
    return _bars(
        [
            (str(status.label), f"{url}?status={status.value}", counted[status.value])
            for status in Operation.Status
            if counted.get(status.value)
        ]
    )


def _todo() -> list[dict[str, Any]]:
    """What a person should look at, with a way in; nothing that is at zero."""
    since = timezone.now() - timedelta(days=1)
    operations, accounts = reverse("operation_list"), reverse("account_list")
    open_accounts = Account.objects.at_sendgrid()
    rows = [
        (
            _("changes need review: their outcome could not be proven"),
            reverse("review_list"),
            Operation.objects.filter(status=Operation.Status.NEEDS_REVIEW).count(),
        ),
        (
            _("changes failed in the last 24 hours"),
            f"{operations}?status=failed",
            Operation.objects.filter(status=Operation.Status.FAILED, finished_at__gte=since).count(),
        ),
        (
            _("changes wait and have been tried before"),
            f"{operations}?status=queued",
            Operation.objects.filter(status=Operation.Status.QUEUED, attempts__gt=0).count(),
        ),
        (
            _("accounts are indeterminate: contact SendGrid support"),
            f"{accounts}?state=indeterminate",
            open_accounts.filter(state=Account.State.INDETERMINATE).count(),
        ),
        (
            _("accounts are banned"),
            f"{accounts}?state=banned",
            open_accounts.filter(state=Account.State.BANNED).count(),
        ),
        (
            _("accounts are gone at SendGrid"),
            f"{accounts}?status=gone",
            Account.objects.filter(status=Account.Status.GONE).count(),
        ),
    ]
    return [{"label": label, "url": url, "count": count} for label, url, count in rows if count]


def _sync() -> dict[str, Any]:
    scans = Scan.objects.filter(subject=Scan.Subject.ACCOUNTS, finished_at__isnull=False)
    catalogue = Scan.objects.filter(subject=Scan.Subject.CATALOGUE).first()
    open_accounts = Account.objects.at_sendgrid()
    return {
        "accounts": open_accounts.count(),
        "last_scan": scans.first(),
        "oldest": open_accounts.aggregate(oldest=Min("state_synced_at"))["oldest"],
        "stale": open_accounts.stale().count(),
        "catalogue": catalogue,
        "pending": Operation.objects.filter(status__in=PENDING).count(),
    }
