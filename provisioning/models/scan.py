"""One walk through List Accounts: where it is, so that it can go on after a restart."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Scan(models.Model):
    """Also the memory of the last catalogue read, which has no cursor."""

    class Subject(models.TextChoices):
        ACCOUNTS = "accounts"
        CATALOGUE = "catalogue"

    subject = models.CharField(max_length=12, choices=Subject)
    cursor = models.CharField(max_length=64, blank=True)
    seen = models.PositiveIntegerField(default=0)
    restarts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    calls = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, help_text="Whoever walks holds it until then (the database's clock).")
    started_at = models.DateTimeField(db_default=Now())
    touched_at = models.DateTimeField(auto_now=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["subject", "-id"])]
        constraints = [
            models.UniqueConstraint(
                name="scan_one_at_a_time", fields=["subject"], condition=models.Q(finished_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject}: {self.seen}"
