"""One customer account: the reseller's own record and the mirror of what SendGrid says of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

PROFILE_FIELDS = ("first_name", "last_name", "company_name", "company_website", "email", "phone", "timezone")


class State(models.TextChoices):
    """SendGrid's word for what the account may do. UNKNOWN is ours: not read yet."""

    ACTIVATED = "activated", _("Activated")
    SUSPENDED = "suspended", _("Suspended")
    DEACTIVATED = "deactivated", _("Deactivated")
    BANNED = "banned", _("Banned")
    INDETERMINATE = "indeterminate", _("Indeterminate")
    UNKNOWN = "", _("Not read yet")


class AccountQuerySet(models.QuerySet["Account"]):
    def search(self, words: str) -> AccountQuerySet:
        """Accounts in which every word occurs somewhere: who, company, reference, account id or IP address."""
        found = self
        for word in words.split():
            match = models.Q(account_id__icontains=word) | models.Q(reference__icontains=word)
            for field in PROFILE_FIELDS[:6]:
                match |= models.Q(**{f"{field}__icontains": word})
            ips = models.Exists(
                self.model.ips.rel.related_model._default_manager.filter(
                    account=models.OuterRef("pk"), ip__startswith=word
                )
            )
            found = found.filter(match | ips)
        return found

    def at_sendgrid(self) -> AccountQuerySet:
        """Accounts that exist at SendGrid, as far as we know."""
        return self.filter(status=Account.Status.OPEN)

    def stale(self) -> AccountQuerySet:
        """Open accounts of which some part of the mirror must be read again."""
        parts = models.Q(state_stale=True) | models.Q(offerings_stale=True) | models.Q(ips_stale=True)
        return self.at_sendgrid().filter(parts)


class Account(models.Model):
    class Status(models.TextChoices):
        CREATING = "creating", _("Being created")
        OPEN = "open", _("Open")
        NOT_CREATED = "not_created", _("Not created")
        DELETED = "deleted", _("Deleted")
        GONE = "gone", _("Gone at SendGrid")

    class Origin(models.TextChoices):
        PORTAL = "portal", _("Created here")
        IMPORT = "import", _("Imported from SendGrid")

    State = State

    account_id = models.CharField(_("account ID"), max_length=64, null=True, unique=True, editable=False)
    status = models.CharField(max_length=12, choices=Status, default=Status.OPEN)
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.PORTAL)
    reference = models.CharField(_("customer reference"), max_length=100, null=True, blank=True, unique=True)
    is_test = models.BooleanField(_("test account"), null=True, help_text=_("Empty: not known."))
    notes = models.TextField(blank=True)

    first_name = models.CharField(_("first name"), max_length=100, blank=True)
    last_name = models.CharField(_("last name"), max_length=100, blank=True)
    company_name = models.CharField(_("company"), max_length=200, blank=True)
    company_website = models.CharField(_("company website"), max_length=300, blank=True)
    email = models.CharField(_("email"), max_length=254, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    timezone = models.CharField(_("time zone"), max_length=64, blank=True)

    # The mirror: written by provisioning.mirror only.
    state = models.CharField(max_length=16, choices=State, default=State.UNKNOWN, blank=True)
    state_since = models.DateTimeField(null=True)
    state_synced_at = models.DateTimeField(null=True)
    offerings_synced_at = models.DateTimeField(null=True)
    ips_synced_at = models.DateTimeField(null=True)
    state_stale = models.BooleanField(default=True)
    offerings_stale = models.BooleanField(default=True)
    ips_stale = models.BooleanField(default=True)
    created_at_sendgrid = models.DateTimeField(null=True)
    updated_at_sendgrid = models.DateTimeField(null=True)

    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(_("last change"), auto_now=True)

    objects = AccountQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["status", "state", "-id"]),
            models.Index(fields=["company_name", "id"]),
            models.Index(fields=["email"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="account_open_has_account_id",
                condition=~models.Q(status__in=["open", "deleted", "gone"]) | models.Q(account_id__isnull=False),
            ),
            models.CheckConstraint(name="account_state_known", condition=models.Q(state__in=[*State.values])),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def person(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def title(self) -> str:
        """What to call the account on a page: the best of what is known."""
        return self.company_name or self.person or self.email or self.account_id or f"#{self.pk}"

    @property
    def profile(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in PROFILE_FIELDS}

    @property
    def package(self) -> Any | None:
        """The mirrored package offering, or None while it is not read."""
        return next((offering for offering in self.offerings.all() if offering.type == "package"), None)

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    @property
    def synced_at(self) -> Any | None:
        """The age of the oldest part of the mirror; None while some part was never read."""
        parts = [self.state_synced_at, self.offerings_synced_at, self.ips_synced_at]
        return min(part for part in parts if part) if all(parts) else None

    @property
    def is_partly_stale(self) -> bool:
        """True when some part is marked: an answer of our own did not tell it."""
        return self.state_stale or self.offerings_stale or self.ips_stale

    @property
    def is_stale(self) -> bool:
        """True when some part is marked stale, never read, or older than MIRROR_FRESH_MINUTES."""
        if self.is_partly_stale or self.synced_at is None:
            return True
        return bool(timezone.now() - self.synced_at > timedelta(minutes=settings.MIRROR_FRESH_MINUTES))
