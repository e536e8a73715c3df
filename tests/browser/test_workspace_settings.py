"""The workspace's own settings in a real browser, what visitors see of them, and clocks that are wrong."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, WebSocket, expect

from tests.browser.conftest import Open, axe
from tests.stack import Stack

PAGES = ("workspace", "hours", "widget", "identity", "webhooks")


@pytest.fixture(autouse=True)
def as_it_was(stack: Stack) -> None:
    """Each test begins with the demo's workspace as it was made."""
    stack.query(
        "UPDATE people_workspace SET name = 'Northwind', accent = '#2d5fc8', widget_title = '', widget_side = 'right', "
        "greeting = 'Hi! How can we help?', widget_origins = '{}', business_hours = '{}', holidays = '[]', "
        "timezone = 'Europe/Lisbon', widget_seen_at = NULL, widget_seen_url = '', previous_identity_secret = NULL "
        "WHERE slug = 'demo' RETURNING 1"
    )


def saved(page: Page) -> None:
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()


def head(page: Page) -> Locator:
    return page.locator("widget-preview").get_by_role("heading", include_hidden=True)


def launcher(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile("chat", re.I))


def test_a_new_name_and_colour_show_on_the_next_page(desk: Open) -> None:
    page = desk("ada", "/settings/workspace/")
    page.get_by_label("Name", exact=True).fill("Southwind")
    page.get_by_label("Colour", exact=True).fill("#ffcc00")
    expect(page.get_by_text(re.compile(r"Read as text, your colour has 1\.4"))).to_be_visible()
    saved(page)
    expect(page.locator(".settings-nav")).to_contain_text("Southwind")
    accent = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--accent-light')")
    assert accent == "#8c7000", "the desk's accent is the colour, moved until it can be read"


def test_what_cannot_be_saved_stays_in_the_form_and_is_told_at_its_field(desk: Open) -> None:
    page = desk("ada", "/settings/workspace/")
    page.get_by_label("Name", exact=True).fill("   ")
    page.get_by_label("Colour", exact=True).fill("#12")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Give the workspace a name")).to_be_visible()
    expect(page.get_by_text("Write the colour as #2d5fc8:")).to_be_visible()
    expect(page.get_by_label("Colour", exact=True)).to_have_value("#12")


