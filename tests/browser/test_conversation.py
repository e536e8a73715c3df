"""The main job: a visitor writes, an agent answers, both see it at once, and nothing is lost when the line drops."""

from __future__ import annotations

import re
import uuid

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open, axe, screens
from tests.browser.test_widget import opened, write
from tests.stack import Stack

OTHERS = "section.group:not(#routes) > article"


def row(page: Page, text: str) -> Locator:
    return page.locator(".row").filter(has_text=text)


def open_row(page: Page, text: str) -> None:
    row(page, text).click()
    expect(page.get_by_role("log")).to_contain_text(text)


def reply(page: Page, text: str, kind: str = "Reply") -> None:
    page.get_by_role("tab", name=kind).click()
    page.get_by_role("textbox", name=kind).fill(text)
    page.get_by_role("textbox", name=kind).press("Control+Enter")


def test_a_visitor_writes_an_agent_answers_and_neither_reloads(window: Open, desk: Open, stack: Stack) -> None:
    agent = desk("ada", "/inbox/unassigned/")
    agent.evaluate("window.neverReloaded = true")
    visitor = opened(window, stack)
    said = f"Has order 20418 left? {uuid.uuid4().hex[:8]}"
    write(visitor, said)
    expect(row(agent, said)).to_be_visible()
    expect(row(agent, said)).to_have_class(re.compile("unread"))
    open_row(agent, said)
    expect(row(agent, said)).not_to_have_class(re.compile("unread"))
    expect(visitor.get_by_text("Read", exact=False).last).to_be_visible()
    visitor.get_by_role("textbox").press_sequentially("I wonder")
    expect(agent.get_by_text("is typing")).to_be_visible()
    reply(agent, "It leaves at 15:00.")
    expect(visitor.get_by_role("log")).to_contain_text("It leaves at 15:00.")
    expect(agent.locator(".msg.reply.teammate .tick").last).to_have_text("Read")
    reply(agent, "He is impatient.", "Note")
    expect(agent.locator(".msg.note")).to_contain_text("He is impatient.")
    expect(visitor.get_by_role("log")).not_to_contain_text("impatient")
    assert agent.evaluate("window.neverReloaded")


def test_two_agents_see_each_others_assignment_and_closing(window: Open, desk: Open, stack: Stack) -> None:
    visitor = opened(window, stack)
    said = f"Who takes this? {uuid.uuid4().hex[:8]}"
    write(visitor, said)
    ada, bea = desk("ada", "/inbox/all/"), desk("bea", "/inbox/unassigned/")
    open_row(ada, said)
    open_row(bea, said)
    ada.get_by_role("button", name=re.compile("^Assign")).click()
    ada.locator("#assignee-menu").get_by_role("button", name="Bea Ekström").click()
    expect(bea.get_by_role("button", name=re.compile("Assignee: .*Bea Ekström"))).to_be_visible()
    expect(bea.get_by_role("log")).to_contain_text("Ada Lindqvist gave this to Bea Ekström")
    expect(row(bea, said)).to_have_count(0)
    bea.get_by_role("button", name="Close", exact=True).click()
    expect(ada.get_by_role("button", name="Reopen")).to_be_visible()
    expect(row(ada, said)).to_have_count(0)
    write(visitor, "One more thing")
    expect(row(ada, "One more thing")).to_be_visible()
    expect(ada.get_by_role("button", name="Close", exact=True)).to_be_visible()


@pytest.mark.timeout(240)
def test_the_server_is_killed_while_both_type_and_both_end_with_the_same_thread(
    window: Open, desk: Open, stack: Stack
) -> None:
    visitor, agent = opened(window, stack), desk("ada", "/inbox/unassigned/")
    mark = uuid.uuid4().hex[:8]
    write(visitor, f"start {mark}")
    open_row(agent, f"start {mark}")
    said = [f"start {mark}"]
    for turn in range(3):
        before, during = f"before {turn} {mark}", f"during {turn} {mark}"
        write(visitor, f"visitor {before}")
        reply(agent, f"agent {before}")
        stack.kill("web")
        write(visitor, f"visitor {during}")
        reply(agent, f"agent {during}")
        expect(agent.get_by_text("Connection lost")).to_be_visible()
        stack.start("web")
        said += [f"{who} {when}" for when in (before, during) for who in ("visitor", "agent")]
        expect(agent.get_by_text("Connection lost")).to_be_hidden(timeout=40_000)
        for line in said:
            expect(visitor.get_by_role("log").get_by_text(line, exact=True)).to_have_count(1, timeout=40_000)
            expect(agent.get_by_role("log").get_by_text(line, exact=True)).to_have_count(1, timeout=40_000)
        expect(agent.locator(".msg.pending")).to_have_count(0, timeout=40_000)
        expect(visitor.get_by_text("Sending")).to_have_count(0, timeout=40_000)
    stored = stack.query(
        "SELECT text, seq FROM inbox_message WHERE conversation_id = (SELECT conversation_id FROM inbox_message "
        "WHERE text = %s) AND kind = 'reply' ORDER BY seq",
        f"start {mark}",
    )
    assert sorted(str(text) for text, _ in stored) == sorted(said)
    assert _texts(agent.locator(".msg .bub")) == [text for text, _ in stored]


def _texts(bubbles: Locator) -> list[str]:
    return [text.strip() for text in bubbles.all_inner_texts()]


