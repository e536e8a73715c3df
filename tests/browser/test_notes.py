"""Notes: naming teammates while one writes, changing what was written, and letting somebody in for a while."""

from __future__ import annotations

import re
import uuid
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open, axe, screens
from tests.browser.test_conversation import open_row, row
from tests.browser.test_widget import opened, write
from tests.stack import Stack


@pytest.fixture
def said(window: Open, stack: Stack) -> str:
    """What a visitor has just said, in a conversation that everybody sees."""
    words = f"Where is my order? {uuid.uuid4().hex[:8]}"
    write(opened(window, stack), words)
    return words


@pytest.fixture
def private(desk: Open, said: str) -> str:
    """The same in the private team that @ada and @bea are in."""
    ada = desk("ada", "/inbox/all/")
    open_row(ada, said)
    ada.get_by_role("button", name=re.compile("^Team")).click()
    ada.locator("#team-menu").get_by_role("button", name="Billing").click()
    expect(ada.get_by_role("log")).to_contain_text("moved this to Billing")
    ada.context.close()
    return said


def note_of(page: Page) -> Locator:
    page.get_by_role("tab", name="Note").click()
    return page.get_by_role("textbox", name="Note")


def options(page: Page) -> Locator:
    return page.locator(".suggest [role=option]")


def send(page: Page, text: str) -> None:
    box = note_of(page)
    box.fill(text)
    box.press("Control+Enter")
    expect(page.locator(".msg.note:not(.pending)").last).to_contain_text(text)


def test_a_name_is_picked_with_the_keyboard_and_its_note_reaches_the_other_desk(desk: Open, said: str) -> None:
    ada, bea = desk("ada", "/inbox/all/"), desk("bea", "/inbox/all/")
    open_row(ada, said)
    open_row(bea, said)
    box = note_of(ada)
    box.press_sequentially("Please look, @c")
    expect(options(ada)).to_have_count(1)
    box.press("Backspace")
    expect(options(ada).first).to_have_attribute("aria-selected", "true")
    expect(options(ada).filter(has_text="@bea")).to_contain_text("available")
    expect(box).to_have_attribute("aria-activedescendant", "name-bea")
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "name-cem")
    box.press("ArrowUp")
    box.press("Enter")
    expect(box).to_have_value("Please look, @bea ")
    expect(options(ada)).to_have_count(0)
    expect(ada.locator(".pills mark")).to_have_text("@bea")
    expect(ada.locator(".told")).to_have_text("Tells Bea Ekström")
    box.press_sequentially("and @support")
    expect(ada.locator(".pills mark")).to_have_text(["@bea", "@support"])
    expect(ada.locator(".told")).to_contain_text("Bea Ekström and Support (2 people)")
    box.press("Control+Enter")
    expect(options(ada)).to_have_count(0)
    expect(ada.locator(".told")).to_have_text("")
    expect(ada.locator(".msg.note .mention")).to_have_text(["@bea", "@support"])
    expect(bea.locator(".msg.note .mention.me")).to_have_text("@bea")
    expect(bea.locator(".msg.note .mention.me")).to_have_attribute("title", "Bea Ekström")
    expect(ada.locator(".mention.me")).to_have_count(0)


def test_escape_closes_the_list_and_nothing_else(desk: Open, said: str) -> None:
    page = desk("ada", "/inbox/all/")
    open_row(page, said)
    box = note_of(page)
    box.press_sequentially("@be")
    expect(options(page)).to_have_count(1)
    box.press("Escape")
    expect(options(page)).to_have_count(0)
    expect(box).to_be_focused()
    expect(box).to_have_value("@be")


def test_what_is_typed_by_hand_or_only_looks_like_a_name_is_told_apart(desk: Open, said: str) -> None:
    page = desk("ada", "/inbox/all/")
    open_row(page, said)
    box = note_of(page)
    box.fill("@bea, not `@cem`, x@cem.test or @nobody")
    expect(page.locator(".pills mark")).to_have_text("@bea")
    box.press("Home")
    box.press_sequentially("Hi ")
    expect(page.locator(".pills mark")).to_have_text("@bea")
    words, pills = page.locator(".pills").inner_text(), box.input_value()
    assert words.strip("\u200b") == pills


def test_a_reply_names_nobody(desk: Open, said: str) -> None:
    page = desk("ada", "/inbox/all/")
    open_row(page, said)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("tab", name="Reply").click()
    reply = page.get_by_role("textbox", name="Reply")
    reply.press_sequentially("Ask @bea")
    reply.press("Control+Enter")
    expect(page.locator(".msg.reply.teammate:not(.pending)")).to_contain_text("Ask @bea")
    note_of(page).press_sequentially("@bea")
    expect(page.locator(".told")).to_contain_text("Bea Ekström")
    page.get_by_role("tab", name="Reply").click()
    expect(page.locator(".told")).to_have_text("")
    expect(page.locator(".pills mark")).to_have_count(0)
    first = next(at for at, url in enumerate(asked) if "mentionable" in url)
    sent = next(at for at, url in enumerate(asked) if url.endswith("/messages/"))
    assert sent < first
    assert page.locator(".msg.reply .mention").count() == 0


