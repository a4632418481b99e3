"""The people of the sandbox: one for each role. They never exist beside a real key."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ImproperlyConfigured

from provisioning.access import ROLES
from provisioning.models import User

DOMAIN = "portal.example"


@dataclass(frozen=True)
class SignIn:
    role: str
    email: str
    password: str


def ensure_demo_users() -> list[SignIn]:
    """One user a role, all with the password kept in VAR_DIR/demo_password. Raises ImproperlyConfigured otherwise."""
    if not settings.SENDGRID_SANDBOX:
        raise ImproperlyConfigured("Demo users exist only with the sandbox SendGrid.")
    password = _password()
    sign_ins = []
    for role in ROLES:
        email = f"{role}@{DOMAIN}"
        user = User.objects.filter(email=email).first() or User.objects.create_user(email, first_name=role.title())
        if not user.check_password(password):
            user.set_password(password)
            user.save()
        user.groups.set([Group.objects.get(name=role)])
        sign_ins.append(SignIn(role, email, password))
    return sign_ins


def _password() -> str:
    kept = settings.VAR_DIR / "demo_password"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(9))
    return str(kept.read_text().strip())
