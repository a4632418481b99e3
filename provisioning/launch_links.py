"""Durable links for customers: made by staff, shown once, stored hashed, limited, revocable."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from provisioning.models import Account, Event, LaunchLink, User
from provisioning.models.launch_link import hash_token, new_token


def make(
    account: Account, *, user: User, purpose: str, lasts: timedelta, max_uses: int | None
) -> tuple[LaunchLink, str]:
    """The link, and its token: the only time anybody sees it."""
    token = new_token()
    with transaction.atomic():
        link = LaunchLink.objects.create(
            account=account,
            token_hash=hash_token(token),
            purpose=purpose,
            expires_at=timezone.now() + lasts,
            max_uses=max_uses,
            created_by=user,
        )
        Event.objects.record("link.created", actor=user, account=account, link=link)
    return link, token


def revoke(link: LaunchLink, *, user: User) -> bool:
    """True when it was this call that revoked it."""
    with transaction.atomic():
        changed = LaunchLink.objects.filter(pk=link.pk, revoked_at=None).update(
            revoked_at=timezone.now(), revoked_by=user
        )
        if changed:
            Event.objects.record("link.revoked", actor=user, account_id=link.account_id, link=link)
    return bool(changed)


def take_use(link: LaunchLink) -> bool:
    """Count one use, if one is left: one conditional UPDATE, so that many clicks at once take one."""
    now = timezone.now()
    usable = LaunchLink.objects.filter(pk=link.pk, revoked_at=None, expires_at__gt=now)
    left = Q(max_uses=None) | Q(uses__lt=F("max_uses"))
    return bool(usable.filter(left).update(uses=F("uses") + 1, last_used_at=now))


def give_back(link: LaunchLink) -> None:
    """Only when surely nothing was sent to SendGrid."""
    LaunchLink.objects.filter(pk=link.pk, uses__gt=0).update(uses=F("uses") - 1)
