"""Somebody is named in a note: told on the desk, by push and by letter, at once; reading it anywhere clears it all."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage

import psycopg
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open, axe, screens
from tests.browser.test_conversation import open_row, reply, row
from tests.mail_server import MailServer, mail_server
from tests.stack import Stack, database_url, running_stack
from tests.stand_ins.push import Device, PushService, push_service

TITLE = "Ada Lindqvist mentioned you in a note"
SUBSCRIBE = """async ([endpoint, p256dh, auth]) => {
  const token = document.querySelector('meta[name="csrf-token"]').content
  const body = new URLSearchParams({endpoint, p256dh, auth})
  return (await fetch("/settings/notifications/push/", {method: "POST", headers: {"X-CSRFToken": token}, body})).status
}"""


@pytest.fixture(scope="module")
def pushes() -> Iterator[PushService]:
    """A push service of this machine."""
    with push_service() as running:
        yield running


@pytest.fixture(scope="module")
def post() -> Iterator[MailServer]:
    """A mail server of this machine."""
    with mail_server() as running:
        yield running


@pytest.fixture(scope="module")
def stack(pushes: PushService, post: MailServer) -> Iterator[Stack]:
    """The product, which writes and pushes to these two."""
    env = {"PUSH_ALLOW_ANY_HOST": "1", "EMAIL_URL": f"smtp://127.0.0.1:{post.port}"}
    with running_stack(env=env) as running:
        yield running


@pytest.fixture
def bea(desk: Open, stack: Stack, pushes: PushService) -> tuple[Page, Device]:
    """Bea's desk, on which she has read everything, and her phone, which is pushed to."""
    everything_told(stack)
    stack.query("UPDATE notifications_notice SET read_at = now() RETURNING 1")
    page = desk("bea", "/inbox/mine/")
    device = pushes.device()
    keys = [pushes.endpoint(device), device.p256dh, device.auth]
    assert page.evaluate(SUBSCRIBE, keys) == 204
    expect(badge(page)).to_be_empty()
    return page, device


def everything_told(stack: Stack) -> None:
    """Wait until nothing is on its way to anybody's desk."""
    waiting = (
        "SELECT (SELECT count(*) FROM notifications_event WHERE routed_at IS NULL) + (SELECT count(*) FROM "
        "notifications_delivery WHERE transport = 'inapp' AND status IN ('pending', 'sending'))"
    )
    becomes(lambda: stack.query(waiting), [(0,)])


@contextmanager
def nobody_told(stack: Stack) -> Iterator[None]:
    """Keep workers from deciding who is told of what while the block runs."""
    with psycopg.connect(database_url(stack.database)) as connection:
        connection.execute("LOCK TABLE notifications_delivery IN SHARE MODE")
        yield


def letters_after(stack: Stack, seconds: int) -> None:
    """Have letters go out so long after what they tell of, where it is still unread."""
    stack.query("UPDATE people_workspace SET email_after_seconds = %s RETURNING 1", seconds)


def badge(page: Page) -> Locator:
    """How much is unread, beside the bell."""
    return page.locator(".rail .badge")


def icon(page: Page) -> Locator:
    """The page's icon."""
    return page.locator('link[rel="icon"]')


def expect_unread(page: Page, count: str) -> None:
    """Wait until the rail, the title and the icon say how much is unread."""
    expect(badge(page)).to_have_text(count)
    expect(page).to_have_title(re.compile(rf"^\({count}\) " if count else r"^[^(]"))
    expect(icon(page)).to_have_attribute("href", re.compile("icon-unread" if count else r"/icon[^-]*\.svg"))


def becomes(what: Callable[[], object], wanted: object) -> None:
    """Wait until something outside the browsers is so."""
    deadline = time.monotonic() + 30
    while (found := what()) != wanted:
        assert time.monotonic() < deadline, found
        time.sleep(0.05)  # between two looks


def pick_bea(page: Page) -> Locator:
    """Begin a note with bea's name, picked with the keyboard from what is suggested. Return where it is written."""
    page.get_by_role("tab", name="Note").click()
    note = page.get_by_role("textbox", name="Note")
    note.press_sequentially("@be")
    expect(page.get_by_role("option").first).to_contain_text("Bea Ekström")
    note.press("Enter")
    expect(note).to_have_value(re.compile("^@bea[ \u00a0]$"))
    return note


