"""A visitor types a customer's address: the desk suggests, a human decides, and the widget never shows a line more."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, Route, WebSocket, expect

from tests.browser.conftest import Open, axe, screens
from tests.browser.test_widget import thread, write
from tests.stack import Stack

# Everything that is there of contacts; what a decision itself writes (merges, suggestions, its events) is left out.
ROWS = {
    "contacts": "SELECT id, root_id, name, email, phone, external_id, timezone, account_id, attributes, signed_up_at, "
    "widget_name FROM inbox_contact ORDER BY id",
    "identities": "SELECT * FROM inbox_identity ORDER BY id",
    "visitors": "SELECT id, contact_id, token_hash, verified_at, device FROM inbox_visitor ORDER BY id",
    "conversations": "SELECT id, contact_id, visitor_id, number FROM inbox_conversation ORDER BY id",
    "messages": "SELECT id, conversation_id, public_seq, contact_id, kind, text FROM inbox_message "
    "WHERE kind <> 'action' ORDER BY id",
    "events": "SELECT id, kind, contact, data FROM notifications_event WHERE kind NOT IN "
    "('contact.merged', 'contact.unmerged') ORDER BY id",
}


@dataclass
class Heard:
    """All that a browser was sent by the product: bodies of answers, and frames of sockets."""

    pieces: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.context.route("**/widget/**", self._answer)
        page.on("websocket", self._socket)

    def _answer(self, route: Route) -> None:
        answered = route.fetch()
        self.pieces.append(f"{answered.headers} {answered.text()}")
        route.fulfill(response=answered)

    def _socket(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: self.pieces.append(str(frame)))

    def all(self) -> str:
        return "\n".join(self.pieces)


@dataclass
class Case:
    """A known customer with a history, the words of which no other browser may ever be sent."""

    email: str
    name: str
    secret: str
    contact: str


def call(stack: Stack, method: str, path: str, body: Any = None) -> Any:
    answer = httpx.request(
        method, f"{stack.url}/api/v1/{path}", json=body, headers={"Authorization": f"Bearer {stack.api_token}"}
    )
    assert answer.is_success, answer.text
    return answer.json()


@pytest.fixture
def case(stack: Stack) -> Iterator[Case]:
    mark = uuid.uuid4().hex[:8]
    email, name = f"jane.{mark}@acme.test", f"Jane {mark.translate(str.maketrans('0123456789', 'ghijklmnop'))}"
    contact = call(stack, "PUT", f"contacts/by/external_id/u-{mark}/", {"email": email, "name": name})
    secret = f"Secret history {mark}"
    begun = call(stack, "POST", "conversations/", {"contact": contact["id"], "text": secret})
    said = {"kind": "reply", "text": f"{secret}, answered", "author": "@ada"}
    call(stack, "POST", f"conversations/{begun['id']}/messages/", said)
    yield Case(email, name, secret, contact["id"])


def rows(stack: Stack) -> dict[str, list[Any]]:
    return {name: stack.query(query) for name, query in ROWS.items()}


def claims(window: Open, stack: Stack, case: Case) -> tuple[Page, Heard, str]:
    """Open the widget as a stranger who types the customer's address; return the page, what it hears, and the words."""
    heard = Heard()
    page = window()
    heard.listen(page)
    page.goto(f"{stack.url}/demo/")
    page.get_by_role("button", name=re.compile("chat", re.I)).click()
    said = f"Hello, I am {case.email.upper()}, {uuid.uuid4().hex[:6]}"
    write(page, said)
    expect(page.get_by_text("Sent")).to_be_visible()
    return page, heard, said


def open_thread(desk: Open, said: str, **options: Any) -> Page:
    page = desk("bea", "/inbox/all/", **options)
    page.locator("a.row").filter(has_text=said[:24]).first.click()
    expect(page.locator(".stream")).to_contain_text(said)
    return page


def answer(page: Page, text: str) -> None:
    page.get_by_role("textbox", name=re.compile("reply", re.I)).fill(text)
    page.get_by_role("button", name=re.compile("^Send")).click()
    expect(page.locator(".stream")).to_contain_text(text)


