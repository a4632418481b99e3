"""The Celery app. Tasks live in `provisioning.tasks`; the broker is only a doorbell (decision 0001)."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_init, worker_ready, worker_shutting_down

from portal.pulse import PulseThread

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**_: object) -> None:
    """Stop Celery from replacing the redacting log configuration with its own."""


@worker_init.connect
@beat_init.connect
def refuse_another_sendgrid(**_: object) -> None:
    """A worker whose settings and database disagree about their SendGrid must not start."""
    from django.core.exceptions import ImproperlyConfigured

    from provisioning import backend

    try:
        backend.require_match_at_start()
    except ImproperlyConfigured as error:
        raise SystemExit(f"Settings: {error}") from None


_pulses: dict[str, PulseThread] = {}


@worker_ready.connect
def start_pulse(sender: Any, **_: object) -> None:
    pulse = _pulses[sender.hostname] = PulseThread(sender.hostname)
    pulse.start()


@worker_shutting_down.connect
def stop_pulse(sender: str, **_: object) -> None:
    pulse = _pulses.pop(sender, None)
    if pulse is not None:
        pulse.stop()
