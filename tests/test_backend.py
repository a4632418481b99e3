"""Demo rows are never aimed at the real SendGrid, nor the other way round."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from provisioning import backend
from provisioning.demo import ensure_demo_users
from provisioning.models import Installation

REAL = "https://api.sendgrid.com"


@pytest.fixture(autouse=True)
def _fresh(db: None) -> Iterator[None]:
    backend.require_match.cache_clear()
    yield
    backend.require_match.cache_clear()


def test_an_empty_database_is_bound_to_its_sendgrid(settings: Any) -> None:
    settings.SENDGRID_SANDBOX = False
    backend.require_match(REAL)
    assert (Installation.objects.get().base_url, Installation.objects.get().is_sandbox) == (REAL, False)


def test_a_sandbox_database_refuses_the_real_sendgrid(settings: Any) -> None:
    Installation.objects.create(id=1, base_url="http://127.0.0.1:8025", is_sandbox=True)
    settings.SENDGRID_SANDBOX, settings.SENDGRID_BASE_URL = False, REAL
    with pytest.raises(ImproperlyConfigured, match="belongs to the sandbox"):
        backend.require_match_at_start()
    with pytest.raises(ImproperlyConfigured):
        backend.client()


def test_a_real_database_refuses_the_sandbox_and_other_regions(settings: Any) -> None:
    Installation.objects.create(id=1, base_url=REAL, is_sandbox=False)
    with pytest.raises(ImproperlyConfigured, match=r"api\.sendgrid\.com"):
        backend.require_match("http://127.0.0.1:8025")
    settings.SENDGRID_SANDBOX = False
    with pytest.raises(ImproperlyConfigured):
        backend.require_match("https://api.eu.sendgrid.com")
    backend.require_match(REAL)


def test_the_sandbox_may_move_to_another_port() -> None:
    backend.require_match("http://127.0.0.1:8025")
    backend.require_match("http://127.0.0.1:8026")


def test_demo_users_never_exist_beside_a_real_key(settings: Any) -> None:
    settings.SENDGRID_SANDBOX = False
    with pytest.raises(ImproperlyConfigured):
        ensure_demo_users()
