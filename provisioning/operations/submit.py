"""The only way in: records what was asked, in one transaction, and rings for it after the commit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Greatest, Now

from provisioning import tasks
from provisioning.clock import from_now
from provisioning.models import Account, Event, Operation, User
from provisioning.models.operation import LANES, PENDING
from provisioning.operations.kinds.base import Refused
from provisioning.operations.registry import KINDS

__all__ = ["AlreadySubmitted", "Refused", "submit", "submit_create"]


WITHOUT_EMAIL = "create without an email"  # nothing tells two of them apart, so they go one at a time


class AlreadySubmitted(Exception):
    """The key was used for another body: a person must say whether this is a new change."""

    def __init__(self, operation: Operation) -> None:
        super().__init__(f"already submitted as operation {operation.pk}")
        self.operation = operation


def submit(
    kind: str,
    account: Account,
    payload: dict[str, Any],
    *,
    user: User | None,
    key: str,
    reason: str = "",
    not_before: datetime | timedelta | None = None,
    retry_of: Operation | None = None,
    background: bool = False,
) -> Operation:
    """Record the change and ring for it. The same key and body give the same operation, however often.

    `not_before` schedules it: a moment, or so long from now; a deletion always has its time for regret.
    `background` marks one of many, behind people's own.

    Raises Refused when the account cannot take it now or the person may not ask for it, AlreadySubmitted when
    the key stands for another body.
    """
    if kind == Operation.Kind.DELETE_ACCOUNT and not_before is None and settings.DELETE_REGRET_HOURS:
        not_before = timedelta(hours=settings.DELETE_REGRET_HOURS)
    fingerprint = _fingerprint(kind, account.pk, payload)
    if earlier := _earlier(key, fingerprint):
        return earlier
    _check(kind, account, payload, user)

    def record() -> Operation:
        # The database's clock, which `claim` asks too: a worker may come within the same millisecond.
        later = from_now(not_before.total_seconds()) if isinstance(not_before, timedelta) else not_before
        due = Greatest(later, Now()) if later is not None else Now()
        operation = Operation.objects.create(
            account=account, kind=kind, lane=LANES[Operation.Kind(kind)], payload=payload, reason=reason,
            requested_by=user, retry_of=retry_of, idempotency_key=key, fingerprint=fingerprint,
            placed_at=due, next_run_at=due, not_before=later, background=background,
        )  # fmt: skip
        Event.objects.record(
            "operation.submitted", actor=user, account=account, operation=operation, data={"kind": kind}
        )
        return operation

    return _once(record, key, fingerprint)


def submit_create(
    *,
    profile: dict[str, str],
    offerings: list[dict[str, Any]],
    test: bool,
    user: User | None,
    key: str,
    reference: str | None = None,
    reason: str = "",
    background: bool = False,
) -> Operation:
    """Record a new account and the operation that creates it. The account is `creating` until SendGrid answered.

    Raises Refused when another open create has the same email, or the reference is taken.
    """
    given = {name: value for name, value in profile.items() if value}
    payload = {"profile": given, "offerings": offerings, "test": test}
    fingerprint = _fingerprint(Operation.Kind.CREATE_ACCOUNT, None, {**payload, "reference": reference or ""})
    if earlier := _earlier(key, fingerprint):
        return earlier
    _check_create(given.get("email", ""), reference, user)

    def record() -> Operation:
        account = Account.objects.create(
            status=Account.Status.CREATING, is_test=test, reference=reference or None, **given
        )
        operation = Operation.objects.create(
            account=account, kind=Operation.Kind.CREATE_ACCOUNT, lane=LANES[Operation.Kind.CREATE_ACCOUNT],
            payload=payload, reason=reason, requested_by=user, idempotency_key=key, fingerprint=fingerprint,
            placed_at=Now(), next_run_at=Now(), background=background,
            exclusive=None if given.get("email") else WITHOUT_EMAIL,
        )  # fmt: skip
        Event.objects.record(
            "operation.submitted", actor=user, account=account, operation=operation, data={"kind": operation.kind}
        )
        return operation

    return _once(record, key, fingerprint)


def _once(record: Callable[[], Operation], key: str, fingerprint: str) -> Operation:
    """Record and ring; of two at the same moment, the key lets one through and gives both the same operation."""
    try:
        with transaction.atomic():
            operation = record()
            operation.refresh_from_db()
            operation_id = operation.pk
            if operation.not_before is None and not operation.background:
                transaction.on_commit(lambda: tasks.ring(operation_id), robust=True)
    except IntegrityError:
        earlier = _earlier(key, fingerprint)
        if earlier is None:
            raise
        return earlier
    return operation


def _earlier(key: str, fingerprint: str) -> Operation | None:
    operation = Operation.objects.filter(idempotency_key=key).first()
    if operation is not None and operation.fingerprint != fingerprint:
        raise AlreadySubmitted(operation)
    return operation


def _check(kind: str, account: Account, payload: dict[str, Any], user: User | None) -> None:
    rules = KINDS[kind]
    if user is not None and not user.may(rules.right(payload)):
        raise Refused("Your role does not allow this change.", error="not_allowed")
    rules.check(account, payload)


def _check_create(email: str, reference: str | None, user: User | None) -> None:
    if user is not None and not user.may(KINDS[Operation.Kind.CREATE_ACCOUNT].right({})):
        raise Refused("Your role does not allow this change.", error="not_allowed")
    if reference and Account.objects.filter(reference=reference).exists():
        raise Refused("This customer reference is taken.", error="reference")
    open_creates = Operation.objects.filter(kind=Operation.Kind.CREATE_ACCOUNT, status__in=PENDING)
    # An uncertain create is told apart by its email, so two open ones must not share it.
    if email and open_creates.filter(account__email__iexact=email).exists():
        raise Refused("An account with this email is being created already.", error="email")


def _fingerprint(kind: str, account_pk: int | None, body: dict[str, Any]) -> str:
    text = json.dumps([kind, account_pk, body], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
