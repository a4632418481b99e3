"""Celery's entry points. Each carries only an id; what it means is in the row.

`ring…` functions ask for a task to run soon and never raise: without a broker the sweep does it later.
"""

from __future__ import annotations

import logging
from typing import Any

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from provisioning import heartbeats
from provisioning.models import Account, Call, Heartbeat, Operation
from provisioning.operations import run as running
from provisioning.operations import sweep as sweeping
from provisioning.operations import verify as verifying
from provisioning.sendgrid.errors import SendGridError
from provisioning.sync import account as account_sync
from provisioning.sync import accounts as accounts_sync
from provisioning.sync import catalogue as catalogue_sync
from provisioning.sync import creates as creates_sync

log = logging.getLogger(__name__)
REFRESH_SECONDS = 15.0
SCAN_SECONDS = 15.0  # a walk's turn: a worker that is asked to stop has finished within it


@shared_task
def run_operation(operation_id: int) -> None:
    running.run(operation_id)


@shared_task
def run_batch_operation(operation_id: int) -> None:
    """One of a batch; when it is done it rings for another, so that batches never wait for the sweep."""
    running.run(operation_id)
    following = sweeping.next_of_batches()
    if following is not None:
        _ring(run_batch_operation, following)


@shared_task
def verify_operation(operation_id: int) -> None:
    verifying.verify(operation_id)


@shared_task
def verify_creates(operation_ids: list[int]) -> None:
    """One reading of the list for all of them."""
    _quietly(creates_sync.look)
    for operation_id in operation_ids:
        verifying.verify(operation_id)


@shared_task
def look_for_a_person(operation_id: int) -> None:
    """Fresh evidence for the needs-review desk."""
    operation = Operation.objects.filter(pk=operation_id).first()
    if operation is not None and operation.kind == Operation.Kind.CREATE_ACCOUNT:
        _quietly(accounts_sync.peek)
    _quietly(lambda: verifying.look_for_a_person(operation_id))


@shared_task
def sweep() -> None:
    """Whatever piled up while no worker ran counts as one."""
    if not heartbeats.turn(Heartbeat.SWEEP, settings.SWEEP_SECONDS / 2):
        return
    sweeping.recover()
    sweeping.probe()
    due = sweeping.due()
    for operation_id in due.people:
        ring(operation_id)
    for operation_id in due.batches:
        _ring(run_batch_operation, operation_id)
    for operation_id in due.unclear:
        _ring(verify_operation, operation_id)
    if due.creates:
        _ring(verify_creates, due.creates)


@shared_task
def refresh_account(account_pk: int) -> None:
    account = Account.objects.filter(pk=account_pk).first()
    if account is not None:
        _quietly(lambda: account_sync.refresh(account))


@shared_task
def refresh_stale() -> None:
    if heartbeats.turn(Heartbeat.REFRESH, REFRESH_SECONDS / 2):
        _quietly(account_sync.refresh_stale)


@shared_task
def refresh_catalogue() -> None:
    _quietly(catalogue_sync.refresh)


@shared_task
def import_accounts() -> None:
    """A turn of the walk through the list; an unfinished one rings for its next turn."""
    current = _quietly(lambda: accounts_sync.scan(SCAN_SECONDS))
    if current is not None and current.finished_at is None:
        _ring(import_accounts)


@shared_task
def forget_old_calls() -> None:
    """The evidence of finished work is kept for CALL_LOG_DAYS."""
    Call.objects.outdated().delete()
    heartbeats.forget()


def ring(operation_id: int) -> None:
    _ring(run_operation, operation_id)


def ring_look(operation_id: int) -> None:
    _ring(look_for_a_person, operation_id)


def ring_refresh(account_pk: int) -> None:
    _ring(refresh_account, account_pk)


def ring_catalogue() -> None:
    _ring(refresh_catalogue)


def ring_import() -> None:
    _ring(import_accounts)


def _ring(task: Any, *args: Any) -> None:
    try:
        # Without an expiry: that would compare two machines' clocks. Repeats are kept few by the sweep instead.
        task.apply_async(args=args)
    except Exception as error:  # whatever the broker's trouble is, the row is the truth
        log.warning("the broker did not take %s (%s); the sweep will", task.name, type(error).__name__)


def _quietly(read: Any) -> Any:
    """SendGrid not answering a read is no fault of ours: the next turn reads again."""
    started = timezone.now()
    try:
        return read()
    except SendGridError as error:
        seconds = (timezone.now() - started).total_seconds()
        log.info("sync gave way after %.1f s: %s", seconds, type(error).__name__)
        return None
