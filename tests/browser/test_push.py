"""What the service worker shows, closes and opens, in a browser that is pushed to as its own developer tools do."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, axe
from tests.stack import Stack

PAGE = "/settings/notifications/"
# Asked once, and only after the push was worked: Chromium forgets a notification that is on its way to the screen
# while a page asks for the list (it takes one that is stored and not yet displayed for an orphan).
SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
  .map(({ title, body, tag, silent, data }) => ({ title, body, tag, silent, url: data.url }))"""


@pytest.fixture
def push(stack: Stack) -> Callable[..., None]:
    """Push to a page's service worker."""

    def deliver(page: Page, **message: Any) -> None:
        page.evaluate("navigator.serviceWorker.ready.then(() => null)")
        session = page.context.new_cdp_session(page)
        found: list[str] = []
        worked: list[str] = []
        session.on(
            "ServiceWorker.workerRegistrationUpdated",
            lambda event: found.extend(one["registrationId"] for one in event["registrations"]),
        )
        session.on(
            "BackgroundService.backgroundServiceEventReceived",
            lambda event: worked.append(event["backgroundServiceEvent"]["eventName"]),
        )
        session.send("ServiceWorker.enable")
        session.send("BackgroundService.setRecording", {"shouldRecord": True, "service": "pushMessaging"})
        session.send("BackgroundService.startObserving", {"service": "pushMessaging"})
        until(page, lambda: found)
        session.send("BackgroundService.clearEvents", {"service": "pushMessaging"})
        worked.clear()
        data = json.dumps(message)
        session.send(
            "ServiceWorker.deliverPushMessage", {"origin": stack.url, "registrationId": found[0], "data": data}
        )
        until(page, lambda: "Push event completed" in worked)
        session.detach()

    return deliver


def until(page: Page, seen: Callable[[], object]) -> None:
    """Wait for what the browser tells, up to half a minute."""
    for _ in range(600):
        if seen():
            return
        page.wait_for_timeout(50)
    raise AssertionError("the browser has not told it")


def shown(page: Page) -> list[dict[str, Any]]:
    """Return what is shown."""
    return list(page.evaluate(SHOWN))


def test_a_push_is_shown_even_in_front_of_an_open_desk_changed_and_closed(desk: Open, push) -> None:
    page = desk("ada", PAGE, permissions=["notifications"])
    expect(page.get_by_text("This browser is told nothing yet.")).to_be_visible()
    expect(page.get_by_role("button", name="Turn push on")).to_be_visible()
    push(page, title="Nadia signed up", body="From the pricing page", url="/activity/", tag="one", silent=False)
    assert shown(page) == [
        {
            "title": "Nadia signed up",
            "body": "From the pricing page",
            "tag": "one",
            "silent": False,
            "url": "/activity/",
        }
    ]
    push(page, title="Another", body="", url="", tag="two", silent=True)
    assert {one["tag"]: one["url"] for one in shown(page)} == {"one": "/activity/", "two": "/"}
    push(page, title="Nadia signed up ×2", body="", url="", tag="one", silent=True)
    assert len(shown(page)) == 2
    push(page, retract="one", title="Nadia signed up")
    assert [one["tag"] for one in shown(page)] == ["two"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_for_everybody_to_use(desk: Open, scheme: str) -> None:
    page = desk("ada", PAGE, color_scheme=scheme)
    expect(page.get_by_role("heading", name="This browser")).to_be_visible()
    expect(page.get_by_text("Push needs JavaScript.")).to_have_count(0)
    assert axe(page) == []
