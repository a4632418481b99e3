"""A person who signs in: staff of the reseller, or a customer, for good."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class Right(models.TextChoices):
    """What a role may do; each is a Django permission of the same code name."""

    SEE = "see", _("See accounts, operations and dashboards")
    CHANGE = "change_customers", _("Create accounts, change offerings and state, add IPs")
    LAUNCH = "launch_sso", _("Open a customer's SendGrid")
    DESTROY = "destroy", _("Ban, remove IPs, delete")
    REVIEW = "review", _("Resolve unclear operations, approve others' changes")
    ADMINISTER = "administer", _("Users, roles and settings")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_superuser=True, is_staff=True, **fields)


class User(AbstractUser):
    """The e-mail address is the user name. Rights come from the role groups in `access.py`."""

    class Kind(models.TextChoices):
        STAFF = "staff", _("Staff")
        CUSTOMER = "customer", _("Customer")

    username = None  # type: ignore[assignment]
    email = models.EmailField(_("email address"), unique=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.STAFF)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []
    objects = UserManager()  # type: ignore[assignment,misc]

    class Meta:
        default_permissions = ()
        permissions = [(right.value, str(right.label)) for right in Right]
        constraints = [
            models.CheckConstraint(
                name="user_customer_is_never_staff",
                condition=~models.Q(kind="customer") | models.Q(is_staff=False, is_superuser=False),
            )
        ]

    def may(self, right: str) -> bool:
        """Whether an active member of staff has the right (a superuser has all)."""
        return self.is_active and self.kind == self.Kind.STAFF and self.has_perm(f"provisioning.{right}")

    def __str__(self) -> str:
        return self.get_full_name() or self.email
