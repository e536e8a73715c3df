"""JSON and commands as the readable page shows them: escaped, and coloured without a script."""

from __future__ import annotations

import json
import re
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_TOKEN = re.compile(
    r'(?P<key>"(?:[^"\\]|\\.)*")(?=:)|(?P<text>"(?:[^"\\]|\\.)*")|(?P<word>-?\d[\d.eE+-]*|true|false|null)'
)


def painted_json(value: Any) -> SafeString:
    """Return `value` as indented JSON whose names, texts and numbers are marked."""
    return painted(json.dumps(value, indent=2, ensure_ascii=False))


def painted(text: str) -> SafeString:
    """Return JSON text with its names, texts and numbers marked."""
    pieces: list[tuple[SafeString | str]] = []
    end = 0
    for found in _TOKEN.finditer(text):
        pieces.append((text[end : found.start()],))
        pieces.append((format_html('<span class="j-{}">{}</span>', found.lastgroup, found[0]),))
        end = found.end()
    pieces.append((text[end:],))
    return format_html_join("", "{}", pieces)


def for_shell(value: Any) -> SafeString:
    """Return `value` as painted JSON that may stand between single quotes of a shell."""
    return painted(json.dumps(value, indent=2, ensure_ascii=False).replace("'", "'\\''"))


def plain_for_shell(text: str) -> SafeString:
    """Return text that may stand between single quotes of a shell."""
    return format_html("{}", text.replace("'", "'\\''"))


def with_code(text: str) -> SafeString:
    """Return prose whose `words in backticks` are code."""
    pieces = enumerate(text.split("`"))
    return format_html_join(
        "", "{}", ((format_html("<code>{}</code>", word) if at % 2 else word,) for at, word in pieces)
    )
