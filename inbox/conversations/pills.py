"""A note's text as HTML, with the names in it as pills."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.html import format_html

from inbox.conversations.naming import named_in
from inbox.conversations.text import text_to_html


def note_to_html(text: str, pills: Mapping[str, Mapping[str, Any]]) -> str:
    """Return a note's text as safe HTML. `pills` is what its handles stand for, as Message.data["mentions"] keeps it:
    so that an old note shows what it meant when it was written, whoever was renamed or has left since."""
    parts, at = [], 0
    for start, end, handle in _named_spans(text, pills):
        parts += [text_to_html(text[at:start]), _pill(text[start:end], pills[handle])]
        at = end
    return "".join([*parts, text_to_html(text[at:])])


def named_spans(text: str, pills: Mapping[str, Mapping[str, Any]]) -> list[tuple[int, int]]:
    """Return where in `text` the names stand that are pills: from the @ to behind the last letter."""
    return [(start, end) for start, end, _ in _named_spans(text, pills)]


def _named_spans(text: str, pills: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[int, int, str]]:
    for named in named_in(text):
        handle = named.longer if named.longer in pills else named.handle
        if handle in pills:
            yield named.start, named.start + 1 + len(handle), handle


def _pill(written: str, pill: Mapping[str, Any]) -> str:
    name = str(pill.get("name", ""))
    if "count" in pill:
        name = f"{name} ({pill['count']})"
    return format_html(
        '<span class="mention" data-mate="{}" title="{}">{}</span>', str(pill.get("id", "")), name, written
    )
