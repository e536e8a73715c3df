"""A real Chromium, people who are signed in, and what may not appear in any console."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.browser.install import chromium
from tests.signin import session_of
from tests.stack import Stack, running_stack

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
WITHOUT = (
    # The tests' own servers are on loopback, which a page of a public address would have to ask leave for.
    "LocalNetworkAccessChecks",
    # The address bar's list of suggestions is a web page by itself, drawn for each window, though nobody sees it: with
    # it, half of the browser's time goes there.
    "WebUIOmniboxPopup",
    "WebUIOmniboxFullPopup",
    "WebUIOmniboxAimPopup",
    # What Playwright switches off, too: a list of our own takes the place of its list.
    "AimEnabled",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "Translate",
)
FLAGS = [
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    f"--disable-features={','.join(WITHOUT)}",
]
# The browser's and htmx's own words when a server is away, as it is on purpose in some tests.
EXPECTED = (
    "htmx:sendError",
    "htmx:afterRequest",
    "net::ERR_",
    "WebSocket connection",
    "the server responded with a status of 4",
)

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
    """Open the desk as somebody who is signed in: `desk("bea", "/inbox/all/", width=390)`. (How people sign in is
    what test_signing_in.py and test_sso.py are about.)"""

    def open_desk(who: str = "ada", path: str = "/inbox/all/", **options: Any) -> Page:
        page = window(**options)
        page.context.add_cookies([{"name": "frontdesk_session", "value": session_of(stack, who), "url": stack.url}])
        page.goto(stack.url + path)
        return page

    return open_desk


def screens(scheme: str) -> list[tuple[int, int]]:
    """Return the sizes at which the pages of a colour scheme are looked at. What is arranged differently on a phone is
    seen in the light; its colours are those of the wide page."""
    return [(1440, 900), (390, 844)] if scheme == "light" else [(1440, 900)]


def axe(page: Page) -> list[str]:
    """Return what axe-core finds against WCAG 2.2 AA on a page, one line a finding.

    The dark page is the light one in other colours, so it is looked at for these alone."""
    page.evaluate(AXE)
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    only: dict[str, Any] = {"type": "tag", "values": tags}
    if page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches"):
        only = {"type": "rule", "values": ["color-contrast"]}
    found = page.evaluate("only => axe.run({runOnly: only})", only)
    return [
        f"{violation['id']}: {node['target']} {node.get('failureSummary', '')}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def wait(page: Page, done: Callable[[], object]) -> None:
    """Look until something is so."""
    for _ in range(400):
        if done():
            return
        page.wait_for_timeout(50)  # between two looks
    raise AssertionError("it did not come about")