def told(stack: Stack, transport: str, words: str) -> list[tuple[object, ...]]:
    """Return what became of the deliveries to bea of a note with these words in it."""
    return stack.query(
        "SELECT d.status, d.cause FROM notifications_delivery d JOIN notifications_event e ON e.id = d.event_id "
        "WHERE d.transport = %s AND d.address = '@bea' AND e.kind = 'mention.created' AND e.body LIKE %s",
        transport, f"%{words}%",
    )  # fmt: skip


def plain(letter: EmailMessage) -> str:
    """Return a letter's plain text."""
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_who_is_named_is_told_at_once_everywhere_and_opening_it_clears_it_everywhere(
    desk: Open, stack: Stack, bea: tuple[Page, Device], post: MailServer
) -> None:
    page, phone = bea
    letters_after(stack, 2)
    listing, laptop = page.context.new_page(), desk("bea", "/activity/")
    listing.goto(f"{stack.url}/notifications/")
    page.goto(f"{stack.url}/inbox/mentions/")
    for each in (page, listing, laptop):
        each.evaluate("window.neverReloaded = true")
    said = f"can you call her? {uuid.uuid4().hex[:8]}"
    ada = desk("ada", "/inbox/all/")
    open_row(ada, "Ruth")
    note = pick_bea(ada)
    note.press_sequentially(said)
    note.press("Control+Enter")

    for each in (page, listing, laptop):
        expect_unread(each, "1")
    notice = listing.locator("li.notice.unread")
    expect(notice).to_have_count(1)
    expect(notice).to_contain_text(TITLE)
    expect(notice).to_contain_text(said)
    expect(row(page, "Ruth")).to_have_class(re.compile("named"))
    expect(page.locator('[data-count="mentions"]')).to_have_text("1")
    expect(page.locator(".toast.news")).to_contain_text(TITLE)
    expect(laptop.locator(".toast.news")).to_contain_text(TITLE)
    expect(listing.locator(".toast.news")).to_have_count(0)
    becomes(lambda: [one["title"] for one in phone.shown.values()], [TITLE])
    assert said in next(iter(phone.shown.values()))["body"]
    becomes(lambda: len([letter for letter in post.letters if said in plain(letter)]), 1)
    letter = next(letter for letter in post.letters if said in plain(letter))
    assert letter["To"] == "bea@demo.test"
    assert "Ruth" in str(letter["Subject"])

    row(page, "Ruth").click()
    expect(page.get_by_role("log")).to_contain_text(said)
    for each in (page, listing, laptop):
        expect_unread(each, "")
    expect(listing.locator("li.notice.unread")).to_have_count(0)
    expect(row(page, "Ruth")).not_to_have_class(re.compile("named|unread"))
    expect(page.locator('[data-count="mentions"]')).to_be_empty()
    becomes(lambda: phone.shown, {})
    assert all(each.evaluate("window.neverReloaded") for each in (page, listing, laptop))


def test_who_reads_it_before_the_letter_is_due_gets_none(
    desk: Open, stack: Stack, bea: tuple[Page, Device], post: MailServer
) -> None:
    page, phone = bea
    letters_after(stack, 3600)
    said = f"read in time {uuid.uuid4().hex[:8]}"
    ada = desk("ada", "/inbox/all/")
    open_row(ada, "Olumide")
    reply(ada, f"@bea {said}", "Note")
    expect_unread(page, "1")
    becomes(lambda: len(phone.shown), 1)
    page.locator(".toast.news").get_by_role("link", name="Open").click()
    expect(page.get_by_role("log")).to_contain_text(said)
    expect_unread(page, "")
    becomes(lambda: phone.shown, {})
    stack.query("UPDATE notifications_delivery SET due_at = now() WHERE status = 'pending' RETURNING 1")
    becomes(lambda: told(stack, "email", said), [("suppressed", "seen")])
    assert not [letter for letter in post.letters if said in plain(letter)]


