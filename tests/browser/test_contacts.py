"""Contacts and accounts in a browser: found, filtered, kept, taken along, changed in place; for everybody to use."""

from __future__ import annotations

import csv
import io
import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, axe, screens
from tests.stack import Stack


def put(stack: Stack, *contacts: dict[str, object]) -> None:
    """Write contacts, as a customer's server does."""
    server = httpx.Client(headers={"Authorization": f"Bearer {stack.manage('api_token', 'demo')}"}, timeout=30)
    for contact in contacts:
        address = f"{stack.url}/api/v1/contacts/by/external_id/{contact['external_id']}/"
        server.put(address, json=contact).raise_for_status()


def names(page: Page) -> list[str]:
    return page.locator(".row-link").all_inner_texts()


def test_a_list_is_filtered_by_keyboard_kept_and_taken_along(desk: Open, stack: Stack) -> None:
    kim = {"external_id": "k-1", "name": "Kim Larsen", "attributes": {"cups": 12}}
    put(stack, kim, {"external_id": "k-2", "name": "Kai Larsen", "attributes": {"cups": 2}})
    page = desk("ada", "/contacts/")
    page.keyboard.press("/")
    page.keyboard.type("larsen")
    page.keyboard.press("Enter")
    expect(page.locator(".row-link")).to_have_count(2)
    page.locator(".filter-box summary").press("Enter")
    expect(page.get_by_label("Field")).to_be_focused()
    page.get_by_label("Field").select_option(label="cups")
    page.get_by_label("How").select_option(label="contains")
    page.get_by_label("Value").fill("12")
    page.get_by_label("Value").press("Enter")
    expect(page.locator(".row-link")).to_have_text(["Kim Larsen"])
    page.get_by_role("button", name="Save as segment").click()
    page.get_by_label("Name of the segment").fill("Twelve cups")
    page.get_by_label("Name of the segment").press("Enter")
    expect(page.get_by_role("heading", name="Twelve cups")).to_be_visible()
    expect(page.get_by_role("navigation", name="Lists").locator("[aria-current=page]")).to_have_text("Twelve cups")
    page.get_by_role("button", name="Export").click()
    page.wait_for_url("**/contacts/exports/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").first.click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text(encoding="utf-8-sig"))))
    assert [(row["name"], row["cups"]) for row in rows] == [("Kim Larsen", "12")]
    page.get_by_role("navigation", name="Lists").get_by_role("link", name="Twelve cups").click()
    page.get_by_role("button", name="Rename or delete this segment").click()
    page.get_by_role("button", name="Delete the segment").click()
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_text("The segment “Twelve cups” is deleted")).to_be_visible()


def test_the_filter_form_offers_what_the_field_takes(desk: Open) -> None:
    page = desk("bea", "/contacts/")
    page.locator(".filter-box summary").click()
    page.get_by_label("Field").select_option(label="Last seen")
    shown = page.get_by_label("How").locator("option:not([hidden])").all_inner_texts()
    assert shown == [
        "is",
        "is before",
        "is after",
        "is within the last",
        "is longer ago than",
        "is empty",
        "is not empty",
    ]
    expect(page.get_by_label("How")).to_have_value("within")
    page.get_by_label("How").select_option(label="is before")
    expect(page.get_by_label("Value")).to_have_attribute("type", "date")
    page.get_by_label("How").select_option(label="is empty")
    expect(page.get_by_label("Value")).to_be_hidden()
    page.get_by_role("button", name="Add filter").click()
    page.wait_for_url("**/contacts/?f=last_seen:empty")
    page.goto(page.url.replace("empty", "within:a%20week"))
    expect(page.get_by_label("Value")).to_have_value("a week")
    expect(page.get_by_role("alert").first).to_contain_text("Say how many days")
    page.get_by_role("link", name=re.compile("^Take away")).click()
    page.wait_for_url("**/contacts/")


def test_older_rows_are_added_without_leaving_the_page(desk: Open, stack: Stack) -> None:
    put(stack, *({"external_id": f"many-{n}", "name": f"Many {n:02}"} for n in range(55)))
    page = desk("bea", "/contacts/?q=many&sort=name")
    expect(page.locator(".row-link")).to_have_count(50)
    page.get_by_role("link", name="More", exact=True).click()
    expect(page.locator(".row-link")).to_have_count(55)
    assert names(page) == [f"Many {n:02}" for n in range(55)]
    expect(page.get_by_text("That is all that matches.")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(".row-link").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Many 01")).to_be_visible()


def test_a_profile_is_changed_in_place_and_says_what_is_wrong(desk: Open, stack: Stack) -> None:
    put(stack, {"external_id": "p-1", "name": "Pia Holm", "email": "pia@holm.example"})
    page = desk("ada", "/contacts/?q=pia")
    page.locator(".row-link").click()
    page.locator("#name > summary").press("Enter")
    field = page.locator("#name .field")
    expect(field).to_be_focused()
    field.fill("Pia Holm-Olsen")
    field.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Pia Holm-Olsen")
    page.locator("#phone > summary").press("Enter")
    page.locator("#phone .field").fill("call me")
    page.locator("#phone .field").press("Enter")
    expect(page.locator("#phone")).to_contain_text("This is not a phone number")
    expect(page.locator("#phone .field")).to_have_value("call me")
    assert axe(page) == []
    page.locator("#phone .field").press("Escape")
    expect(page.locator("#phone > summary")).to_be_focused()
    page.get_by_label("A note about Pia Holm-Olsen").fill("Her <b>dog</b> is called Bo")
    page.get_by_role("button", name="Write note").click()
    expect(page.locator(".person-note")).to_contain_text("Her <b>dog</b> is called Bo")
    page.locator(".person-note").get_by_role("button", name=re.compile("^Delete")).click()
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_text("The note is deleted.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_for_everybody_to_use(desk: Open, stack: Stack, scheme: str) -> None:
    long_words = {"name": "Wolfeschlegelsteinhausenbergerdorff " * 6, "attributes": {"x" * 60: "y" * 300}}
    put(stack, {"external_id": "long", **long_words})
    for width, height in screens(scheme):
        page = desk("ada", "/contacts/?q=fred", width=width, height=height, color_scheme=scheme)
        fred = page.get_by_role("link", name="Fred Smith").get_attribute("href")
        account = page.get_by_role("link", name="Mailinator").first.get_attribute("href")
        page.goto(f"{stack.url}/contacts/?q=wolfe")
        long = page.locator(".row-link").first.get_attribute("href")
        lists = [
            "?f=account.plan:is:Pro&f=last_seen:within:x&sort=name",
            "?suspected",
            "?q=zzzz",
            "accounts/",
            "exports/",
        ]
        for path in [*(f"/contacts/{asked}" for asked in ("", *lists)), "/settings/fields/", fred, account, long]:
            page.goto(f"{stack.url}{path}")
            assert axe(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
