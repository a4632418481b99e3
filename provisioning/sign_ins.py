"""Every sign-in, sign-out and failed sign-in is an Event."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from provisioning.models import Event, User


def _where(request: HttpRequest | None) -> str | None:
    return (request.META.get("REMOTE_ADDR") or None) if request is not None else None


@receiver(user_logged_in, dispatch_uid="provisioning.signed_in")
def signed_in(request: HttpRequest | None, user: User, **_: Any) -> None:
    Event.objects.record("user.signed_in", actor=user, remote_addr=_where(request))


@receiver(user_logged_out, dispatch_uid="provisioning.signed_out")
def signed_out(request: HttpRequest | None, user: User | None, **_: Any) -> None:
    if user is not None:
        Event.objects.record("user.signed_out", actor=user, remote_addr=_where(request))


@receiver(user_login_failed, dispatch_uid="provisioning.sign_in_failed")
def sign_in_failed(request: HttpRequest | None = None, **_: Any) -> None:
    """Neither the address nor the password that was typed is kept."""
    Event.objects.record("user.sign_in_failed", remote_addr=_where(request))
