"""PostgreSQL or Redis dies under an open desk and an open widget while both sides type."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from tests.browser import conftest
from tests.browser.conftest import Open, axe
from tests.browser.test_conversation import open_row, reply
from tests.browser.test_widget import opened, write
from tests.servers import KillableServers, killable_servers
from tests.stack import Stack

pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def servers() -> Iterator[KillableServers]:
    with killable_servers() as running:
        yield running


@pytest.fixture(scope="module")
def stack(servers: KillableServers) -> Iterator[Stack]:
    """The product on servers of its own."""
    running = Stack(servers=servers.urls, env={"HEARTBEAT_SECONDS": "5"})
    try:
        running.start()
        yield running
    finally:
        servers.start()
        running.stop()


@pytest.fixture(autouse=True)
def servers_may_be_away(monkeypatch: pytest.MonkeyPatch, stack: Stack, servers: KillableServers) -> Iterator[None]:
    """A browser, and htmx, say on the console that they were answered 503, which is what happens here on purpose. Each
    test begins with all servers there."""
    answered = ("the server responded with a status of 503", "Response Status Error Code 503")
    monkeypatch.setattr(conftest, "EXPECTED", (*conftest.EXPECTED, *answered))
    servers.start()
    stack.wait_until_ready("/readyz", 90)
    yield
    servers.start()
    log = stack.log.read_text(errors="replace")
    assert "Internal Server Error" not in log, log[log.index("Internal Server Error") - 200 :][:12000]


def texts(bubbles: Locator) -> list[str]:
    return [text.strip() for text in bubbles.all_inner_texts()]


def both_show(agent: Page, visitor: Page, said: list[str]) -> None:
    for line in said:
        for page in (agent, visitor):
            expect(page.get_by_role("log").get_by_text(line, exact=True)).to_have_count(1, timeout=60_000)
    expect(agent.locator(".msg.pending")).to_have_count(0, timeout=60_000)
    expect(visitor.get_by_text("Sending")).to_have_count(0, timeout=60_000)


@pytest.mark.parametrize(
    ("name", "words"), [("postgres", "The database is away"), ("redis", "Live updates are slow just now")]
)
def test_both_type_on_while_a_server_is_away_and_end_with_the_same_thread(
    window: Open, desk: Open, stack: Stack, servers: KillableServers, name: str, words: str
) -> None:
    visitor, agent = opened(window, stack), desk("ada", "/inbox/all/")
    agent.evaluate("window.neverReloaded = true")
    visitor.evaluate("window.neverReloaded = true")
    mark = uuid.uuid4().hex[:8]
    write(visitor, f"start {mark}")
    open_row(agent, f"start {mark}")
    said = [f"start {mark}"]
    for turn in range(2):
        servers.kill(name)
        write(visitor, f"visitor {turn} {mark}")
        reply(agent, f"agent {turn} {mark}")
        expect(agent.get_by_text(words)).to_be_visible(timeout=40_000)
        assert axe(agent) == []
        servers.start()
        said += [f"visitor {turn} {mark}", f"agent {turn} {mark}"]
        expect(agent.get_by_text(words)).to_be_hidden(timeout=60_000)
        both_show(agent, visitor, said)
    stored = stack.query(
        "SELECT text FROM inbox_message WHERE conversation_id = (SELECT conversation_id FROM inbox_message "
        "WHERE text = %s) AND kind = 'reply' ORDER BY seq",
        f"start {mark}",
    )
    assert texts(agent.locator(".msg .bub")) == [str(text) for (text,) in stored]
    assert sorted(str(text) for (text,) in stored) == sorted(said)
    assert agent.evaluate("window.neverReloaded")
    assert visitor.evaluate("window.neverReloaded")


def test_a_page_that_finds_the_database_away_says_so_and_comes_back_by_itself(
    desk: Open, stack: Stack, servers: KillableServers
) -> None:
    page = desk("ada", "/inbox/all/")
    servers.kill("postgres")
    page.goto(f"{stack.url}/inbox/all/")
    expect(page.get_by_role("heading", name="The database is away")).to_be_visible()
    assert axe(page) == []
    servers.start()
    expect(page.locator("conversation-list")).to_be_visible(timeout=60_000)


def test_what_was_chosen_while_the_database_is_away_is_said_not_to_have_been_done(
    window: Open, desk: Open, stack: Stack, servers: KillableServers
) -> None:
    visitor, page = opened(window, stack), desk("ada", "/inbox/all/")
    said = f"Please close me {uuid.uuid4().hex[:8]}"
    write(visitor, said)
    open_row(page, said)
    servers.kill("postgres")
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.get_by_text("Nothing was changed")).to_be_visible()
    expect(page.get_by_text("The database is away. Keep writing")).to_be_visible()
    servers.start()
    expect(page.get_by_text("The database is away. Keep writing")).to_be_hidden(timeout=60_000)
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.get_by_role("button", name="Reopen")).to_be_visible()


def test_a_server_that_sends_its_sockets_away_is_not_worth_a_word(window: Open, desk: Open, stack: Stack) -> None:
    visitor = opened(window, stack)
    said = f"before {uuid.uuid4().hex[:8]}"
    write(visitor, said)
    agent = desk("ada", "/inbox/all/")
    lines: list[WebSocketRoute] = []

    def through(line: WebSocketRoute) -> None:
        line.connect_to_server()
        lines.append(line)

    agent.route_web_socket(re.compile("/ws/desk/"), through)
    agent.reload()
    open_row(agent, said)
    agent.evaluate(
        """() => {
            const bar = document.getElementById("line")
            new MutationObserver(() => { window.seen ||= !bar.hidden }).observe(bar, { attributes: true })
        }"""
    )
    with agent.expect_websocket(timeout=20_000):
        lines[0].close(code=1012)
    write(visitor, f"after {said}")
    expect(agent.get_by_role("log").get_by_text(f"after {said}", exact=True)).to_be_visible(timeout=60_000)
    assert not agent.evaluate("window.seen")