def test_who_has_it_open_in_front_of_them_is_told_there_alone(
    desk: Open, stack: Stack, bea: tuple[Page, Device], post: MailServer
) -> None:
    page, phone = bea
    letters_after(stack, 1)
    page.set_viewport_size({"width": 1440, "height": 420})
    page.goto(f"{stack.url}/inbox/all/")
    open_row(page, "Mei")
    said = f"you are looking at it {uuid.uuid4().hex[:8]}"
    # What is below has not been read: that it is in front of her is all that is known.
    page.locator(".stream").evaluate("stream => { stream.scrollTop = 0 }")
    ada = desk("ada", "/inbox/all/")
    open_row(ada, "Mei")
    reply(ada, f"@bea {said}", "Note")
    for transport in ("push", "email"):
        becomes(lambda transport=transport: told(stack, transport, said), [("suppressed", "seen")])  # type: ignore[misc]
    expect_unread(page, "1")
    expect(page.locator(".toast.news")).to_have_count(0)
    assert phone.told == []
    assert not [letter for letter in post.letters if said in plain(letter)]
    page.get_by_role("button", name="Newest").click()
    expect_unread(page, "")


def test_what_is_given_to_whoever_has_it_in_front_of_them_is_read(
    desk: Open, stack: Stack, bea: tuple[Page, Device]
) -> None:
    page, _ = bea
    page.goto(f"{stack.url}/inbox/all/")
    open_row(page, "Sofía")
    ada = desk("ada", "/inbox/all/")
    open_row(ada, "Sofía")
    here = page.locator("#thread").get_attribute("data-conversation")
    # She reads the line that says so before she is told of it.
    with nobody_told(stack):
        ada.get_by_role("button", name=re.compile("^Assign")).click()
        ada.locator("#assignee-menu").get_by_role("button", name="Bea Ekström").click()
        expect(page.get_by_role("log")).to_contain_text("gave this to Bea")
        left = (
            "SELECT c.last_seq - m.seq FROM inbox_readmarker m JOIN inbox_conversation c ON c.id = m.conversation_id "
            "JOIN people_teammate t ON t.id = m.teammate_id WHERE t.handle = 'bea' AND c.public_id = %s"
        )
        becomes(lambda: stack.query(left, here), [(0,)])
    read = (
        "SELECT read_at IS NOT NULL FROM notifications_notice n JOIN people_teammate t ON t.id = n.teammate_id "
        "WHERE t.handle = 'bea' AND n.kind = 'conversation.assigned' AND n.conversation = %s"
    )
    becomes(lambda: stack.query(read, here), [(True,)])
    expect_unread(page, "")


def test_the_list_is_worked_by_keyboard_and_each_can_be_read_and_unread(
    desk: Open, stack: Stack, bea: tuple[Page, Device]
) -> None:
    page, _ = bea
    ada = desk("ada", "/inbox/all/")
    for who in ("Ruth", "Olumide"):
        open_row(ada, who)
        reply(ada, f"@bea about {who}", "Note")
    expect_unread(page, "2")
    page.goto(f"{stack.url}/notifications/?show=unread")
    expect(page.locator("li.notice")).to_have_count(2)
    page.keyboard.press("j")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect_unread(page, "1")
    expect(page.locator("li.notice")).to_have_count(1)
    page.get_by_role("link", name="All").click()
    page.get_by_role("button", name="Mark unread").first.click()
    expect_unread(page, "2")
    page.get_by_role("button", name="Mark all read").click()
    expect_unread(page, "")
    expect(page.get_by_role("button", name="Mark all read")).to_be_hidden()
    page.locator("li.notice a").first.click()
    expect(page.get_by_role("log")).to_contain_text("@bea about Olumide")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_for_everybody_to_use(desk: Open, stack: Stack, bea: tuple[Page, Device], scheme: str) -> None:
    ada = desk("ada", "/inbox/all/")
    open_row(ada, "Ruth")
    reply(ada, "@bea a last look", "Note")
    expect_unread(bea[0], "1")
    for width, height in screens(scheme):
        for path in ("/notifications/", "/inbox/mentions/"):
            page = desk("bea", path, width=width, height=height, color_scheme=scheme)
            expect(page.locator(".rail .badge")).to_have_text("1")
            assert axe(page) == []
