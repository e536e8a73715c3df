"""Stripe in a browser: what came is there to be read, somebody is linked by hand, an event is replayed."""

from __future__ import annotations

import json
import re
import time

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open, axe, screens
from tests.integrations.stripe.makers import happened, signed, subscription
from tests.stack import Stack

PAGE = "/settings/connections/stripe/events/"
SECRET = "whsec_of_the_browsers_tests"


def post(stack: Stack, *events: dict[str, object]) -> None:
    """Send events as Stripe does."""
    for event in events:
        body = json.dumps(event).encode()
        door = f"{stack.url}/integrations/stripe/demo/webhook/"
        answer = httpx.post(door, content=body, headers={"Stripe-Signature": signed(body, SECRET)}, timeout=30)
        assert answer.status_code == 200


def _wait(stack: Stack) -> None:
    """Wait until a worker has looked at all that came."""
    deadline = time.monotonic() + 60
    while stack.query("SELECT 1 FROM integrations_stripeevent WHERE due_at IS NOT NULL LIMIT 1"):
        assert time.monotonic() < deadline, stack.tail()
        time.sleep(0.05)  # between two looks at what is waited for


def test_it_is_connected_tried_and_whoever_is_unknown_is_linked_by_hand(desk: Open, stack: Stack) -> None:
    page = desk("ada", "/settings/connections/")
    card = page.locator("#stripe")
    card.get_by_label("Signing secret").fill("sk_live_123")
    card.get_by_role("button", name="Connect Stripe").click()
    expect(card.get_by_text("the signing secret begins with whsec_")).to_be_visible()
    card.get_by_label("Signing secret").fill(SECRET)
    card.get_by_role("button", name="Connect Stripe").click()
    expect(card.get_by_text("connected", exact=True)).to_be_visible()
    assert SECRET not in page.content()
    card.get_by_role("link", name="Its last events").click()
    page.get_by_role("button", name="Test", exact=True).click()
    expect(page.get_by_text("No event has come yet")).to_be_visible()

    post(stack, happened("customer.subscription.created", subscription(customer="cus_browser", id="sub_browser")))
    row = page.get_by_role("row").filter(has_text="cus_browser").filter(has=page.get_by_role("textbox"))
    [(account,)] = stack.query("SELECT external_id FROM inbox_account WHERE stripe_customer_id = '' LIMIT 1")
    _wait(stack)
    page.goto(stack.url + PAGE)
    row.get_by_role("textbox").fill("nobody")
    row.get_by_role("button", name="Link").click()
    expect(page.get_by_text("There is no account with the external id “nobody”.")).to_be_visible()
    row.get_by_role("textbox").fill(str(account))
    row.get_by_role("button", name="Link").click()
    expect(page.get_by_text("What waited for that is worked now.")).to_be_visible()
    expect(page.get_by_text("Everybody who was told of is linked to an account.")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Replay evt_")).first.click()
    expect(page.get_by_text("What was told of it already is not told again.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_sound_at_every_size(desk: Open, stack: Stack, scheme: str) -> None:
    stack.manage("connect", "demo", "stripe", f"webhook_secret={SECRET}")
    post(stack, happened("customer.subscription.created", subscription(customer=f"cus_{scheme}", id=f"sub_{scheme}")))
    for width, height in screens(scheme):
        page = desk("ada", PAGE, width=width, height=height, color_scheme=scheme)
        page.get_by_role("button", name="Test", exact=True).click()
        expect(page.get_by_text("A signing secret is set, and signs as Stripe does.")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert axe(page) == []
