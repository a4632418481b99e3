"""Accessibility rules on every page, in light and dark; the main job by keyboard alone; and without JavaScript."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import Portal
from tests.journeys.test_one_customer import SOON, create

pytestmark = [pytest.mark.browser, pytest.mark.journey]
PAGES = ["/", "/accounts/", "/accounts/new/", "/operations/", "/catalogue/"]
OF_AN_ACCOUNT = ["", "offerings/", "state/", "ips/add/", "ips/remove/", "delete/", "edit/", "links/new/"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_accessibility_violation(page: Page, scheme: str) -> None:
    create(page, f"Axe {scheme}")
    account = page.url.removeprefix(str(page.evaluate("location.origin")))
    operation = page.get_attribute("#live a[href^='/operations/']", "href")
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    found = []
    for path in [*PAGES, str(operation), *(account + rest for rest in OF_AN_ACCOUNT)]:
        page.goto(path)
        result = Axe().run(page)
        for violation in result.response["violations"]:
            places = [f"{node['html'][:100]} ({node['failureSummary'][-160:]})" for node in violation["nodes"][:3]]
            found.append(f"{path}: {violation['id']}: {places}")
    assert not found, "\n".join(found)


def test_an_account_is_created_by_keyboard_alone(page: Page, portal: Portal) -> None:
    page.goto("/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.goto("/accounts/new/")
    page.focus("#id_company_name")
    page.keyboard.type("Keyboard Only")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "package":
            break
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_selector("#live .badge:has-text('Succeeded')", timeout=SOON)
    assert "Keyboard Only" in [account["profile"].get("company_name") for account in portal.sandbox("accounts")]


def test_the_main_job_works_without_javascript(browser: Browser, portal: Portal) -> None:
    context = browser.new_context(base_url=portal.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.fill("#id_login", "manager@portal.example")
    page.fill("#id_password", portal.password)
    page.click("button[type=submit]")
    page.goto("/accounts/new/")
    page.fill("#id_company_name", "No Script")
    page.check("input[value='milne.ei.pro-100k.v1']")
    page.click("button:has-text('Create account')")
    for _ in range(40):
        if page.query_selector("#live .badge:has-text('Succeeded')"):
            break
        page.wait_for_timeout(250)
        page.reload()
    page.click("dl a:has-text('No Script')")
    page.click("a:has-text('Change state') >> nth=0")
    page.check("input[value=suspended]")
    page.fill("#id_reason", "Test")
    page.click("main button:has-text('Change state')")
    for _ in range(40):
        if page.query_selector("h2 .badge:has-text('Suspended')"):
            break
        page.wait_for_timeout(250)
        page.reload()
    there = [a for a in portal.sandbox("accounts") if a["profile"].get("company_name") == "No Script"]
    assert [account["state"] for account in there] == ["suspended"]
    context.close()
