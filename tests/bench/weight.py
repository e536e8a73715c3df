"""Bytes over the wire, compressed as a browser asks for them, counted by a real browser's own requests."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, Response, sync_playwright

from tests.browser.install import chromium
from tests.stack import Stack, running_stack

# Libredesk v2.7, gzip, as its built files weigh (KB).
LIBREDESK = {"launcher": 5.2, "panel": 222.0, "desk": 598.0}
SCRIPTS_AND_STYLES = ("javascript", "css")


class Meter:
    """Adds up what a page fetches. `reset` starts anew; `requests` are the addresses since then."""

    def __init__(self, page: Page) -> None:
        self.requests: list[str] = []
        self.kinds: dict[str, str] = {}
        self.bytes = 0
        self._client = page.context.new_cdp_session(page)
        self._client.send("Network.enable")
        self._client.send("Network.setCacheDisabled", {"cacheDisabled": True})
        self._urls: dict[str, str] = {}
        self.sizes: dict[str, int] = {}
        self._client.on("Network.responseReceived", self._received)
        self._client.on("Network.loadingFinished", self._finished)

    def _received(self, event: dict[str, Any]) -> None:
        self._urls[event["requestId"]] = event["response"]["url"]
        self.kinds[event["response"]["url"]] = event["response"]["mimeType"]

    def _finished(self, event: dict[str, Any]) -> None:
        url = self._urls.get(event["requestId"])
        if url is not None:
            self.sizes[url] = int(event["encodedDataLength"])

    def kilobytes(self, *, since: set[str] = frozenset(), kinds: tuple[str, ...] = SCRIPTS_AND_STYLES) -> float:  # type: ignore[assignment]
        """Return KB (1,000 bytes, headers included) of scripts and styles, but for the addresses in `since`."""
        counted = [size for url, size in self.sizes.items() if url not in since and self.kinds[url].endswith(kinds)]
        return sum(counted) / 1000


def measure() -> list[dict[str, Any]]:
    """Return the rows of the table."""
    path = chromium()
    with running_stack("web") as stack, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            before, after, kept = _widget(browser.new_page(), stack)
            desk = _desk(browser.new_page(), stack)
        finally:
            browser.close()
    return [
        _row("widget before the first tap (KB)", before, LIBREDESK["launcher"], "≤ 5 KB"),
        _row("widget's panel, fetched by the first tap (KB)", after, LIBREDESK["panel"], "≤ 30 KB"),
        _row("widget in all, headers of its 23 files included (KB)", before + after, LIBREDESK["panel"], ""),
        _row("the desk's scripts and styles (KB)", desk, LIBREDESK["desk"], "≤ 120 KB"),
        _row("cookies and stored items before the first tap", kept, 1, "0"),
    ]


def _widget(page: Page, stack: Stack) -> tuple[float, float, float]:
    meter = Meter(page)
    page.goto(f"{stack.url}/demo/", wait_until="networkidle")
    ours = {url for url in meter.sizes if "widget" in url and "demo" not in url}
    before = sum(meter.sizes[url] for url in ours) / 1000
    kept = len(page.context.cookies()) + int(page.evaluate("localStorage.length + sessionStorage.length"))
    seen = set(meter.sizes)
    page.get_by_role("button", name="chat").first.click()
    page.get_by_role("textbox").first.wait_for()
    page.wait_for_load_state("networkidle")
    return before, meter.kilobytes(since=seen), float(kept)


def _desk(page: Page, stack: Stack) -> float:
    from inbox.demo.story import PASSWORD

    page.goto(f"{stack.url}/accounts/login/")
    page.get_by_label("Email").fill("ada@demo.test")
    page.get_by_label("Password").fill(PASSWORD)
    meter = Meter(page)
    with page.expect_response(_is_desk):
        page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state("networkidle")
    return meter.kilobytes()


def _is_desk(response: Response) -> bool:
    return "/inbox/" in response.url and response.ok


def _row(what: str, ours: float, other: float, aim: str) -> dict[str, Any]:
    return {"what": what, "ours": round(ours, 2), "beside": other, "ratio": round(ours / other, 2), "aim": aim}