def test_hours_are_set_with_the_keyboard_alone_and_visitors_are_told(desk: Open, window: Open, stack: Stack) -> None:
    page = desk("ada", "/settings/hours/")
    page.get_by_role("radio", name="At any time").focus()
    page.keyboard.press("ArrowDown")
    monday = page.get_by_role("group", name="Monday", exact=True)
    monday.get_by_label("Monday, from").fill("00:00")
    monday.get_by_label("Monday, to").fill("00:01")
    copy = monday.locator("summary")
    copy.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Weekdays").focus()
    page.keyboard.press("Enter")
    for name in ("Saturday", "Sunday"):
        page.get_by_label("Copy Monday to").get_by_label(name).focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="Copy", exact=True).focus()
    page.keyboard.press("Enter")
    expect(copy).to_be_focused()
    expect(page.get_by_label("Sunday, to")).to_have_value("00:01")
    page.get_by_role("button", name="Remove these hours of Sunday").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Add hours to Sunday")).to_be_focused()
    page.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved.")).to_be_visible()
    # One minute a day: it is closed now, but for that minute.
    kept = stack.query("SELECT business_hours FROM people_workspace WHERE slug = 'demo'")[0][0]
    assert kept == {day: [["00:00", "00:01"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat")}
    shop = window()
    shop.goto(f"{stack.url}/demo/")
    launcher(shop).click()
    expect(shop.get_by_text(re.compile(r"We are back .* at 00:00 \(Lisbon time\)"))).to_be_visible()


def test_hours_that_overlap_come_back_with_the_problem_beside_them(desk: Open) -> None:
    page = desk("ada", "/settings/hours/", width=390, height=844)
    page.get_by_role("radio", name="At these hours").check()
    page.get_by_role("button", name="Add hours to Monday").click()
    page.get_by_label("Monday, from").nth(1).fill("17:00")
    page.get_by_label("Monday, to").nth(1).fill("20:00")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("17:00 to 20:00 overlaps 09:00 to 18:00.")).to_be_visible()
    second = page.get_by_label("Monday, from").nth(1)
    expect(second).to_have_value("17:00")
    expect(second).to_have_attribute("aria-invalid", "true")
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), "nothing stands out of the screen"


def test_a_holiday_today_closes_and_says_until_when(desk: Open) -> None:
    page = desk("ada", "/settings/hours/")
    today = datetime.now(UTC)
    for day in (today - timedelta(days=1), today, today + timedelta(days=1)):
        page.get_by_role("button", name="Add a holiday").click()
        page.get_by_label("Date").last.fill(f"{day:%Y-%m-%d}")
        page.get_by_label("Name").last.fill("Stocktaking")
    saved(page)
    expect(page.get_by_text(re.compile("Closed now. Opens (tomorrow|on) "))).to_be_visible()
    page.get_by_role("button", name="Remove Stocktaking").first.click()
    expect(page.get_by_label("Date")).to_have_count(2)


def test_the_preview_is_the_widget_with_what_is_not_yet_saved_and_sends_nothing(desk: Open) -> None:
    page = desk("ada", "/settings/identity/")
    asked: list[str] = []
    sockets: list[WebSocket] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: sockets.append(socket))
    page.goto(page.url.replace("identity", "widget"))
    expect(head(page)).to_have_text("Chat with Northwind")
    page.get_by_label("Title").fill("Ask the roastery")
    page.get_by_label("Greeting").fill("Bom dia!")
    page.get_by_label("Left").check()
    page.get_by_label("Colour", exact=True).fill("#b5452c")
    preview = page.locator("widget-preview")
    expect(head(page)).to_have_text("Ask the roastery")
    expect(preview.get_by_text("Bom dia!")).to_be_visible()
    expect(preview.locator(".stage.left")).to_have_count(1)
    painted = preview.locator("header.head").evaluate("head => getComputedStyle(head).backgroundColor")
    assert painted == "rgb(181, 69, 44)"
    assert not [url for url in asked if "/widget/v1/" in url]
    assert sockets == []
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('frontdesk:')).length") == 0


def test_what_was_saved_reaches_the_launcher_before_anything_is_asked(desk: Open, window: Open, stack: Stack) -> None:
    page = desk("ada", "/settings/widget/")
    expect(page.get_by_text("Not seen yet.")).to_be_visible()
    page.get_by_label("Title").fill("Ask the roastery")
    page.get_by_label("Left").check()
    page.get_by_label("Colour", exact=True).fill("#b5452c")
    saved(page)
    shop = window()
    asked: list[str] = []
    shop.on("request", lambda request: asked.append(request.url))
    shop.goto(f"{stack.url}/demo/", wait_until="networkidle")
    box = launcher(shop).bounding_box()
    assert box is not None
    assert box["x"] < 100, "it stands on the left"
    assert launcher(shop).evaluate("button => getComputedStyle(button).backgroundColor") == "rgb(181, 69, 44)"
    assert not [url for url in asked if "session" in url]
    launcher(shop).click()
    expect(shop.get_by_role("heading", name="Ask the roastery")).to_be_visible()
    # The settings notice by themselves where it was seen.
    expect(page.locator("#seen")).to_contain_text(f"Last seen on {stack.url}/demo/")


def test_the_snippet_that_is_shown_carries_the_widget(desk: Open, window: Open, stack: Stack) -> None:
    snippet = desk("ada", "/settings/widget/").locator("#snippet").inner_text()
    page = window()
    page.route("https://shop.example/", lambda route: route.fulfill(body=snippet, content_type="text/html"))
    page.goto("https://shop.example/")
    launcher(page).click()
    expect(page.get_by_role("textbox")).to_be_visible()


