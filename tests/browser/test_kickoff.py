"""The weekly kickoff in a browser: sound at every size, copied whole, and its numbers lead to their records."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open, axe, screens

PAGE = "/kickoff/"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_sound_at_every_size(desk: Open, scheme: str) -> None:
    for width, height in screens(scheme):
        page = desk("ada", PAGE, width=width, height=height, color_scheme=scheme)
        expect(page.locator(".movement").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert axe(page) == []
        page.get_by_role("link", name="Conversations opened").click()
        expect(page.locator(".records, .empty")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert axe(page) == []


def test_the_button_copies_the_week_as_markdown(desk: Open) -> None:
    page = desk("bea", PAGE, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy as Markdown").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("# Weekly kickoff, ")
    assert "## MRR movement\n\n| Currency | New |" in copied
    assert page.url in copied


def test_every_number_leads_to_as_many_records(desk: Open) -> None:
    page = desk("ada", PAGE)
    links = page.locator(".tiles a").evaluate_all(
        "all => all.map(one => [one.href, one.querySelector('b').textContent])"
    )
    counted = [(url, int(number)) for url, number in links if number.isdigit()]
    assert len(counted) == 8
    assert sum(number for _, number in counted) > 0
    for url, number in counted:
        page.goto(url)
        expect(page.locator(".records li")).to_have_count(number)


def test_weeks_follow_one_another(desk: Open) -> None:
    page = desk("bea", PAGE)
    weeks = page.get_by_role("navigation", name="Weeks")
    days = page.locator(".days").text_content()
    weeks.get_by_role("link", name="The week before: ").click()
    expect(page.locator(".days")).not_to_have_text(days or "")
    weeks.get_by_role("link", name="The week after: ").click()
    expect(page.locator(".days")).to_have_text(days or "")
    weeks.get_by_role("link", name="The week after: ").click()
    expect(page.get_by_text("This week is not over")).to_be_visible()
    expect(weeks.get_by_role("link", name="The week after: ")).to_have_count(0)
