"""Conversations of Intercom as chunks hold them: what was said, by whom and when, in plain text.

What only the team shall see is told apart here, and in doubt it is that: of Intercom's parts, a few kinds are known to
be seen by the customer.
"""

from __future__ import annotations

from typing import Any, TypedDict

from imports.intercom import fitting
from imports.intercom.plain import pieces, plain

# An assignment, for one, has a body too: a word to whom it goes to.
_SEEN = frozenset({"comment", "open", "close", "quick_reply"})
_CUSTOMERS = frozenset({"user", "lead", "contact", "visitor"})


class Part(TypedDict):
    """One message. `public`: the customer sees it. `by` is "contact" or "teammate", `author` its id there."""

    id: str
    public: bool
    by: str
    author: str
    name: str
    email: str
    text: str
    at: int


class Conversation(TypedDict):
    """One conversation. Times are seconds since 1970; `contacts` are Intercom's ids, the first one's it is."""

    id: str
    number: int
    contacts: list[str]
    created_at: int
    updated_at: int
    state: str
    snoozed_until: int
    is_urgent: bool
    assignee: str
    parts: list[Part]


def thread_of(conversation: dict[str, Any], number: int, admins: dict[str, dict[str, Any]]) -> Conversation:
    """Return what Intercom says of a conversation. `admins` are its teammates, by id: an assignee goes by email."""
    assignee = admins.get(str(conversation.get("admin_assignee_id") or ""), {})
    source = conversation.get("source")
    parts = _part(source, "source", _seconds(conversation.get("created_at"))) if isinstance(source, dict) else []
    if parts and isinstance(source, dict) and (subject := plain(str(source.get("subject") or ""))):
        parts[0]["text"] = f"{subject}\n\n{parts[0]['text']}"[:20_000]
    for part in _list(conversation, "conversation_parts"):
        parts += _part(part, str(part.get("part_type") or ""), _seconds(part.get("created_at")))
    return {
        "id": str(conversation["id"]),
        "number": number,
        "contacts": [str(one["id"]) for one in _list(conversation, "contacts") if one.get("id")],
        "created_at": _seconds(conversation.get("created_at")),
        "updated_at": _seconds(conversation.get("updated_at")),
        "state": str(conversation.get("state") or ("open" if conversation.get("open") else "closed")),
        "snoozed_until": _seconds(conversation.get("snoozed_until")),
        "is_urgent": conversation.get("priority") == "priority",
        "assignee": fitting.text(assignee.get("email"), 254).lower(),
        "parts": parts,
    }


def _part(part: dict[str, Any], kind: str, at: int) -> list[Part]:
    """Return a part as messages: none where nothing was said, several where it is too long for one."""
    found = part.get("author")
    author = found if isinstance(found, dict) else {}
    is_customer = author.get("type") in _CUSTOMERS
    text = "\n".join(filter(None, [plain(str(part.get("body") or "")), *_attached(part)]))
    return [
        {
            "id": f"{kind if kind == 'source' else part.get('id')}{f'.{place}' if place else ''}",
            # A customer has nobody to whisper to.
            "public": kind == "source" or kind in _SEEN or is_customer,
            "by": "contact" if is_customer else "teammate",
            "author": str(author.get("id") or ""),
            "name": fitting.text(author.get("name"), 255),
            "email": fitting.text(author.get("email"), 254).lower(),
            "text": piece,
            "at": at,
        }
        for place, piece in enumerate(pieces(text))
    ]


def _attached(part: dict[str, Any]) -> list[str]:
    """Return a line for each file: the addresses that Intercom gives end within the hour."""
    found = part.get("attachments")
    files = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    return [f"[{fitting.text(one.get('name'), 200) or 'file'}]" for one in files]


def _list(conversation: dict[str, Any], key: str) -> list[dict[str, Any]]:
    found = conversation.get(key)
    inner = found.get(key) if isinstance(found, dict) else None
    return [one for one in inner if isinstance(one, dict)] if isinstance(inner, list) else []


def _seconds(value: Any) -> int:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) and value > 0 else 0
