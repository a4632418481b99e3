"""The Operation: what somebody asked SendGrid to change, and what became of it.

The row is the outbox (decision 0001): it is committed before anything is sent, the broker only rings for it.
Its constraints hold what must always be true; `operations/` moves it between statuses.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from provisioning.models.account import Account


class Kind(models.TextChoices):
    CREATE_ACCOUNT = "create_account", _("Create account")
    UPDATE_OFFERINGS = "update_offerings", _("Change offerings")
    CHANGE_STATE = "change_state", _("Change state")
    ADD_IPS = "add_ips", _("Add IPs")
    REMOVE_IPS = "remove_ips", _("Remove IPs")
    DELETE_ACCOUNT = "delete_account", _("Delete account")


class Status(models.TextChoices):
    AWAITING_APPROVAL = "awaiting_approval", _("Awaiting approval")
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    UNCERTAIN = "uncertain", _("Uncertain")
    NEEDS_REVIEW = "needs_review", _("Needs review")
    SUCCEEDED = "succeeded", _("Succeeded")
    FAILED = "failed", _("Failed")
    REJECTED = "rejected", _("Rejected")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Expired")


class Lane(models.TextChoices):
    RESOURCES = "resources", _("Resources")
    STANDING = "standing", _("Standing")


TERMINAL = [Status.SUCCEEDED, Status.FAILED, Status.REJECTED, Status.CANCELLED, Status.EXPIRED]
HELD = [Status.RUNNING, Status.UNCERTAIN, Status.NEEDS_REVIEW]
PENDING = [Status.AWAITING_APPROVAL, Status.QUEUED, *HELD]
LANES = {
    Kind.CREATE_ACCOUNT: Lane.STANDING,
    Kind.UPDATE_OFFERINGS: Lane.RESOURCES,
    Kind.ADD_IPS: Lane.RESOURCES,
    Kind.REMOVE_IPS: Lane.RESOURCES,
    Kind.CHANGE_STATE: Lane.STANDING,
    Kind.DELETE_ACCOUNT: Lane.STANDING,
}


class OperationQuerySet(models.QuerySet["Operation"]):
    def pending(self) -> OperationQuerySet:
        return self.filter(status__in=PENDING)

    def needing_a_person(self) -> OperationQuerySet:
        return self.filter(status__in=[Status.NEEDS_REVIEW, Status.AWAITING_APPROVAL])

    def due(self, now: Any) -> OperationQuerySet:
        """Queued, its time has come."""
        return self.filter(status=Status.QUEUED, next_run_at__lte=now)


class Operation(models.Model):
    Kind, Status, Lane = Kind, Status, Lane

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="operations")
    kind = models.CharField(max_length=20, choices=Kind)
    lane = models.CharField(max_length=10, choices=Lane)
    status = models.CharField(max_length=20, choices=Status, default=Status.QUEUED)
    payload = models.JSONField(help_text=_("What was asked; its shape belongs to the kind."))
    reason = models.CharField(max_length=500, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="operations"
    )
    retry_of = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="retries")
    idempotency_key = models.CharField(max_length=120, unique=True)
    fingerprint = models.CharField(max_length=64, help_text=_("SHA-256 of kind, account and payload."))

    # Part of a batch or an import of wishes: people's own changes go first.
    background = models.BooleanField(default=False)
    # Of those that share this word, one at a time is on its way: creates without an email cannot be told apart.
    exclusive = models.CharField(max_length=40, null=True)
    # Found unfinished after a restore of the database: what the lane's constraint may not refuse.
    restored = models.BooleanField(default=False)

    # Its place in the account's order, taken when it is approved and due.
    placed_at = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)
    next_run_at = models.DateTimeField(null=True)
    rung_at = models.DateTimeField(null=True, help_text=_("When the sweep last rang for it."))
    attempts = models.PositiveIntegerField(default=0)
    crashes = models.PositiveSmallIntegerField(default=0)
    fence = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    baseline = models.JSONField(null=True, help_text=_("What the account looked like just before the send."))
    looks = models.PositiveIntegerField(default=0, help_text=_("How often the outcome was looked for."))
    evidence = models.JSONField(null=True, help_text=_("What the last look saw; its shape belongs to the kind."))

    result = models.JSONField(null=True)
    error = models.CharField(max_length=30, blank=True, help_text=_("A word for the cause."))
    error_message = models.TextField(blank=True)
    error_fields = models.JSONField(default=list)

    submitted_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = OperationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["account", "-id"]),
            models.Index(fields=["status", "-id"]),
            models.Index(fields=["kind", "-id"]),
            models.Index(name="operation_due", fields=["background", "next_run_at"], condition=Q(status="queued")),
            models.Index(name="operation_unclear", fields=["next_run_at"], condition=Q(status="uncertain")),
            models.Index(name="operation_leased", fields=["lease_until"], condition=Q(status="running")),
        ]
        constraints = [
            models.UniqueConstraint(
                name="operation_one_running_per_account", fields=["account"], condition=Q(status="running")
            ),
            models.UniqueConstraint(
                name="operation_one_held_per_lane",
                fields=["account", "lane"],
                condition=Q(status__in=["running", "uncertain", "needs_review"], restored=False),
            ),
            models.UniqueConstraint(
                name="operation_exclusive_one_at_a_time",
                fields=["exclusive"],
                condition=Q(status__in=["running", "uncertain"], restored=False),
            ),
            models.CheckConstraint(
                name="operation_lease_iff_running",
                condition=Q(status="running", lease_until__isnull=False)
                | (~Q(status="running") & Q(lease_until__isnull=True)),
            ),
            models.CheckConstraint(
                name="operation_finished_iff_terminal",
                condition=Q(status__in=[*TERMINAL], finished_at__isnull=False)
                | (~Q(status__in=[*TERMINAL]) & Q(finished_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="operation_queued_is_due_sometime",
                condition=~Q(status="queued") | Q(next_run_at__isnull=False, placed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="operation_unclear_was_sent",
                condition=~Q(status="uncertain") | Q(sent_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.pk}"

    @property
    def is_pending(self) -> bool:
        return self.status in PENDING

    @property
    def is_scheduled(self) -> bool:
        """Whether its time is still to come."""
        return self.not_before is not None and self.not_before > timezone.now()

    @property
    def is_finished(self) -> bool:
        return self.status in TERMINAL
