"""`make screenshots`: photographs a freshly started portal into docs/screenshots/, light, dark and at phone width."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.portal.process import ROOT, running, two_ports

CHROMIUM = "/usr/bin/chromium"
QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
TARGET = ROOT / "docs" / "screenshots"
DESK = (1280, 860)
PHONE = (390, 844)


@dataclass(frozen=True)
class Shot:
    """A page by its path; ACCOUNT and OPERATION stand for the first of each list."""

    name: str
    path: str
    scheme: str = "light"
    size: tuple[int, int] = DESK


SHOTS = [
    Shot("dashboard", "/"),
    Shot("dashboard-dark", "/", "dark"),
    Shot("accounts", "/accounts/"),
    Shot("accounts-phone", "/accounts/", size=PHONE),
    Shot("account", "ACCOUNT"),
    Shot("account-dark", "ACCOUNT", "dark"),
    Shot("account-phone", "ACCOUNT", size=PHONE),
    Shot("create", "/accounts/new/"),
    Shot("offerings", "ACCOUNTofferings/"),
    Shot("state", "ACCOUNTstate/"),
    Shot("operations", "/operations/"),
    Shot("operation", "OPERATION"),
    Shot("catalogue", "/catalogue/"),
]


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="portal-screenshots-") as folder:
        port, sandbox_port = two_ports()
        log = Path(folder) / "log"
        settings = {
            "PORTAL_DATA_DIR": str(Path(folder) / "var"),
            "PORT": str(port),
            "SANDBOX_PORT": str(sandbox_port),
        }
        with running(settings, log), sync_playwright() as playwright:
            found = re.search(r"Sign in as\s+manager@\S+\s+password\s+(\S+)", log.read_text())
            assert found, log.read_text()
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            _photograph(browser, f"http://127.0.0.1:{port}", found[1])
            browser.close()


def _photograph(browser: Browser, origin: str, password: str) -> None:
    page = browser.new_page(base_url=origin)
    page.goto("/")
    page.screenshot(path=TARGET / "sign-in.png")
    page.fill("input[name=login]", "manager@portal.example")
    page.fill("input[name=password]", password)
    page.click("main button[type=submit], form button[type=submit]")
    page.wait_for_load_state("networkidle")
    places = {
        "ACCOUNT": _change_something(page),
        "OPERATION": _first(page, "/operations/", r"^/operations/\d+/$"),
    }
    for shot in SHOTS:
        path = shot.path
        for name, place in places.items():
            path = path.replace(name, place)
        page.emulate_media(color_scheme="dark" if shot.scheme == "dark" else "light")
        page.set_viewport_size({"width": shot.size[0], "height": shot.size[1]})
        answer = page.goto(path)
        if answer is None or answer.status != 200:
            print(f"{shot.name}: {path} answered {answer.status if answer else 'nothing'}")  # noqa: T201
            continue
        page.wait_for_load_state("networkidle")
        page.screenshot(path=TARGET / f"{shot.name}.png")


def _change_something(page: Page) -> str:
    """Suspend an account and bring it back, so that there is something to show. Returns the account's path."""
    account = _first(page, "/accounts/?state=activated", r"^/accounts/\d+/$")
    for state, reason in (
        ("suspended", "Spam reports above our limit"),
        ("activated", "The customer cleaned its list"),
    ):
        page.goto(f"{account}state/")
        page.check(f"main input[name=state][value={state}]")
        page.fill("main input[name=reason], main textarea[name=reason]", reason)
        page.click("main form[method=post] button[type=submit]")
        page.wait_for_timeout(3000)
    return account


def _first(page: Page, listing: str, pattern: str) -> str:
    """The first link on a listing that looks like this."""
    page.goto(listing)
    hrefs = page.eval_on_selector_all("a[href]", "links => links.map(link => new URL(link.href).pathname)")
    return next((href for href in hrefs if re.match(pattern, href)), listing)


if __name__ == "__main__":
    main()
