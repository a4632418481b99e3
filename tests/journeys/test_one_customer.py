"""One customer account from creation to deletion, by mouse in Chromium, judged by the sandbox's own state."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import Portal, listen

pytestmark = [pytest.mark.browser, pytest.mark.journey]
SOON = 20_000  # ms


def create(page: Page, company: str, package: str = "milne.ei.pro-100k.v1") -> str:
    """Create an account and go to its page. Returns its SendGrid id."""
    page.goto("/accounts/new/")
    page.fill("#id_company_name", company)
    page.fill("#id_email", f"{company.lower().replace(' ', '.')}@example.com")
    page.fill("#id_timezone", "Asia/Tokyo")
    page.check(f"input[value='{package}']")
    page.click("button:has-text('Create account')")
    page.wait_for_selector("#live .badge:has-text('Succeeded')", timeout=SOON)
    account_id = page.inner_text("#live .copyable >> nth=0")
    page.click(f"dl a:has-text('{company}')")
    page.wait_for_selector("h2 .badge:has-text('Activated')", timeout=SOON)
    return account_id


def at_sendgrid(portal: Portal, account_id: str) -> Any:
    return portal.sandbox(f"accounts/{account_id}")


def until(condition: Any, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_the_whole_journey(page: Page, portal: Portal) -> None:
    account_id = create(page, "Cake or Pie Bakery")
    there = at_sendgrid(portal, account_id)
    assert there["profile"]["company_name"] == "Cake or Pie Bakery"
    assert there["profile"]["timezone"] == "Asia/Tokyo"

    page.click("text=Change offerings")
    page.check("input[value='milne.ei.pro-300k.v1']")
    page.fill(".addon-row:has-text('milne.x.ip.v2') input", "2")
    page.click("text=Review the change")
    page.wait_for_selector("td:has-text('removed')")
    page.click("text=Send this change")
    until(lambda: len(at_sendgrid(portal, account_id)["offerings"]) == 2)
    page.wait_for_selector("section:has-text('Offerings') >> text=Pro 300k", timeout=SOON)

    for state, label in (("suspended", "Suspended"), ("activated", "Activated")):
        page.click("a:has-text('Change state') >> nth=0")
        page.check(f"input[value={state}]")
        page.fill("#id_reason", "Invoice")
        page.click("main button:has-text('Change state')")
        page.wait_for_selector(f"h2 .badge:has-text('{label}')", timeout=SOON)
        assert at_sendgrid(portal, account_id)["state"] == state

    before = len(at_sendgrid(portal, account_id)["ips"])
    page.click("section:has-text('Dedicated IPs') >> a:has-text('Add')")
    page.fill("#id_count", "2")
    page.select_option("#id_region", "eu")
    page.click("button:has-text('Add IPs')")
    until(lambda: len(at_sendgrid(portal, account_id)["ips"]) == before + 2)
    newest = at_sendgrid(portal, account_id)["ips"][0]["ip"]
    page.wait_for_selector(f"code:has-text('{newest}')", timeout=SOON)
    page.click("section:has-text('Dedicated IPs') >> a:has-text('Remove')")
    page.check(f"input[value='{newest}']")
    page.click("button:has-text('Remove IPs')")
    until(lambda: newest not in [ip["ip"] for ip in at_sendgrid(portal, account_id)["ips"]])

    with page.context.expect_page() as opened:
        page.click("button:has-text('Open SendGrid')")
    opened.value.wait_for_selector("h1:has-text('You are signed in')")
    assert account_id in opened.value.inner_text("main")
    opened.value.close()

    page.click("text=Delete this account")
    page.fill("#id_reason", "Left us")
    page.fill("#id_confirm", account_id)
    page.click("button:has-text('Delete for good')")
    page.goto("/operations/")
    page.click("a.row-link:has-text('Delete account')")
    page.wait_for_selector("text=Meanwhile the account lives on")
    assert account_id in [account["id"] for account in portal.sandbox("accounts")]
    page.fill("#now_reason", "The customer confirmed by phone")
    page.click("button:has-text('Send now')")
    page.wait_for_selector("#live .badge:has-text('Succeeded')", timeout=SOON)
    assert account_id not in [account["id"] for account in portal.sandbox("accounts")]


def test_strip_to_free_takes_ips(page: Page, portal: Portal) -> None:
    account_id = create(page, "Strip Me")
    assert at_sendgrid(portal, account_id)["ips"]
    page.wait_for_selector("section:has-text('Dedicated IPs') >> td >> nth=0", timeout=SOON)
    page.click("text=Change offerings")
    page.click("text=Strip to free")
    page.wait_for_selector("text=removes the customer's subusers and dedicated IPs")
    page.click("text=Send this change")
    until(lambda: not at_sendgrid(portal, account_id)["ips"])


def test_a_customer_opens_sendgrid_through_a_link(page: Page, portal: Portal, browser: Browser) -> None:
    account_id = create(page, "Link Customer")
    page.click("text=Make a link")
    page.click("button:has-text('Make the link')")
    link = page.inner_text("main .copyable")
    customer = browser.new_context().new_page()
    listen(customer, portal)
    minted = len([row for row in portal.sandbox("ledger") if row["path"].endswith("/sso")])
    for _ in range(3):
        customer.goto(link)
    assert len([row for row in portal.sandbox("ledger") if row["path"].endswith("/sso")]) == minted
    customer.click("button:has-text('Open SendGrid')")
    customer.wait_for_selector("h1:has-text('You are signed in')")
    assert account_id in customer.inner_text("main")
    customer.context.close()


def test_a_double_click_is_one_change(page: Page, portal: Portal) -> None:
    page.goto("/accounts/new/")
    page.fill("#id_email", "double@example.com")
    page.check("input[value='milne.ei.free-100.v1']")
    page.dblclick("button:has-text('Create account')")
    page.wait_for_selector("#live .badge:has-text('Succeeded')", timeout=SOON)
    emails = [account["profile"].get("email") for account in portal.sandbox("accounts")]
    assert emails.count("double@example.com") == 1


def test_back_edit_and_submit_again_asks(page: Page, portal: Portal) -> None:
    create(page, "First Try")
    page.go_back()
    page.wait_for_url("**/operations/**")
    page.go_back()
    page.wait_for_selector("#id_company_name")
    page.fill("#id_company_name", "Second Try")
    page.fill("#id_email", "second.try@example.com")
    page.click("button:has-text('Create account')")
    page.wait_for_selector("h1:has-text('Is this a new change?')")
    portal.complaints.clear()  # the browser notes the 409 itself
    page.click("text=Yes, send it as a new change")
    page.wait_for_selector("#live .badge:has-text('Succeeded')", timeout=SOON)
    assert "Second Try" in [account["profile"].get("company_name") for account in portal.sandbox("accounts")]


def test_the_phone_shows_everything_without_scrolling_sideways(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("/", "/accounts/", "/accounts/new/", "/operations/", "/catalogue/"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path


def test_search_finds_while_typing(page: Page) -> None:
    page.goto("/accounts/")
    page.fill("#q", "zzz-nobody")
    page.wait_for_selector("text=Nobody found")
    assert re.search(r"q=zzz-nobody", page.url)
