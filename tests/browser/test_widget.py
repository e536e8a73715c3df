"""The widget in a real browser, on the sample shop."""

from __future__ import annotations

import json
import re
import uuid

from playwright.sync_api import Locator, Page, Route, WebSocket, expect

from tests.browser.conftest import Open, axe, screens
from tests.stack import Stack


def opened(window: Open, stack: Stack, **options: object) -> Page:
    page = window(**options)
    page.goto(f"{stack.url}/demo/")
    page.get_by_role("button", name=re.compile("chat", re.I)).click()
    expect(page.get_by_role("textbox")).to_be_visible()
    return page


def write(page: Page, text: str) -> None:
    page.get_by_role("textbox").fill(text)
    page.get_by_role("textbox").press("Enter")


def answer(stack: Stack, saying: str, text: str, kind: str = "reply") -> None:
    """Answer, as @ada over the API, the conversation in which the visitor said `saying`."""
    import httpx

    found = stack.query(
        "SELECT c.public_id::text FROM inbox_conversation c JOIN inbox_message m ON m.conversation_id = c.id "
        "WHERE m.text = %s",
        saying,
    )
    posted = httpx.post(
        f"{stack.url}/api/v1/conversations/{found[0][0]}/messages/",
        json={"kind": kind, "text": text, "author": "@ada"},
        headers={"Authorization": f"Bearer {stack.api_token}"},
    )
    assert posted.status_code == 201, posted.text


def thread(page: Page) -> Locator:
    return page.get_by_role("log")


def test_before_the_first_tap_nothing_is_asked_kept_or_connected(window: Open, stack: Stack) -> None:
    page = window()
    asked: list[str] = []
    sockets: list[WebSocket] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: sockets.append(socket))
    page.goto(f"{stack.url}/demo/", wait_until="networkidle")
    expect(page.get_by_role("button", name=re.compile("chat", re.I))).to_be_visible()
    assert not [url for url in asked if "session" in url or "panel" in url]
    assert sockets == []
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_a_thread_survives_the_next_page_and_the_next_visit(window: Open, stack: Stack) -> None:
    page = opened(window, stack)
    said = f"Is the Sidamo in? {uuid.uuid4()}"
    write(page, said)
    expect(thread(page)).to_contain_text(said)
    expect(page.get_by_text("Sent")).to_be_visible()
    page.goto(f"{stack.url}/demo/?page=cart")
    expect(thread(page)).to_contain_text(said)
    later = page.context.new_page()
    page.close()
    later.goto(f"{stack.url}/demo/")
    later.get_by_role("button", name=re.compile("chat", re.I)).click()
    expect(thread(later)).to_contain_text(said)


def test_both_tabs_show_what_either_says_once(window: Open, stack: Stack) -> None:
    one = opened(window, stack)
    two = one.context.new_page()
    two.goto(f"{stack.url}/demo/")
    two.get_by_role("button", name=re.compile("chat", re.I)).click()
    first, second = f"from one {uuid.uuid4()}", f"from two {uuid.uuid4()}"
    write(one, first)
    expect(thread(two)).to_contain_text(first)
    write(two, second)
    expect(thread(one)).to_contain_text(second)
    for page in (one, two):
        expect(page.get_by_text(first)).to_have_count(1)
        expect(page.get_by_text(second)).to_have_count(1)


def test_an_answer_counts_on_the_launcher_until_it_is_seen(window: Open, stack: Stack) -> None:
    page = opened(window, stack)
    said = f"Anybody? {uuid.uuid4()}"
    write(page, said)
    expect(page.get_by_text("Sent")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("textbox")).to_be_hidden()
    title = page.title()
    answer(stack, said, "Yes, here!")
    expect(page).to_have_title(f"(1) {title}")
    page.get_by_role("button", name=re.compile("chat", re.I)).click()
    expect(thread(page)).to_contain_text("Yes, here!")
    expect(page).to_have_title(title)


