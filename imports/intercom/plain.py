"""The HTML of Intercom's messages as plain text, which is what messages are here."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from inbox.conversations.text import MAX_LENGTH, TextRefused, clean_text

_BLOCKS = frozenset({"p", "div", "ul", "ol", "table", "tr", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6"})
_UNSEEN = frozenset({"style", "script", "head", "title"})
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._links: list[tuple[str, int]] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag in _BLOCKS or tag == "br":
            self.said.append("\n")
        elif tag == "li":
            self.said.append("\n- ")
        elif tag == "img":
            self.said.append(f"[{values.get('alt') or 'image'}]")
        elif tag == "a":
            self._links.append((values.get("href", ""), len(self.said)))

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag in _BLOCKS:
            self.said.append("\n")
        elif tag == "a" and self._links:
            href, start = self._links.pop()
            called = "".join(self.said[start:]).strip()
            if href.startswith(("https://", "http://")) and href.rstrip("/") != called.rstrip("/"):
                self.said.append(f" ({href})" if called else href)

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.said.append(re.sub(r"[ \t\r\n]+", " ", data))


def plain(html: str) -> str:
    """Return what a reader sees of some HTML: lines, lists, and links with where they lead."""
    reader = _Reader()
    reader.feed(_CONTROL.sub("", html.replace("\r", "\n")))
    reader.close()
    lines = [line.strip() for line in "".join(reader.said).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def pieces(text: str) -> list[str]:
    """Return a text as those of messages: each at most as long as one may be, none empty."""
    found = []
    for start in range(0, len(text), MAX_LENGTH):
        try:
            found.append(clean_text(text[start : start + MAX_LENGTH]))
        except TextRefused:
            continue
    return found
