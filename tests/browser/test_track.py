"""A customer's page tracks an event with the loader alone, before anybody opens the chat."""

from __future__ import annotations

from tests.browser.conftest import Open
from tests.stack import Stack


def test_a_page_tracks_an_event_without_the_panel_and_hears_what_is_wrong(window: Open, stack: Stack) -> None:
    page = window()
    warned: list[str] = []
    page.on("console", lambda message: warned.append(message.text) if message.type == "warning" else None)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/widget/" in request.url else None)
    page.goto(f"{stack.url}/demo/")
    page.wait_for_function("window.Frontdesk && Frontdesk.loaded")
    with page.expect_response("**/widget/v1/events") as taken:
        page.evaluate("Frontdesk('track', 'user.coffee_chosen', {name: 'Guji'})")
    assert taken.value.status == 202
    found = stack.query("SELECT kind, data FROM notifications_event WHERE kind = 'user.coffee_chosen'")
    assert found == [("user.coffee_chosen", {"name": "Guji"})]
    assert not [url for url in asked if "panel" in url or "session" in url]
    assert not warned
    assert page.evaluate("localStorage.length") == 0
    with page.expect_console_message(lambda message: "hold 4 KiB" in message.text):
        page.evaluate("Frontdesk('track', 'user.big', {text: 'x'.repeat(5000)})")