def test_a_site_that_is_not_listed_gets_no_chat(desk: Open, browser: Browser, stack: Stack) -> None:
    page = desk("ada", "/settings/widget/")
    page.get_by_label("Sites").fill("*.shop.example\nhttps://127.0.0.1:1")
    saved(page)
    expect(page.get_by_label("Sites")).to_have_value("https://*.shop.example\nhttps://127.0.0.1:1")
    shop = browser.new_page()
    told: list[str] = []
    shop.on("console", lambda message: told.append(message.text))
    shop.goto(f"{stack.url}/demo/")
    launcher(shop).click()
    expect(shop.get_by_text("Chat is not available on this page.")).to_be_visible()
    assert "Frontdesk: This site is not among those that may carry the widget." in told
    shop.context.close()


def test_the_secret_is_shown_rotated_and_the_former_one_retired(desk: Open, stack: Stack) -> None:
    former = stack.manage("identity_secret", "demo")
    page = desk("ada", "/settings/identity/")
    expect(page.get_by_text(former)).to_have_count(0)
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text(former)).to_be_visible()
    page.get_by_role("button", name="Rotate").click()
    page.get_by_role("button", name="Make a new one").click()
    expect(page.get_by_text("This is the new secret.")).to_be_visible()
    fresh = stack.manage("identity_secret", "demo")
    assert fresh != former
    expect(page.locator("#secret")).to_have_text(fresh)
    page.goto(f"{stack.url}/settings/identity/")
    expect(page.get_by_text(fresh)).to_have_count(0)
    page.get_by_role("button", name="Retire the former one").click()
    page.get_by_role("button", name="Retire it").click()
    expect(page.get_by_text("The former secret is retired")).to_be_visible()
    told = stack.query("SELECT kind FROM people_auditfact WHERE kind LIKE 'identity_secret.%%' ORDER BY id")
    assert [kind for (kind,) in told] == ["identity_secret.shown", "identity_secret.rotated", "identity_secret.retired"]


@pytest.mark.parametrize("days", [-1, 1])
def test_a_desk_whose_clock_is_a_day_off_shows_the_right_times(desk: Open, window: Open, stack: Stack, days) -> None:
    said = f"By which clock? {uuid.uuid4()}"
    shop = window()
    shop.goto(f"{stack.url}/demo/")
    launcher(shop).click()
    shop.get_by_role("textbox").fill(said)
    shop.get_by_role("textbox").press("Enter")
    expect(shop.get_by_text("Sent")).to_be_visible()
    page = desk("ada", "/settings/")
    page.clock.set_system_time(datetime.now(UTC) + timedelta(days=days))
    page.goto(f"{stack.url}/inbox/all/")
    row = page.locator("#rows a").filter(has_text=said)
    expect(row.locator("local-time").first).to_have_text(re.compile(r"^(now|\d m)$"))
    row.click()
    expect(page.locator(".stream .day").last).to_have_text("Today")
    page.get_by_role("textbox", name="Reply").fill("By the server's")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".stream")).to_contain_text("By the server's")
    expect(page.locator(".stream .day")).to_have_text(["Today"])


def test_a_widget_whose_clock_is_a_day_ahead_says_today_of_what_was_said_now(window: Open, stack: Stack) -> None:
    page = window()
    page.clock.set_system_time(datetime.now(UTC) + timedelta(days=1))
    page.goto(f"{stack.url}/demo/")
    launcher(page).click()
    page.get_by_role("textbox").fill(f"what day is it? {uuid.uuid4()}")
    page.get_by_role("textbox").press("Enter")
    expect(page.get_by_text("Sent")).to_be_visible()
    expect(page.get_by_role("log").locator(".day")).to_have_text(["Today"])


def test_axe_finds_nothing_on_any_of_these_pages(desk: Open, stack: Stack) -> None:
    for scheme, width in (("light", 1440), ("dark", 390)):
        page = desk("ada", "/settings/", width=width, height=844, color_scheme=scheme)
        for name in PAGES:
            page.goto(f"{stack.url}/settings/{name}/")
            if name == "hours":
                page.get_by_role("radio", name="At these hours").check()
                page.get_by_role("button", name="Add a holiday").click()
            assert axe(page) == [], (name, scheme)
