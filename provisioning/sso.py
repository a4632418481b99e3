"""Exchanges a click for a redirect into a customer's SendGrid.

The one-time code is an Admin key for 60 seconds: it is minted only here, checked, handed to the browser once and
kept nowhere. What is recorded is who opened what, when, from where, and whether it worked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from provisioning import backend
from provisioning.models import Account, Event, Launch, LaunchLink, User
from provisioning.sendgrid.errors import (
    Forbidden,
    NotFound,
    NotSent,
    RateLimited,
    SendGridError,
    Unauthorized,
)

# Held back before anything left, or surely not received: a use of a link may be given back.
NOTHING_SENT = (NotSent,)


@dataclass(frozen=True)
class Opened:
    """Where to send the browser, once. repr hides it."""

    launch: Launch
    location: str = field(repr=False)


class NotOpened(Exception):
    """`problem` is a word for the page: banned, deleted, gone, creating, refused, slow, unreachable, unsafe."""

    def __init__(self, problem: str, launch: Launch | None = None, *, sent: bool = True) -> None:
        super().__init__(problem)
        self.problem, self.launch, self.sent = problem, launch, sent


def open_sendgrid(
    account: Account, *, user: User | None = None, link: LaunchLink | None = None, remote_addr: str | None = None
) -> Opened:
    """Mint a code and give its address. Raises NotOpened with the problem in a word."""
    launch = Launch.objects.create(account=account, link=link, user=user, remote_addr=remote_addr)
    _event("launch.started", launch)
    problem = obstacle(account)
    if problem or not account.account_id:
        _failed(launch, problem or "creating")
        raise NotOpened(problem or "creating", launch, sent=False)
    try:
        client = backend.client(account=account, deadline=float(settings.SENDGRID_SSO_TIMEOUT))
        redirect = client.sign_in(account.account_id)
    except SendGridError as error:
        word = _word(error)
        _failed(launch, word, error.request_id or "")
        # `from None`: nothing of the request may travel on in an error report.
        raise NotOpened(word, launch, sent=_may_have_been_sent(error)) from None
    if not is_safe(redirect.location):
        _failed(launch, "unsafe", redirect.request_id)
        raise NotOpened("unsafe", launch)
    launch.outcome, launch.request_id = Launch.Outcome.REDIRECTED, redirect.request_id[:120]
    launch.finished_at = timezone.now()
    launch.save()
    _event("launch.redirected", launch)
    return Opened(launch, redirect.location)


def obstacle(account: Account) -> str:
    """Why this account cannot be opened, as far as we know without asking; empty when it can."""
    by_status = {
        Account.Status.CREATING: "creating",
        Account.Status.NOT_CREATED: "deleted",
        Account.Status.DELETED: "deleted",
        Account.Status.GONE: "gone",
    }
    if account.status in by_status:
        return by_status[Account.Status(account.status)]
    return "banned" if account.state == Account.State.BANNED else ""


def is_safe(location: str) -> bool:
    """https on an allowed host, no port, no user; or exactly the sandbox's origin while it is the backend."""
    if not location.isascii() or any(ord(character) <= 32 or character in '\\"<>`' for character in location):
        return False
    try:
        parts = urlsplit(location)
        port = parts.port
    except ValueError:
        return False
    if "@" in parts.netloc or not parts.hostname:
        return False
    if settings.SENDGRID_SANDBOX:
        return f"{parts.scheme}://{parts.netloc}" == settings.SENDGRID_BASE_URL
    return parts.scheme == "https" and port is None and parts.netloc in settings.SENDGRID_SSO_HOSTS


def _word(error: SendGridError) -> str:
    if isinstance(error, NotFound):
        return "gone"
    if isinstance(error, Unauthorized | Forbidden):
        return "refused"
    if isinstance(error, RateLimited):
        return "slow"
    return "unreachable"


def _may_have_been_sent(error: SendGridError) -> bool:
    """An error with a status came from SendGrid; one without was held back here, or never connected."""
    held_back = isinstance(error, RateLimited | Unauthorized | Forbidden) and error.status is None
    return not (held_back or isinstance(error, NOTHING_SENT))


def _failed(launch: Launch, word: str, request_id: str = "") -> None:
    launch.outcome, launch.error, launch.request_id = Launch.Outcome.FAILED, word, request_id[:120]
    launch.finished_at = timezone.now()
    launch.save()
    _event("launch.failed", launch)


def _event(kind: str, launch: Launch) -> None:
    Event.objects.record(
        kind,
        actor_id=launch.user_id,
        account_id=launch.account_id,
        link_id=launch.link_id,
        remote_addr=launch.remote_addr,
        data={"launch": launch.pk, "reference": launch.reference, "error": launch.error},
    )