def test_a_name_is_picked_with_the_mouse_and_with_a_finger(desk: Open, said: str) -> None:
    wide = desk("ada", "/inbox/all/")
    open_row(wide, said)
    box = note_of(wide)
    box.press_sequentially("@")
    options(wide).filter(has_text="@cem").click()
    expect(box).to_have_value("@cem ")
    expect(box).to_be_focused()
    box.fill("")
    phone = desk("bea", "/inbox/all/", width=390, height=844, has_touch=True, is_mobile=True)
    row(phone, said).tap()
    box = note_of(phone)
    box.press_sequentially("@")
    expect(options(phone).first).to_be_visible()
    list_, composer = phone.locator(".suggest").bounding_box(), phone.locator("message-composer").bounding_box()
    assert list_ is not None and composer is not None
    assert list_["x"] >= 0 and list_["x"] + list_["width"] <= 390
    assert list_["y"] >= 0 and list_["y"] + list_["height"] <= composer["y"]
    options(phone).filter(has_text="@cem").tap()
    expect(box).to_have_value("@cem ")
    expect(phone.locator(".told")).to_have_text("Tells Cem Demir")


def test_a_note_that_names_too_many_is_refused_and_its_text_is_kept(desk: Open, said: str) -> None:
    page = desk("ada", "/inbox/all/")
    open_row(page, said)
    text = " ".join(f"@somebody{n}" for n in range(201))
    box = note_of(page)
    box.fill(text)
    expect(page.locator(".told .problem")).to_contain_text("50 people or teams at most; this one names 201")
    box.press("Control+Enter")
    refused = page.locator(".msg.refused")
    expect(refused).to_contain_text("50 people or teams at most")
    refused.get_by_role("button", name="Edit").click()
    expect(box).to_have_value(text)
    expect(page.locator(".msg.refused")).to_have_count(0)
    box.fill("@bea only")
    box.press("Control+Enter")
    expect(page.locator(".msg.note .mention")).to_have_text("@bea")


def test_a_note_is_changed_where_it_stands_and_the_other_desk_sees_it(desk: Open, said: str) -> None:
    ada, bea = desk("ada", "/inbox/all/"), desk("bea", "/inbox/all/")
    open_row(ada, said)
    open_row(bea, said)
    send(ada, "Ask @cem tomorrow")
    expect(bea.locator(".msg.note")).to_contain_text("tomorrow")
    expect(bea.locator(".pencil")).to_have_count(0)
    ada.locator(".msg.note").hover()
    ada.get_by_role("button", name="Edit this note").click()
    box = ada.locator("note-editor textarea")
    expect(box).to_have_value("Ask @cem tomorrow")
    expect(box).to_be_focused()
    box.press("Escape")
    expect(ada.locator("note-editor")).to_have_count(0)
    ada.get_by_role("button", name="Edit this note").click()
    box.fill(" ".join(f"@somebody{n}" for n in range(201)))
    box.press("Control+Enter")
    expect(ada.locator("note-editor > .problem")).to_contain_text("50 people or teams at most")
    expect(box).to_have_value(re.compile("@somebody200$"))
    box.fill("Ask ")
    box.press_sequentially("@be")
    expect(options(ada)).to_have_count(1)
    box.press("Enter")
    box.press_sequentially("today")
    box.press("Control+Enter")
    for page in (ada, bea):
        expect(page.locator(".msg.note .bub")).to_have_text("Ask @bea today")
        expect(page.locator(".msg.note .by")).to_contain_text("edited")
        expect(page.get_by_role("log")).to_contain_text("Ada Lindqvist edited a note")
    expect(bea.locator(".msg.note .mention.me")).to_have_text("@bea")
    expect(ada.get_by_role("button", name="Edit this note")).to_be_focused()


EDIT = """
from inbox.conversations import notes
from inbox.models import Message
note = Message.objects.select_related("conversation", "teammate").get(kind="note", text="%s")
notes.edit(note.conversation, note.seq, note.teammate, "After")
"""


def test_an_edit_that_was_missed_is_seen_when_the_line_is_back(desk: Open, said: str, stack: Stack) -> None:
    page = desk("ada", "/inbox/all/")
    open_row(page, said)
    before = f"Before {uuid.uuid4().hex[:8]}"
    send(page, before)
    stack.kill("web")
    expect(page.get_by_text("Connection lost")).to_be_visible()
    stack.manage("shell", "-c", EDIT % before)
    stack.start("web")
    expect(page.locator(".msg.note .bub")).to_have_text("After", timeout=60_000)


