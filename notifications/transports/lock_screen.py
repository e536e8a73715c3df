"""What is pushed, as the service worker (inbox/static/desk/sw.js) shows it on a lock screen."""

from __future__ import annotations

import json
from typing import Any

from notifications.transports.base import Message

# In bytes as JSON, so that all together stay under 3 kB: a push service takes 3993 bytes.
LONGEST = {"title": 600, "body": 1200, "url": 1000}


def drawn(message: Message) -> dict[str, Any]:
    """Return the payload; with `told`, by what the desk knows it again, and `actions` where one teammate is told by
    their own preference."""
    wording = message.wording
    title, body = _words(message)
    return {
        "title": _cut(" ".join(title.split()) or message.workspace.name, LONGEST["title"]),
        "body": _cut(body.strip(), LONGEST["body"]),
        "url": wording.link if _size(wording.link) <= LONGEST["url"] else "",
        "tag": tag_of(message),
        "silent": message.silent,
        **_actions(message),
    }


def title_of(message: Message) -> str:
    """Return the event's own title, as long as it may be."""
    return _cut(message.wording.title, LONGEST["title"])


def tag_of(message: Message) -> str:
    """Return by what a browser knows a message again that takes the place of an earlier one."""
    return str(message.external.get("tag") or message.key)


def _size(text: str) -> int:
    return len(json.dumps(text, ensure_ascii=False).encode("utf-8", "replace"))


def _cut(text: str, most: int) -> str:
    text = text[:most]
    if _size(text) <= most:
        return text
    while _size(text) > most - len("…".encode()):
        text = text[: len(text) * 9 // 10]
    return f"{text}…"


def _words(message: Message) -> tuple[str, str]:
    """Return title and body. Where the workspace wants no message's words on a lock screen there is no body, and the
    title is the event's own, which never holds any: a route's template may quote."""
    wording, personal = message.wording, message.personal
    shows = message.workspace.push_shows_text
    if personal is not None and personal.more.title:  # says itself of how many it tells
        return personal.more.title, wording.body if shows else ""
    said = wording.text.strip() if shows else ""
    title, _, body = said.partition("\n") if said else (wording.title, "", wording.body)
    return f"{title} {wording.counted}", body if shows else ""


def _actions(message: Message) -> dict[str, Any]:
    """Return what buttons there are below what one teammate is told, and by what the desk knows it again."""
    if message.personal is None:
        return {}
    return {"told": str(message.key), "actions": ["later", "read"] if message.personal.conversation else ["read"]}
