"""Which SendGrid this database belongs to, written once. See provisioning.backend."""

from __future__ import annotations

from django.db import models


class Installation(models.Model):
    """A single row (id 1): the base URL and whether it is the sandbox."""

    base_url = models.CharField(max_length=300)
    is_sandbox = models.BooleanField()
    # Which PostgreSQL this database lives in: another one, or another timeline, means that it was restored.
    database_identity = models.CharField(max_length=80, blank=True)
    # Seconds that SendGrid's clock is ahead of the database's, from the Date of its last list.
    server_clock_offset = models.FloatField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.CheckConstraint(name="installation_is_single", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return self.base_url
