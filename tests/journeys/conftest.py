"""A portal of real processes, and a browser to walk through it as people do."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.portal import services
from tests.portal.process import running, two_ports

CHROMIUM = Path("/usr/bin/chromium")
QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


@dataclass
class Portal:
    """`sandbox` reads and turns the sandbox through its control endpoints."""

    url: str
    sandbox_url: str
    password: str
    complaints: list[str] = field(default_factory=list)

    def sandbox(self, path: str, method: str = "GET", data: Any = None) -> Any:
        body = json.dumps(data).encode() if data is not None else None
        request = urllib.request.Request(f"{self.sandbox_url}/_sandbox/{path}", body, method=method)  # noqa: S310
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return json.load(answer)


@pytest.fixture(scope="package")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """`manage.py run` on SQLite without Redis, or on the given PostgreSQL and Redis with a worker process."""
    folder = tmp_path_factory.mktemp("journey")
    port, sandbox_port = two_ports()
    settings = {"PORTAL_DATA_DIR": str(folder / "var"), "PORT": str(port), "SANDBOX_PORT": str(sandbox_port)}
    with ExitStack() as stack:
        if services.given():
            own = stack.enter_context(services.services("journeys"))
            settings |= {"DATABASE_URL": own.database_url, "REDIS_URL": own.redis_url}
        stack.enter_context(running(settings, folder / "log"))
        found = re.search(r"manager@\S+\s+password\s+(\S+)", (folder / "log").read_text())
        assert found
        yield Portal(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{sandbox_port}", found[1])


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed (Debian: apt install chromium)")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser, portal: Portal) -> Iterator[Page]:
    """A signed-in manager. The console must stay silent: a CSP violation is a failure."""
    context = browser.new_context(base_url=portal.url, viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    portal.complaints.clear()
    listen(opened, portal)
    opened.goto("/")
    opened.fill("#id_login", "manager@portal.example")
    opened.fill("#id_password", portal.password)
    opened.click("button[type=submit]")
    opened.wait_for_selector("h1:has-text('Home')")
    yield opened
    context.close()
    assert not portal.complaints


def listen(page: Page, portal: Portal) -> None:
    page.on("console", lambda said: portal.complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: portal.complaints.append(str(error)))
