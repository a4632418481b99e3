"""The mirror of one dedicated IP of one account. Written by provisioning.mirror only."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from provisioning.models.account import Account


class IpAddress(models.Model):
    class Region(models.TextChoices):
        US = "us", _("United States")
        EU = "eu", _("Europe")

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="ips")
    ip = models.CharField(max_length=15, db_index=True)
    region = models.CharField(max_length=8, choices=Region)
    position = models.PositiveIntegerField(help_text=_("0 is the one added last, as SendGrid lists them."))

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(name="ip_once_per_account", fields=["account", "ip"])]

    def __str__(self) -> str:
        return self.ip
