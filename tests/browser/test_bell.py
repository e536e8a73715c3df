"""The Bell page in a browser: it swings when a bell rings, says why, and a new bell's token is shown once."""

from __future__ import annotations

import uuid

import httpx
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, axe
from tests.stack import Stack

# What the page's own bell does is seen by its class: every swing begins by taking it off and putting it on again.
WATCH = """() => {
  window.swings = 0
  const bell = document.getElementById("screen-bell")
  new MutationObserver((all) => { if (bell.classList.contains("struck")) window.swings += all.length })
    .observe(bell, { attributes: true, attributeFilter: ["class"] })
}"""


def sign_up(stack: Stack, name: str) -> None:
    event = {"kind": "contact.signed_up", "contact": {"email": f"{uuid.uuid4().hex}@x.test", "name": name}}
    answer = httpx.post(
        f"{stack.url}/api/v1/events/", json=event, headers={"Authorization": f"Bearer {stack.api_token}"}
    )
    assert answer.status_code == 202


def last_ring(page: Page):
    return page.locator("#rings li").first


def test_a_sign_up_swings_the_bell_of_every_screen_and_says_who_it_was(desk: Open, stack: Stack) -> None:
    page = desk("ada", "/bell/")
    page.evaluate(WATCH)
    name = f"Nadia {uuid.uuid4().hex[:6]}"
    sign_up(stack, name)
    expect(page.locator("#screen-said")).to_contain_text(name)
    expect(last_ring(page)).to_contain_text(name)
    page.wait_for_function("window.swings >= 1")
    last_ring(page).get_by_role("link").click()
    expect(page.locator("#event")).to_contain_text(name)


def test_the_button_rings_by_keyboard_and_the_choice_of_sound_is_kept(desk: Open) -> None:
    page = desk("bea", "/bell/")
    page.evaluate(WATCH)
    page.get_by_label("Sound on this screen").check()
    page.get_by_label("How").select_option("ding-ding")
    page.get_by_role("button", name="Ring", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#screen-said")).to_contain_text("rang")
    page.wait_for_function("window.swings >= 2")
    page.reload()
    expect(page.get_by_label("Sound on this screen")).to_be_checked()
    expect(last_ring(page)).to_contain_text("ding-ding")


def test_a_bell_is_added_muted_given_quiet_hours_and_removed(desk: Open) -> None:
    page = desk("ada", "/bell/")
    name = f"Kitchen {uuid.uuid4().hex[:6]}"
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Add bell").click()
    token = page.locator("#fresh-token")
    expect(token).to_contain_text("bell_")
    assert axe(page) == []
    page.reload()
    expect(token).to_have_count(0)
    row = page.locator("#bells li").filter(has_text=name)
    row.get_by_role("button", name=f"Mute {name}").click()
    expect(row).to_contain_text("muted")
    row.locator("summary").click()
    row.get_by_label("From").fill("22:00")
    row.get_by_label("To").fill("07:00")
    row.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("Quiet from 22:00 to 07:00")
    assert axe(page) == []
    row.get_by_role("button", name=f"Remove {name}").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove it").click()
    expect(page.get_by_role("status").first).to_contain_text("is removed")
    expect(row).to_have_count(0)
