"""How Intercom's lists go on: a page of items, and where the next one begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Page:
    """Some items of a list, the `cursor` of the page after them (None: these were the last), and how many there are in
    all, as far as Intercom says."""

    items: list[dict[str, Any]]
    cursor: str | None
    total: int | None = None


def page_of(answer: Mapping[str, Any], key: str = "data") -> Page:
    """Return an answer of a list as a page.

    What comes next is told in several ways: an object with a cursor, the address of the next page, null, or nothing.
    """
    pages = answer.get("pages")
    coming = pages.get("next") if isinstance(pages, dict) else None
    return Page(items_of(answer, key), _cursor(coming), _count(answer.get("total_count")))


def scroll_of(answer: Mapping[str, Any]) -> Page:
    """Return an answer of a scroll, which ends with an empty page, as a page."""
    items = items_of(answer, "data")
    cursor = answer.get("scroll_param")
    return Page(items, str(cursor) if items and cursor else None, _count(answer.get("total_count")))


def items_of(answer: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """Return the objects of a list; [] where there is none."""
    found = answer.get(key)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _cursor(coming: Any) -> str | None:
    if isinstance(coming, dict):
        cursor = coming.get("starting_after") or coming.get("page")
        return str(cursor) if cursor else None
    if isinstance(coming, str) and coming:
        asked = parse_qs(urlsplit(coming).query)
        found = asked.get("starting_after") or asked.get("page")
        return found[0] if found else None
    return None


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
