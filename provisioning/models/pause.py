"""A group of SendGrid calls that must wait, for every process alike."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Pause(models.Model):
    """`group` is a method and path template, or `*` for every call (the key was refused)."""

    class Cause(models.TextChoices):
        UNAUTHORIZED = "unauthorized", _("SendGrid refused our key")
        FORBIDDEN = "forbidden", _("SendGrid refused this group of calls")
        RATE_LIMITED = "rate_limited", _("SendGrid asked us to slow down")
        UNREACHABLE = "unreachable", _("SendGrid does not answer")

    EVERYTHING = "*"

    group = models.CharField(max_length=120, unique=True)
    cause = models.CharField(max_length=20, choices=Cause)
    until = models.DateTimeField(help_text=_("When the next call may try, on the database's clock."))
    strikes = models.PositiveSmallIntegerField(default=0, help_text=_("Probes that failed in a row."))
    since = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.group} until {self.until:%H:%M:%S}"