def test_what_is_written_offline_is_sent_once_when_the_line_is_back(window: Open, stack: Stack) -> None:
    page = opened(window, stack)
    write(page, f"hello {uuid.uuid4()}")
    expect(page.get_by_text("Sent")).to_be_visible()
    stack.kill("web")
    lines = [f"offline {n} {uuid.uuid4()}" for n in range(3)]
    for line in lines:
        write(page, line)
        expect(thread(page)).to_contain_text(line)
    stack.start("web")
    for line in lines:
        expect(page.get_by_text(line)).to_have_count(1)
    expect(page.get_by_text("Sending")).to_have_count(0, timeout=40_000)
    stored = stack.query("SELECT text FROM inbox_message WHERE text LIKE 'offline %%' ORDER BY seq")
    assert [row[0] for row in stored] == lines


def test_notes_never_reach_the_visitor(window: Open, stack: Stack) -> None:
    page = window()
    heard: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: heard.append(str(frame))))
    page.on("response", lambda response: heard.append(response.text()) if "session" in response.url else None)
    page.goto(f"{stack.url}/demo/")
    page.get_by_role("button", name=re.compile("chat", re.I)).click()
    said = f"Who reads this? {uuid.uuid4()}"
    write(page, said)
    expect(page.get_by_text("Sent")).to_be_visible()
    answer(stack, said, "top secret note", "note")
    answer(stack, said, "the answer")
    expect(thread(page)).to_contain_text("the answer")
    page.reload()
    expect(thread(page)).to_contain_text("the answer")
    assert heard
    assert "top secret" not in "".join(heard)
    seqs = {json.loads(frame)["seq"] for frame in heard if frame.startswith('{"type": "message"')}
    assert seqs == {1, 2}, "the note left a hole"


def test_markup_in_an_answer_is_text_and_a_link_is_a_link(window: Open, stack: Stack) -> None:
    page = opened(window, stack)
    said = f"Where? {uuid.uuid4()}"
    write(page, said)
    expect(page.get_by_text("Sent")).to_be_visible()
    answer(stack, said, "<img src=x onerror=alert(1)> see https://example.com/help")
    expect(thread(page)).to_contain_text("<img src=x onerror=alert(1)>")
    link = page.get_by_role("link", name="https://example.com/help")
    expect(link).to_have_attribute("href", "https://example.com/help")
    expect(link).to_have_attribute("rel", re.compile("noopener"))


def test_it_works_with_the_keyboard_alone(window: Open, stack: Stack) -> None:
    page = window()
    page.goto(f"{stack.url}/demo/")
    page.get_by_role("button", name=re.compile("chat", re.I)).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox")).to_be_focused()
    page.keyboard.type("By hand")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("in two lines")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Sent")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("textbox")).to_be_hidden()
    expect(page.get_by_role("button", name=re.compile("chat", re.I))).to_be_focused()


def test_axe_finds_nothing_on_the_shop_with_the_widget_open(window: Open, stack: Stack) -> None:
    for scheme in ("light", "dark"):
        for width, height in screens(scheme):
            page = opened(window, stack, width=width, height=height, color_scheme=scheme)
            write(page, "Hello")
            expect(page.get_by_text("Sent")).to_be_visible()
            assert axe(page) == [], (scheme, width)


def test_a_host_page_with_a_strict_policy_carries_it(window: Open, stack: Stack) -> None:
    page = window()
    key = stack.query("SELECT widget_key FROM people_workspace WHERE slug = 'demo'")[0][0]
    policy = f"default-src 'none'; script-src {stack.url}; connect-src {stack.url} {stack.ws}"

    def host(route: Route) -> None:
        body = f'<!doctype html><title>Shop</title><script async src="{stack.url}/widget.js" data-key="{key}"></script>'
        route.fulfill(body=body, content_type="text/html", headers={"Content-Security-Policy": policy})

    page.route("https://shop.example/", host)
    page.goto("https://shop.example/")
    page.get_by_role("button", name=re.compile("chat", re.I)).click()
    write(page, f"from a strict page {uuid.uuid4()}")
    expect(page.get_by_text("Sent")).to_be_visible()
