"""One offering the reseller may assign, with its entitlements, as SendGrid's catalogue last told."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CatalogueOffering(models.Model):
    """Kept when it disappears from the catalogue: `gone_at` says since when."""

    class Type(models.TextChoices):
        PACKAGE = "package", _("Package")
        ADDON = "addon", _("Add-on")

    name = models.CharField(max_length=120, unique=True)
    type = models.CharField(max_length=20, choices=Type)
    email_sends_max_monthly = models.BigIntegerField(null=True)
    ip_count = models.BigIntegerField(null=True)
    teammates_max_total = models.BigIntegerField(null=True)
    users_max_total = models.BigIntegerField(null=True)
    seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-type", "email_sends_max_monthly", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_free(self) -> bool:
        """Free packages strip subusers and IPs. SendGrid's names carry `.free-` or `.free.`."""
        return self.type == self.Type.PACKAGE and ".free" in self.name

    @property
    def is_ip_addon(self) -> bool:
        """The dedicated-IP add-on, known by its name: `….x.ip.vN`."""
        return self.type == self.Type.ADDON and ".ip." in self.name
