"""The redacted record of one HTTP request and its answer, for whoever keeps evidence."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

TEXT_KEPT = 500  # characters of an answer that is not JSON
JSON_KEPT = 20_000  # characters of an answer that is


@dataclass(frozen=True)
class Exchange:
    """`error` is the name of the error it ended in, empty for success. Times are aware, durations in ms."""

    method: str
    path: str
    group: str
    status: int | None
    started_at: datetime
    duration_ms: float
    attempt: int
    request_body: Any | None
    response_body: Any | None
    rate_limit: dict[str, str] = field(default_factory=dict)
    request_id: str | None = None
    server_date: datetime | None = None
    error: str = ""


def readable(body: bytes) -> Any | None:
    """A body as evidence: JSON as it is, anything else as the beginning of its text."""
    if not body:
        return None
    try:
        if len(body) <= JSON_KEPT:
            return json.loads(body)
    except ValueError:
        pass
    text = body.decode("utf-8", "replace")
    return text[:TEXT_KEPT] + ("…" if len(text) > TEXT_KEPT else "")
