"""Activity, routes and deliveries in a browser: live, tried before saved, acknowledged, and for everybody to use."""

from __future__ import annotations

import uuid

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, axe, screens
from tests.stack import Stack


def track(stack: Stack, title: str, **data: str) -> None:
    """Track an event of the workspace's own, as a customer's server does."""
    event = {"kind": "user.tested", "data": {"title": title, **data}}
    headers = {"Authorization": f"Bearer {stack.api_token}"}
    answer = httpx.post(f"{stack.url}/api/v1/events/", json=event, headers=headers, timeout=30)
    assert answer.status_code == 202, answer.text


def unique(words: str) -> str:
    return f"{words} {uuid.uuid4().hex[:6]}"


def row(page: Page, title: str):
    return page.locator("a.ev").filter(has_text=title)


def test_an_event_appears_without_a_reload_and_opens_beside_the_list(desk: Open, stack: Stack) -> None:
    page = desk("ada", "/activity/")
    expect(page.locator("a.ev").first).to_be_visible()
    page.evaluate("window.neverReloaded = true")
    title = unique("Exported a report")
    track(stack, title)
    expect(row(page, title)).to_be_visible()
    # What became of its delivery comes by itself, too: no Slack is connected here.
    expect(row(page, title).locator(".out.suppressed")).to_be_visible()
    row(page, title).click()
    pane = page.locator("#event")
    expect(pane.get_by_role("heading", name=title)).to_be_visible()
    expect(pane.locator(".slack")).to_contain_text(title)
    expect(pane).to_contain_text("Why was I told?")
    assert page.evaluate("window.neverReloaded")
    address = page.url
    page.go_back()
    expect(pane).to_contain_text("No event is open")
    page.goto(address)
    expect(page.locator("#event").get_by_role("heading", name=title)).to_be_visible()


def test_who_opens_the_feed_empty_of_matches_is_told_so_and_what_matches_appears(desk: Open, stack: Stack) -> None:
    words = uuid.uuid4().hex
    page = desk("bea", "/activity/")
    page.get_by_role("searchbox").fill(words)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing matches")).to_be_visible()
    track(stack, f"Says {words}")
    expect(row(page, words)).to_be_visible()


def test_acknowledging_settles_it_here_and_on_other_desks(desk: Open, stack: Stack) -> None:
    title = unique("Needs somebody")
    track(stack, title)
    page, other = desk("ada", "/activity/"), desk("bea", "/activity/")
    row(page, title).click()
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.locator("#event")).to_contain_text("Acknowledged")
    for each in (page, other):
        expect(row(each, title)).to_contain_text("settled")


def test_a_route_is_refused_with_the_place_then_tried_then_saved(desk: Open, stack: Stack) -> None:
    title, name = unique("Sold a licence"), unique("Sales")
    track(stack, title, plan="pro")
    page = desk("ada", "/activity/routes/")
    page.get_by_role("link", name="New route").click()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Kinds").fill("user.tested")
    page.get_by_label("Condition").fill('data.plan = "pro"')
    page.get_by_label("Tell by").select_option("slack")
    page.get_by_label("Where to").fill("#sales")
    page.get_by_role("button", name="Make the route").click()
    expect(page.locator("#id_condition_error")).to_contain_text("Line 1, column 11")
    assert axe(page) == []

    page.get_by_label("Condition").fill('data.plan == "basic"')
    page.get_by_role("button", name="Try it").click()
    trial = page.locator("#trial")
    expect(trial).to_contain_text("It would not be told")
    # Once tried, each change is tried again by itself.
    page.get_by_label("Condition").fill('data.plan == "pro"')
    page.get_by_label("Wording").fill("*Sold* {{ data.plan }}")
    page.get_by_label("Wording").blur()
    expect(trial).to_contain_text("It would be told.")
    expect(trial.locator(".slack b").filter(has_text="Sold")).to_be_visible()
    assert axe(page) == []

    page.get_by_role("button", name="Make the route").click()
    expect(page.get_by_text(f"The route {name} is there.")).to_be_visible()
    line = page.locator(".route-line").filter(has_text=name)
    expect(line).to_contain_text("#sales")
    line.get_by_role("button", name="Mute").click()
    expect(page.locator(".route-line").filter(has_text=name)).to_contain_text("muted until")
    page.get_by_role("link", name=name).click()
    page.get_by_role("button", name="Delete this route").click()
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_text(f"The route {name} is deleted.")).to_be_visible()


def test_the_keyboard_goes_through_the_list_opens_and_shuts(desk: Open, stack: Stack) -> None:
    track(stack, unique("One more"))
    page = desk("bea", "/activity/")
    expect(page.locator("a.ev").nth(1)).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator("a.ev").first).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("a.ev").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#event")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#event")).to_contain_text("No event is open")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_wide_and_on_a_phone(desk: Open, stack: Stack, scheme: str) -> None:
    track(stack, unique("<b>Long</b> " + "Donaudampfschifffahrtsgesellschaft " * 4), body="تم تصدير التقرير " * 20)
    for width, height in screens(scheme):
        page = desk("ada", "/activity/", width=width, height=height, color_scheme=scheme)
        expect(page.locator("a.ev").first).to_be_visible()
        assert axe(page) == []
        page.locator("a.ev").first.click()
        expect(page.locator("#event h2")).to_be_visible()
        assert axe(page) == []
        for path in ("routes/", "deliveries/"):
            page.goto(f"{stack.url}/activity/{path}")
            assert axe(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_on_a_phone_an_event_takes_the_screen_and_back_leads_to_the_list(desk: Open, stack: Stack) -> None:
    title = unique("Seen on a phone")
    track(stack, title)
    page = desk("bea", "/activity/", width=390, height=844)
    row(page, title).click()
    expect(page.locator("#event h2")).to_contain_text(title)
    expect(page.locator("#feed")).to_be_hidden()
    page.get_by_role("link", name="Back to the list").click()
    expect(row(page, title)).to_be_visible()
    assert page.url == f"{stack.url}/activity/"