def test_a_text_that_was_typed_survives_a_reload_and_another_conversation(desk: Open, stack: Stack) -> None:
    page = desk("bea", "/inbox/all/")
    row(page, "Olumide").click()
    page.get_by_role("tab", name="Note").click()
    page.get_by_role("textbox", name="Note").fill("half a thought")
    row(page, "Ruth").click()
    expect(page.get_by_role("heading", name="Ruth Nakamura-Fitzgerald").first).to_be_visible()
    row(page, "Olumide").click()
    expect(page.get_by_role("textbox", name="Note")).to_have_value("half a thought")
    page.reload()
    expect(page.get_by_role("textbox", name="Note")).to_have_value("half a thought")


def test_back_and_forward_lead_through_conversations_without_a_reload(desk: Open, stack: Stack) -> None:
    page = desk("ada", "/inbox/all/")
    page.evaluate("window.neverReloaded = true")
    row(page, "Olumide").click()
    page.wait_for_url("**/inbox/all/*/")
    first = page.url
    expect(page.locator("#thread")).to_contain_text("Olumide")
    row(page, "Ruth").click()
    expect(page.locator("#thread .title")).to_contain_text("Ruth")
    page.go_back()
    expect(page.locator("#thread .title")).to_contain_text("Olumide")
    assert page.url == first
    page.go_forward()
    expect(page.locator("#thread .title")).to_contain_text("Ruth")
    assert page.evaluate("window.neverReloaded")
    page.goto(first)
    expect(page.locator("#thread .title")).to_contain_text("Olumide")


def test_the_keyboard_alone_is_enough(desk: Open, stack: Stack) -> None:
    page = desk("ada", "/inbox/all/")
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    name = page.evaluate("document.activeElement.querySelector('.who bdi').textContent")
    page.keyboard.press("Enter")
    expect(page.locator("#thread .title")).to_contain_text(name)
    page.keyboard.press("n")
    expect(page.get_by_role("textbox", name="Note")).to_be_focused()
    page.keyboard.type("j k e are letters here")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(page.get_by_text("Assign to")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    expect(page.get_by_text("Snooze until")).to_be_visible()
    page.get_by_role("button", name="Tomorrow").press("Enter")
    expect(page.get_by_role("button", name="Wake")).to_be_visible()
    expect(page.locator("#snooze-menu")).to_be_hidden()  # while a menu is open, keys are its own
    page.keyboard.press("e")
    expect(page.get_by_role("button", name="Close", exact=True)).to_be_visible()


def test_a_snooze_that_ends_brings_the_conversation_back_by_itself(desk: Open, stack: Stack) -> None:
    page = desk("cem", "/inbox/all/")
    expect(row(page, "Tom Okafor")).to_have_count(0)
    stack.query("UPDATE inbox_conversation SET snoozed_until = now() WHERE status = 'snoozed' RETURNING 1")
    expect(row(page, "Tom Okafor")).to_be_visible(timeout=30_000)


def test_who_loses_sight_of_an_open_conversation_loses_it_at_once(window: Open, desk: Open, stack: Stack) -> None:
    visitor = opened(window, stack)
    said = f"About my bill {uuid.uuid4().hex[:8]}"
    write(visitor, said)
    ada, cem = desk("ada", "/inbox/all/"), desk("cem", "/inbox/all/")
    open_row(ada, said)
    open_row(cem, said)
    ada.get_by_role("button", name="Team").click()
    ada.get_by_role("button", name="Billing").click()
    expect(cem.locator("#thread")).to_contain_text("You can no longer see this conversation")
    expect(row(cem, said)).to_have_count(0)
    write(visitor, f"card number, secret {said}")
    expect(ada.get_by_role("log")).to_contain_text("card number, secret")
    expect(cem.locator("body")).not_to_contain_text("card number")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page_of_the_desk(window: Open, desk: Open, stack: Stack, scheme: str) -> None:
    signed_out = window(color_scheme=scheme)
    for path in ("/accounts/login/", "/accounts/password/reset/", "/inbox/nowhere/", "/api/v1/docs/"):
        signed_out.goto(f"{stack.url}{path}")
        # One template draws all operations of the reference: those of one resource, with every verb, are looked at.
        signed_out.evaluate(f"for (const other of document.querySelectorAll({OTHERS!r})) other.remove()")
        assert axe(signed_out) == [], path
    for width, height in screens(scheme):
        page = desk("ada", "/inbox/all/", width=width, height=height, color_scheme=scheme)
        assert axe(page) == [], "the list"
        row(page, "Ruth").click()
        expect(page.get_by_role("log")).to_be_visible()
        expect(page.locator("#thread .title")).to_contain_text("Ruth")
        assert axe(page) == [], "a conversation"
        page.get_by_role("button", name=re.compile("^Assign")).click()
        expect(page.get_by_text("Assign to")).to_be_visible()
        assert axe(page) == [], "a menu"
        page.keyboard.press("Escape")
        page.goto(f"{stack.url}/inbox/closed/999999/")
        assert axe(page) == [], "not found"


def test_on_a_phone_it_is_one_pane_at_a_time(desk: Open, stack: Stack) -> None:
    page = desk("ada", "/inbox/all/", width=390, height=844)
    expect(page.locator("#thread")).to_be_hidden()
    row(page, "Olumide").click()
    expect(page.get_by_role("textbox", name="Reply")).to_be_visible()
    expect(page.locator(".list")).to_be_hidden()
    page.get_by_role("link", name="Back to the list").click()
    expect(page.locator(".list")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
