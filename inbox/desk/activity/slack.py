"""A Slack message drawn as Slack draws it, from the payload that is (or would be) sent.

Blocks become plain nodes for the template; mrkdwn becomes HTML of five harmless tags, everything else escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

_TOKEN = re.compile(r"<([^<>\n]{1,3000})>")
_KEPT = re.compile("\ue000(\\d+)\ue001")
_PRE = re.compile(r"```\n?(.+?)\n?```", re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
# As Slack: the sign stands at a word's edge, and nothing of the same sign within.
_MARKS = [
    (re.compile(rf"(?<![\w{mark}]){mark}(?=\S)([^{mark}\n]+?)(?<=\S){mark}(?![\w{mark}])"), tag)
    for mark, tag in ((r"\*", "b"), ("_", "i"), ("~", "s"))
]
_COLOUR = re.compile(r"#?([0-9a-fA-F]{6})")
_COLOURS = {"good": "#2eb67d", "warning": "#ecb22e", "danger": "#e01e5a"}

Node = dict[str, Any]


def nodes(payload: dict[str, Any]) -> list[Node]:
    """Return what the template draws of a chat.postMessage payload: its blocks, then its attachments with theirs."""
    found = list(_blocks(payload.get("blocks")))
    for attachment in _dicts(payload.get("attachments")):
        inner = list(_blocks(attachment.get("blocks")))
        if not inner and (text := _str(attachment.get("text") or attachment.get("fallback"))):
            inner = [{"type": "text", "html": mrkdwn(text)}]
        found.append({"type": "attachment", "colour": _colour(attachment.get("color")), "nodes": inner})
    if not found and (text := _str(payload.get("text"))):
        found = [{"type": "text", "html": mrkdwn(text)}]
    return found


def _blocks(blocks: Any) -> Iterator[Node]:
    for block in _dicts(blocks):
        match block.get("type"):
            case "header":
                yield {"type": "header", "html": _text(block.get("text"))}
            case "section":
                if block.get("text"):
                    yield {"type": "text", "html": _text(block["text"])}
                if fields := [_text(field) for field in _dicts(block.get("fields"))]:
                    yield {"type": "fields", "fields": fields}
                if accessory := _buttons([block.get("accessory")]):
                    yield {"type": "buttons", "buttons": accessory}
            case "context":
                yield {"type": "context", "parts": [_text(part) for part in _dicts(block.get("elements"))]}
            case "actions":
                yield {"type": "buttons", "buttons": _buttons(block.get("elements"))}
            case "divider":
                yield {"type": "divider"}


def _buttons(elements: Any) -> list[Node]:
    return [
        {"label": _str(_dict(part.get("text")).get("text")), "style": _str(part.get("style"))}
        for part in _dicts(elements)
        if part.get("type") == "button"
    ]


def _text(part: Any) -> SafeString:
    """Return a text object of Block Kit as HTML."""
    part = _dict(part)
    text = _str(part.get("text") or part.get("alt_text"))
    return mrkdwn(text) if part.get("type") == "mrkdwn" else _lines(escape(text))


def mrkdwn(text: str) -> SafeString:
    """Return Slack's markup as HTML."""
    kept: list[str] = []

    def keep(html: str) -> str:
        kept.append(html)
        return f"\ue000{len(kept) - 1}\ue001"

    text = text.replace("\ue000", "").replace("\ue001", "")
    text = _PRE.sub(lambda found: keep(f"<pre>{_plain(found[1])}</pre>"), text)
    text = _CODE.sub(lambda found: keep(f"<code>{_plain(found[1])}</code>"), text)
    text = _TOKEN.sub(lambda found: keep(_token(found[1])), text)
    html = _plain(text)
    for pattern, tag in _MARKS:
        html = pattern.sub(rf"<{tag}>\1</{tag}>", html)
    html = _lines(html)
    while _KEPT.search(html):
        html = _KEPT.sub(lambda found: kept[int(found[1])], html)
    return mark_safe(html)  # noqa: S308  (every part was escaped above)


def _token(inner: str) -> str:
    """Return what stands between < and >: a link, a person, a channel, a date."""
    target, _, label = inner.partition("|")
    if target.startswith(("https://", "http://", "mailto:")):
        # Not followed by accident: it is a picture of a message.
        return format_html(
            '<span class="slack-link" title="{}">{}</span>', _unescaped(target), _unescaped(label or target)
        )
    if target.startswith("!date"):
        return _plain(label)
    return format_html('<span class="slack-pill">{}</span>', _unescaped(label or target.lstrip("!")))


def _plain(text: str) -> str:
    return str(escape(_unescaped(text)))


def _unescaped(text: str) -> str:
    """Slack wants these three escaped, and no others."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _lines(html: str) -> SafeString:
    return mark_safe(html.replace("\n", "<br>"))  # noqa: S308  (the caller escaped it)


def _colour(value: Any) -> str:
    known = _COLOURS.get(_str(value))
    found = _COLOUR.fullmatch(_str(value))
    return known or (f"#{found[1]}" if found else "#dddddd")


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _str(value: Any) -> str:
    return value if isinstance(value, str) else ""