def test_access_is_given_from_the_note_and_ended_by_hand_and_both_are_seen_at_once(desk: Open, private: str) -> None:
    ada, cem = desk("ada", "/inbox/all/"), desk("cem", "/inbox/all/")
    cem.evaluate("window.neverReloaded = true")
    expect(row(cem, "Ruth")).to_be_visible()
    expect(row(cem, private)).to_have_count(0)
    open_row(ada, private)
    expect(ada.locator("#access")).to_contain_text("Billing and admins see this conversation, nobody else")
    box = note_of(ada)
    box.press_sequentially("@ce")
    expect(options(ada)).to_have_attribute("aria-disabled", "true")
    expect(options(ada)).to_contain_text("cannot see this conversation")
    box.press("Enter")
    expect(box).to_have_value("@ce")
    box.press_sequentially("m, what do you think?")
    expect(ada.locator(".told")).to_contain_text("@cem cannot see this conversation")
    box.press("Control+Enter")
    expect(ada.locator(".msg.note .mention")).to_have_text("@cem")
    expect(ada.locator("#access")).to_contain_text("@cem cannot see this conversation")
    ada.locator(".told").get_by_role("button", name="Give access").click()
    expect(ada.locator("#access")).to_contain_text("Cem Demir until")
    expect(ada.locator("#access .blind")).to_have_count(0)
    expect(ada.locator(".told")).to_have_text("")
    expect(ada.get_by_role("log")).to_contain_text("Ada Lindqvist gave Cem Demir access until")
    expect(row(cem, "what do you think?")).to_be_visible()
    row(cem, "what do you think?").click()
    expect(cem.locator(".msg.note .mention.me")).to_have_text("@cem")
    expect(cem.get_by_role("button", name="Following")).to_be_visible()
    send(cem, "I think so")
    expect(ada.get_by_role("log")).to_contain_text("I think so")
    ada.get_by_role("button", name="End the access of Cem Demir").click()
    expect(cem.locator("#thread")).to_contain_text("You can no longer see this conversation")
    expect(row(cem, "I think so")).to_have_count(0)
    expect(ada.locator("#access")).not_to_contain_text("Cem Demir")
    expect(ada.get_by_role("log")).to_contain_text("Ada Lindqvist ended Cem Demir’s access")
    assert cem.evaluate("window.neverReloaded")


def test_access_ends_by_itself(desk: Open, private: str, stack: Stack) -> None:
    ada, cem = desk("ada", "/inbox/all/"), desk("cem", "/inbox/all/")
    open_row(ada, private)
    words = uuid.uuid4().hex[:8]
    send(ada, f"@cem, look: {words}")
    ada.locator("#access").get_by_role("combobox").select_option("for an hour")
    ada.locator("#access").get_by_role("button", name="Give access").click()
    expect(row(cem, words)).to_be_visible()
    stack.query("UPDATE inbox_guestaccess SET ends_at = now() WHERE ended_at IS NULL RETURNING 1")
    expect(row(cem, words)).to_have_count(0, timeout=30_000)
    expect(ada.get_by_role("log")).to_contain_text("Cem Demir’s access ended")
    expect(ada.locator("#access")).to_contain_text("nobody else")


def test_one_follows_a_conversation_by_writing_in_it_or_by_choice(desk: Open, said: str) -> None:
    page = desk("ada", "/inbox/all/")
    open_row(page, said)
    expect(page.get_by_role("button", name="Follow", exact=True)).to_be_visible()
    send(page, "I am on it")
    page.get_by_role("button", name="Following").click()
    expect(page.get_by_role("button", name="Follow", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Follow", exact=True)).to_be_visible()
    page.get_by_role("button", name="Follow", exact=True).click()
    expect(page.get_by_role("button", name="Following")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_while_a_note_is_written_or_changed(desk: Open, private: str, scheme: str) -> None:
    finding = desk("ada", "/inbox/all/")
    open_row(finding, private)
    path = urlsplit(finding.url).path
    finding.context.close()
    for width, height in screens(scheme):
        page = desk("ada", path, width=width, height=height, color_scheme=scheme)
        box = note_of(page)
        box.fill("@cem and ")
        box.press_sequentially("@be")
        expect(options(page).first).to_be_visible()
        expect(page.locator(".told .blind")).to_be_visible()
        assert axe(page) == []
        box.press("Enter")
        box.press("Control+Enter")
        expect(page.locator(".msg.note:not(.pending) .mention").first).to_be_visible()
        page.get_by_role("button", name="Edit this note").first.click()
        expect(page.locator("note-editor .told")).to_contain_text("cannot see")
        assert axe(page) == []
        page.context.close()
