"""Conversations of the stand-in's Intercom, made up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from inbox.models import Conversation, Message
from inbox.people.models import Teammate
from tests.imports.intercom.people import NOON
from tests.stand_ins.intercom import Body

ADMIN: Body = {"type": "admin", "id": "7", "name": "Ines Reis", "email": "ines@shop.test"}


def user(number: int = 1) -> Body:
    """Return a contact as the author of a part."""
    return {"type": "user", "id": f"c{number:05d}", "name": f"Person {number}", "email": f"p{number}@example.test"}


def part(number: int, body: str | None, author: Body, kind: str = "comment", **fields: Any) -> Body:
    """Return a part, said some minutes after the conversation began."""
    return {
        "type": "conversation_part", "id": str(number), "part_type": kind, "body": body, "author": author,
        "created_at": NOON + 60 * number, "updated_at": NOON + 60 * number, "attachments": [], "redacted": False,
        **fields,
    }  # fmt: skip


def talk(number: int, *parts: Body, contact: int = 1, body: str = "<p>Hello?</p>", **fields: Any) -> Body:
    """Return a conversation that a contact began with `body`."""
    return {
        "type": "conversation", "id": str(number), "created_at": NOON, "updated_at": NOON + 60 * len(parts),
        "waiting_since": None, "snoozed_until": None, "state": "open", "open": True, "priority": "not_priority",
        "admin_assignee_id": None, "title": None,
        "source": {"type": "conversation", "id": f"s{number}", "subject": "", "body": body,
                   "author": user(contact), "attachments": [], "delivered_as": "customer_initiated"},
        "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": f"c{contact:05d}"}]},
        "conversation_parts": {"type": "conversation_part.list", "conversation_parts": list(parts),
                               "total_count": len(parts)},
        **fields,
    }  # fmt: skip


def said(conversation: Conversation) -> list[tuple[Any, ...]]:
    """Return what a conversation holds here."""
    return [
        (one.seq, one.public_seq, one.kind, one.author_kind, one.author_name, one.text)
        for one in Message.objects.filter(conversation=conversation).select_related("teammate__user", "contact")
    ]


def unread_by(mate: Teammate) -> int:
    """Return how many conversations a teammate has not read."""
    return sum(getattr(one, "unread") for one in Conversation.objects.with_unread_by(mate))  # noqa: B009


def at(minutes: int) -> datetime:
    """Return the moment so many minutes after the conversations began."""
    return datetime.fromtimestamp(NOON, UTC) + timedelta(minutes=minutes)
