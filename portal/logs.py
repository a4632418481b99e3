"""Structured logs without secrets.

Redaction is by construction: every line, whoever wrote it, passes one processor that blanks the API key,
bearer tokens, launch-link tokens and one-time codes before it is rendered.
"""

from __future__ import annotations

import logging.config
import re
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

PATTERNS = [
    (re.compile(r"SG\.[\w.-]+"), "SG.[redacted]"),
    (re.compile(r"(?i)(bearer\s+)\S+"), r"\1[redacted]"),
    (re.compile(r"(/open/)[\w-]{16,}"), r"\1[redacted]"),
    (re.compile(r"(?i)([?&](?:code|token|sso)=)[^&\s\"']+"), r"\1[redacted]"),
]


class Redact:
    """A structlog processor that blanks secrets in every string of an event."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self.secrets = tuple(secret for secret in secrets if len(secret) >= 8)

    def __call__(self, _: object, __: str, event: EventDict) -> EventDict:
        return {key: self.clean(value) for key, value in event.items()}

    def clean(self, value: Any) -> Any:
        if isinstance(value, str):
            for secret in self.secrets:
                value = value.replace(secret, "[redacted]")
            for pattern, instead in PATTERNS:
                value = pattern.sub(instead, value)
            return value
        if isinstance(value, dict):
            return {key: self.clean(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.clean(item) for item in value]
        if value is None or isinstance(value, (bool, int, float)):
            return value
        return self.clean(str(value))  # an object, such as a request, would be rendered with its path later


class RedactTraceback(structlog.processors.ExceptionRenderer):
    """Renders a traceback as text, so that `Redact`, which runs after it, sees every word of it."""


def logging_config(*, json: bool, secrets: tuple[str, ...]) -> dict[str, Any]:
    """Configure structlog and the standard library alike; returns the dictConfig in force."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Processor = structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    config: dict[str, Any] = {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "portal": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    RedactTraceback(),
                    Redact(secrets),
                    renderer,
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "portal"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            # Our own record of calls replaces these; at DEBUG they would print headers and URLs.
            "urllib3": {"level": "WARNING"},
            "requests": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
            "django.request": {"level": "ERROR"},
        },
    }
    logging.config.dictConfig(config)
    return config
