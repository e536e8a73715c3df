"""What rows are made of, and the plain texts in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

LONGEST = 160
# Controls, and what turns the direction of the text that comes after it: this is shown within somebody else's page.
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")


@dataclass(frozen=True)
class Text:
    """A text, and where it leads; "" for nowhere."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class Badge:
    """A word with one of Help Scout's colours; "" is grey."""

    text: str
    colour: str


@dataclass(frozen=True)
class Line:
    """One row of the list: a label above its texts, with badges, and a quiet note."""

    kind: ClassVar[str] = "line"
    label: str
    texts: tuple[Text, ...]
    badges: tuple[Badge, ...] = ()
    note: str = ""
    is_muted: bool = False


@dataclass(frozen=True)
class Item:
    """One line of a section."""

    text: str
    url: str = ""
    note: str = ""
    when: str = ""


@dataclass(frozen=True)
class Section:
    """A part that can be folded: its items, or what is said where there are none."""

    kind: ClassVar[str] = "section"
    title: str
    items: tuple[Item, ...]
    empty: str = ""


@dataclass(frozen=True)
class Markup:
    """HTML that is clean already."""

    kind: ClassVar[str] = "markup"
    html: str


Row = Line | Section | Markup


def plain(value: Any, longest: int = LONGEST) -> str:
    """Return a value as one line of text, cut at `longest` characters."""
    text = " ".join(_INVISIBLE.sub(" ", str(value)).split())
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def link(url: str) -> str:
    """Return an address if it may be followed, else ""."""
    return url if url.startswith(("https://", "http://")) else ""


def day(value: date) -> str:
    """Return a day as "3 Mar 2026"."""
    return f"{value.day} {value:%b %Y}"
