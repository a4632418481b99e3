"""Secrets never reach a log line, whoever writes it and however it is passed."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory

from portal.logs import Redact

KEY, TOKEN = "SG.abcdefgh.ijklmnop", "O2_1mlLJUumknB84Q-Z-8LnbB9nkoFK2UYcK8I8580s"
clean = Redact((KEY,))


@pytest.mark.parametrize(
    "value",
    [
        f"Authorization: Bearer {KEY}",
        {"headers": {"Authorization": f"Bearer {KEY}"}},
        [f"/open/{TOKEN}/"],
        f"http://127.0.0.1/sso?code={TOKEN}",
        RequestFactory().post(f"/open/{TOKEN}/"),
        ValueError(KEY),
    ],
)
def test_secret_is_blanked(value: Any) -> None:
    said = str(clean(None, "info", {"event": value}))
    assert KEY not in said
    assert TOKEN not in said
