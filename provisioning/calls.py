"""Keeps the record of every request to SendGrid: the transport's recorder."""

from __future__ import annotations

from collections.abc import Callable

from provisioning.models import Account, Call, Operation
from provisioning.sendgrid.transport import Exchange


def recorder(operation: Operation | None = None, account: Account | None = None) -> Callable[[Exchange], None]:
    """A recorder that files each exchange under its operation and account. Bodies arrive redacted."""

    def record(exchange: Exchange) -> None:
        Call.objects.create(
            operation=operation,
            account=account,
            method=exchange.method,
            path=exchange.path[:300],
            group=exchange.group[:120],
            attempt=exchange.attempt,
            status=exchange.status,
            error=exchange.error[:40],
            duration_ms=max(0, round(exchange.duration_ms)),
            request_body=exchange.request_body,
            response_body=exchange.response_body,
            rate_limit=dict(exchange.rate_limit or {}),
            request_id=(exchange.request_id or "")[:120],
            at=exchange.started_at,
        )

    return record
