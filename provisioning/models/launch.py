"""One try to open a customer's SendGrid: who, how, and what came of it. Never the code or its URL."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from provisioning.models.account import Account
from provisioning.models.launch_link import LaunchLink


def new_reference() -> str:
    """A short number for people to quote: 8 characters without look-alikes."""
    return "".join(secrets.choice("23456789ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(8))


class Launch(models.Model):
    class Outcome(models.TextChoices):
        STARTED = "started", _("Started")
        REDIRECTED = "redirected", _("Sent to SendGrid")
        FAILED = "failed", _("Failed")

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="launches")
    link = models.ForeignKey(LaunchLink, null=True, on_delete=models.SET_NULL, related_name="launches")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reference = models.CharField(max_length=12, unique=True, default=new_reference)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.STARTED)
    error = models.CharField(max_length=40, blank=True)
    request_id = models.CharField(max_length=120, blank=True)
    remote_addr = models.GenericIPAddressField(null=True)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "launches"

    def __str__(self) -> str:
        return f"Launch {self.reference}"
