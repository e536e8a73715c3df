"""Contacts and conversations come over from Intercom: connected, tried, brought, and brought again, in a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open, axe, screens
from tests.imports.intercom.people import NOON, contact, fill
from tests.imports.intercom.talks import ADMIN, part, talk, user
from tests.stack import Stack, running_stack
from tests.stand_ins import intercom as stand_in
from tests.stand_ins.intercom import Intercom, intercom_stand_in


@pytest.fixture(scope="module")
def there() -> Iterator[Intercom]:
    with intercom_stand_in() as running:
        yield running


@pytest.fixture(scope="module")
def stack(there: Intercom) -> Iterator[Stack]:
    with running_stack(env={"INTERCOM_API_URL": there.url}) as running:
        yield running


def test_a_team_brings_its_people_over_and_then_what_has_changed(desk: Open, there: Intercom) -> None:
    fill(there, 400)
    there.conversations = {"9": talk(9, part(1, "<p>She is a friend</p>", ADMIN, "note"), part(2, "Hello!", ADMIN))}
    page = desk("ada", "/imports/")
    page.get_by_role("link", name="Bring contacts from Intercom").click()
    page.get_by_label("Access token").fill("wrong")
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.get_by_text("Intercom does not know this access token")).to_be_visible()
    page.get_by_label("Access token").fill(stand_in.TOKEN)
    page.get_by_role("button", name="Replace the token").click()
    expect(page.get_by_text("Intercom answers. It is Acme.")).to_be_visible()
    page.get_by_role("button", name="Test").click()
    expect(page.get_by_text("Intercom answers. It is Acme.")).to_be_visible()
    page.get_by_label("Conversations").check()
    page.get_by_role("button", name="Start the import").click()
    expect(page).to_have_url(re.compile(r"/imports/[0-9a-f-]{36}/$"))
    expect(page.locator(".figures .ok dd")).to_have_text("400")
    expect(page.get_by_text("Conversations: 1 created")).to_be_visible()

    there.contacts["c90000"] = contact(90000, name="Zoe Novak", updated_at=NOON + 9)
    page.goto(page.url.rpartition("/imports/")[0] + "/imports/intercom/")
    page.get_by_role("button", name="Start the import").click()
    expect(page.locator(".figures .ok dd")).to_have_text("1")

    page.goto(page.url.rpartition("/imports/")[0] + "/inbox/all/")
    page.get_by_role("link", name=re.compile("Person 1.*Hello!", re.DOTALL)).first.click()
    expect(page.get_by_text("She is a friend")).to_be_visible()
    assert user()["name"] == "Person 1"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_page_is_accessible(desk: Open, stack: Stack, scheme: str) -> None:
    stack.manage("connect", "demo", "intercom", f"access_token={stand_in.TOKEN}")
    for width, height in screens(scheme):
        page = desk("ada", "/imports/intercom/", width=width, height=height, color_scheme=scheme)
        expect(page.get_by_role("heading", name="What to bring")).to_be_visible()
        assert axe(page) == []
