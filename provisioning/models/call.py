"""One HTTP request to SendGrid and its answer, redacted: the evidence behind an operation."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from provisioning.models.account import Account
from provisioning.models.operation import PENDING, Operation


class CallQuerySet(models.QuerySet["Call"]):
    def outdated(self) -> CallQuerySet:
        """Older than CALL_LOG_DAYS, and of no operation that is still open."""
        old = self.filter(at__lt=timezone.now() - timedelta(days=settings.CALL_LOG_DAYS))
        return old.exclude(operation__status__in=PENDING)


class Call(models.Model):
    operation = models.ForeignKey(Operation, null=True, on_delete=models.CASCADE, related_name="calls")
    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, related_name="calls")
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=300)
    group = models.CharField(max_length=120)
    attempt = models.PositiveSmallIntegerField(default=1)
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=40, blank=True)
    duration_ms = models.PositiveIntegerField()
    request_body = models.JSONField(null=True)
    response_body = models.JSONField(null=True)
    rate_limit = models.JSONField(default=dict)
    request_id = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["at"])]

    def __str__(self) -> str:
        return f"{self.method} {self.path} → {self.status or self.error}"
