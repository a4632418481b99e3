"""A durable link a customer opens SendGrid with. Only the hash of its token is stored."""

from __future__ import annotations

import hashlib
import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone

from provisioning.models.account import Account


class LaunchLinkQuerySet(models.QuerySet["LaunchLink"]):
    def by_token(self, token: str) -> LaunchLink | None:
        return self.select_related("account").filter(token_hash=hash_token(token)).first()


class LaunchLink(models.Model):
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    purpose = models.CharField(max_length=200, blank=True)
    expires_at = models.DateTimeField()
    max_uses = models.PositiveIntegerField(null=True)
    uses = models.PositiveIntegerField(default=0)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = LaunchLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"Launch link #{self.pk}"

    @property
    def problem(self) -> str:
        """Why the link cannot be used now: `revoked`, `expired`, `used`, or nothing."""
        if self.revoked_at:
            return "revoked"
        if self.expires_at <= timezone.now():
            return "expired"
        if self.max_uses is not None and self.uses >= self.max_uses:
            return "used"
        return ""


def new_token() -> str:
    """256 bits, safe in a URL path. Shown once, never stored."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """Unsalted SHA-256 is enough for a random 256-bit token, and lets the row be found by it."""
    return hashlib.sha256(token.encode()).hexdigest()
