"""What may be said: the bounds on a message's text, and its safe HTML."""

from __future__ import annotations

import re

import nh3
from django.utils.html import escape, urlize

MAX_LENGTH = 20_000
# Everything of Unicode's category Cc but tab and line feed: none of it can be seen, and PostgreSQL cannot store NUL.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_MAY_HOLD_A_LINK = re.compile(r"[./@]")


class TextRefused(ValueError):
    """The text cannot be stored. `code` is stable, the message says what to do."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def clean_text(text: str) -> str:
    """Return `text` as it will be stored (line ends as "\\n", no blank ends).

    Raises TextRefused with code `empty_text`, `text_too_long` or `control_characters`.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _CONTROL.search(text) or _SURROGATE.search(text):
        raise TextRefused("control_characters", "The text holds control characters; remove them and send it again.")
    text = text.strip()
    if not text:
        raise TextRefused("empty_text", "Write something before sending.")
    if len(text) > MAX_LENGTH:
        raise TextRefused(
            "text_too_long", f"A message holds {MAX_LENGTH:,} characters at most; this one has {len(text):,}."
        )
    return text


def text_to_html(text: str) -> str:
    """Return `text` as safe HTML: escaped, with its links made clickable and its line breaks kept."""
    if not _MAY_HOLD_A_LINK.search(text):
        return escape(text).replace("\n", "<br>")
    linked = urlize(text, nofollow=False, autoescape=True).replace("\n", "<br>")
    return nh3.clean(
        linked,
        tags={"a", "br"},
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )


def preview(text: str) -> str:
    """Return the first 160 characters of `text` on one line."""
    return " ".join(text[:400].split())[:160]
