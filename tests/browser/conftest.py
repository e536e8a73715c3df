"""A real Chromium, people who are signed in, and what may not appear in any console."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from inbox.demo.story import PASSWORD
from tests.browser.install import chromium
from tests.stack import Stack, running_stack

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
FLAGS = [
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    # The tests' own servers are on loopback, which a page of a public address would have to ask leave for.
    "--disable-features=LocalNetworkAccessChecks",
]
# The browser's own words when a server is away, as it is on purpose in some tests.
EXPECTED = ("net::ERR_", "WebSocket connection", "the server responded with a status of 4")

# Long enough for a busy machine; what is there sooner is not waited for.
expect.set_options(timeout=20_000)

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """The product, running, on the demo's data, for one file of tests."""
    with running_stack() as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for one file of tests."""
    flags = [*FLAGS, "--no-sandbox"] if os.getuid() == 0 else FLAGS
    path = chromium()
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=flags)
        yield launched
        launched.close()


@pytest.fixture
def window(browser: Browser) -> Iterator[Open]:
    """Open a page in a browser profile of its own: `window(width=390, height=844, color_scheme="dark")`.

    Fails the test if a page logs an error of its own, a refusal by the Content-Security-Policy among them.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(known in message.text for known in EXPECTED):
            complaints.append(message.text)

    def open_window(width: int = 1440, height: int = 900, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(20_000)
        contexts.append(context)
        context.on("console", listen)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        return context.new_page()

    yield open_window
    for context in contexts:
        context.close()
    assert not complaints


@pytest.fixture
def desk(window: Open, stack: Stack) -> Open:
    """Sign in at the desk: `desk("bea", "/inbox/all/", width=390)`."""

    def sign_in(who: str = "ada", path: str = "/inbox/all/", **options: Any) -> Page:
        page = window(**options)
        page.goto(f"{stack.url}/accounts/login/?next={path}")
        page.get_by_label("Email").fill(f"{who}@demo.test")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{stack.url}{path}*")
        return page

    return sign_in


def axe(page: Page) -> list[str]:
    """Return what axe-core finds against WCAG 2.2 AA on a page, one line a finding."""
    page.evaluate(AXE)
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate("tags => axe.run({runOnly: {type: 'tag', values: tags}})", tags)
    return [
        f"{violation['id']}: {node['target']} {node.get('failureSummary', '')}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
