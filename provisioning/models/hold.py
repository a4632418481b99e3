"""Our own stop: while a hold stands, no change is sent to SendGrid. A Pause, in contrast, is SendGrid's doing."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Hold(models.Model):
    class Cause(models.TextChoices):
        STOPPED = "stopped", _("An admin stopped all changes")
        RESTORED = "restored", _("The database was restored")

    cause = models.CharField(max_length=12, choices=Cause, unique=True)
    reason = models.CharField(max_length=500, blank=True)
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    since = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.get_cause_display()