def test_a_stranger_who_types_a_customers_address_never_sees_their_history(
    desk: Open, window: Open, stack: Stack, case: Case
) -> None:
    visitor, heard, said = claims(window, stack, case)
    page = open_thread(desk, said)
    # Live, once the worker has looked; with the reasons, and that it is but a claim.
    card = page.get_by_role("region", name="Perhaps one person")
    expect(card).to_contain_text(case.name)
    expect(card).to_contain_text(f"Both gave {case.email}")
    expect(page.locator("#contact")).to_contain_text(f"Claims to be {case.name}")
    expect(page.locator("#contact")).to_contain_text("This is the first.")
    before = rows(stack)

    card.get_by_role("link", name="Compare…").click()
    expect(page.get_by_role("heading", name="Are these one person?")).to_be_visible()
    expect(page.get_by_text("and not one line more")).to_be_visible()
    page.get_by_role("textbox", name=re.compile("^Why")).fill("She told me on the phone.")
    page.get_by_role("button", name="Merge", exact=True).click()
    page.wait_for_url("**/inbox/all/**")
    # The desk shows one person: the whole history beside the thread, and who decided why.
    expect(page.locator("#contact h2")).to_contain_text(case.name)
    expect(page.locator("#contact .past")).to_contain_text(f"{case.secret}, answered")
    expect(page.locator(".stream")).to_contain_text("She told me on the phone.")
    expect(page.locator("a.row").filter(has_text=said[:24]).first).to_contain_text(case.name)

    # The visitor goes on as before: what they write arrives, the answer comes, and nothing else does.
    write(visitor, "Are you still there?")
    expect(page.locator(".stream")).to_contain_text("Are you still there?")
    answer(page, "Yes, I am.")
    expect(thread(visitor)).to_contain_text("Yes, I am.")
    visitor.reload()
    expect(thread(visitor)).to_contain_text("Yes, I am.")
    everything = heard.all()
    assert said in everything
    assert "Yes, I am." in everything
    for word in (case.secret, case.name, case.name.upper(), case.contact):
        assert word not in everything

    merged = page.locator(".merged")
    merged.get_by_role("button", name=re.compile("^Undo")).click()
    expect(page.locator("#contact .merged")).to_have_count(0)
    expect(page.locator("#contact h2")).not_to_contain_text(case.name)
    after = rows(stack)
    for name in ("contacts", "identities", "visitors", "conversations"):
        assert after[name] == before[name], name
    for name in ("messages", "events"):
        kept = {row[0]: row for row in after[name]}
        assert [kept[row[0]] for row in before[name]] == before[name], name
    everything = heard.all()
    for word in (case.secret, case.name, case.contact):
        assert word not in everything


def test_what_a_merged_visitor_begins_is_shown_to_them_alone(
    desk: Open, window: Open, stack: Stack, case: Case
) -> None:
    visitor, heard, said = claims(window, stack, case)
    page = open_thread(desk, said)
    expect(page.get_by_role("region", name="Perhaps one person")).to_contain_text(case.name)
    found = call(stack, "GET", f"merge-suggestions/?contact={case.contact}")["results"]
    call(stack, "POST", f"merge-suggestions/{found[0]['id']}/accept/")
    expect(page.locator("#contact h2")).to_contain_text(case.name)
    # A later conversation of theirs belongs to the person, and still only to this browser.
    [(conversation,)] = stack.query("SELECT conversation_id FROM inbox_message WHERE text = %s", said)
    stack.query(
        "UPDATE inbox_conversation SET status = 'closed', closed_at = now() - interval '30 days', waiting_since = NULL "
        "WHERE id = %s RETURNING id",
        conversation,
    )
    visitor.reload()
    write(visitor, f"Another matter {said[-6:]}")
    expect(visitor.get_by_text("Sent")).to_be_visible()
    [(root,)] = stack.query(
        "SELECT k.public_id::text FROM inbox_message m JOIN inbox_conversation c ON c.id = m.conversation_id "
        "JOIN inbox_contact k ON k.id = c.contact_id WHERE m.text = %s",
        f"Another matter {said[-6:]}",
    )
    assert root == case.contact
    for word in (case.secret, case.name, case.contact):
        assert word not in heard.all()


def test_a_suggestion_is_dismissed_where_it_stands(desk: Open, window: Open, stack: Stack, case: Case) -> None:
    _, _, said = claims(window, stack, case)
    page = open_thread(desk, said)
    card = page.get_by_role("region", name="Perhaps one person")
    card.get_by_role("button", name="Not the same").click()
    expect(card).to_have_count(0)
    page.reload()
    expect(page.locator("#contact")).to_contain_text("Known by")
    expect(card).to_have_count(0)
    [found] = call(stack, "GET", f"merge-suggestions/?contact={case.contact}")["results"]
    assert found["status"] == "dismissed"


def test_any_two_are_found_and_merged_by_hand_with_the_keyboard(desk: Open, stack: Stack, case: Case) -> None:
    other = call(stack, "POST", "contacts/", {"name": f"Old {case.name}", "phone": "+49 30 90182034"})
    page = desk("ada", f"/contacts/{other['id']}/merge/")
    page.keyboard.type(case.email)
    page.keyboard.press("Enter")
    page.locator(".hits").get_by_role("link", name=re.compile(case.name)).focus()
    page.keyboard.press("Enter")
    page.get_by_role("radio", name=f"Old {case.name}").check()
    page.get_by_role("button", name="Merge", exact=True).press("Enter")
    page.wait_for_url(f"**/contacts/{case.contact}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Old {case.name}")
    page.goto(f"{stack.url}/contacts/{other['id']}/")
    expect(page).to_have_url(re.compile(case.contact))
    again = desk("ada", f"/contacts/{other['id']}/merge/{case.contact}/")
    expect(again.get_by_text("These two are one person already.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_accessible(desk: Open, window: Open, stack: Stack, case: Case, scheme: str) -> None:
    _, _, said = claims(window, stack, case)
    for width, height in screens(scheme):
        page = open_thread(desk, said, width=width, height=height, color_scheme=scheme)
        if width < 900:
            page.locator("[data-toggle=contact]").first.click()
        card = page.get_by_role("region", name="Perhaps one person")
        expect(card).to_be_visible()
        assert axe(page) == []
        card.get_by_role("link", name="Compare…").click()
        expect(page.get_by_role("heading", name="Are these one person?")).to_be_visible()
        assert axe(page) == []
        page.goto(f"{stack.url}/contacts/{case.contact}/merge/?q=jane")
        expect(page.get_by_role("search")).to_be_visible()
        assert axe(page) == []
