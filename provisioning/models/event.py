"""What happened, for the record: who did what to which account, when. Only ever added to.

Events hold keys, not personal data, so that erasing a customer never touches history.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from provisioning.models.account import Account
from provisioning.models.launch_link import LaunchLink
from provisioning.models.operation import Operation

TITLES = {
    "operation.submitted": _("Asked for"),
    "operation.queued": _("Waits for another attempt"),
    "operation.uncertain": _("No clear answer; being looked at"),
    "operation.needs_review": _("Handed to a person"),
    "operation.succeeded": _("Done at SendGrid"),
    "operation.failed": _("Failed; nothing changed"),
    "operation.cancelled": _("Cancelled"),
    "operation.hastened": _("Sent before its time"),
    "changes.stopped": _("All changes stopped"),
    "changes.resumed": _("Changes sent again"),
    "changes.restored": _("Taken stock after a restore"),
    "account.doubled": _("May have been created twice"),
    "operation.retry": _("Decided: send it again"),
    "operation.abandon": _("Decided: give it up"),
    "operation.adopt": _("Decided: it happened"),
    "launch.started": _("Open SendGrid clicked"),
    "launch.redirected": _("SendGrid opened"),
    "launch.failed": _("SendGrid could not be opened"),
    "link.created": _("Launch link made"),
    "link.revoked": _("Launch link revoked"),
    "account.edited": _("Our record edited"),
}


class EventQuerySet(models.QuerySet["Event"]):
    def record(self, kind: str, **about: Any) -> Event:
        """Add one event. `kind` is `noun.verb`, such as `operation.submitted`."""
        return self.create(kind=kind, **about)


class Event(models.Model):
    kind = models.CharField(max_length=40)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="events")
    operation = models.ForeignKey(Operation, null=True, on_delete=models.PROTECT, related_name="events")
    link = models.ForeignKey(LaunchLink, null=True, on_delete=models.PROTECT, related_name="events")
    remote_addr = models.GenericIPAddressField(null=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["account", "-id"]), models.Index(fields=["kind", "-id"])]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M:%S}"

    @property
    def title(self) -> str:
        """The kind in words, with what it was about."""
        words = str(TITLES.get(self.kind, self.kind))
        about = self.data.get("kind", "")
        return f"{words}: {Operation.Kind(about).label}" if about in Operation.Kind.values else words
