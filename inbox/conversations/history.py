"""Conversations that were had elsewhere, as they were: nobody is told, nothing is announced, nothing is unread.

`append` numbers what is said now; here a thread's whole past is numbered at once, with the times that it had.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from inbox.conversations.text import preview
from inbox.models import Conversation, Message
from inbox.models.conversations import Priority, Status
from inbox.models.messages import AuthorKind, MessageKind

# By this key of its data a message is told from one that was written here; the value names the other system.
SOURCE = "source"
# Whoever wrote it and has no row here is called by this one.
AUTHOR = "author_name"

# What came before a teammate did is read to them anyway (ConversationQuerySet.with_unread_by).
_READ = """
INSERT INTO inbox_readmarker AS m (workspace_id, teammate_id, conversation_id, seq)
SELECT c.workspace_id, t.id, c.id, c.last_seq FROM inbox_conversation AS c
JOIN people_teammate AS t ON t.workspace_id = c.workspace_id AND t.left_at IS NULL AND t.created_at <= c.last_message_at
WHERE c.id = ANY(%(conversations)s) ORDER BY c.id, t.id
ON CONFLICT (conversation_id, teammate_id) DO UPDATE SET seq = greatest(m.seq, excluded.seq)
"""
_NUMBERS = """
INSERT INTO inbox_conversationcounter AS c (workspace_id, last_number) VALUES (%(workspace)s, %(count)s)
ON CONFLICT (workspace_id) DO UPDATE SET last_number = c.last_number + %(count)s RETURNING last_number
"""


@dataclass(frozen=True, slots=True)
class Said:
    """One message. `client_id` is the same each time it is brought; `text` has passed `clean_text`. Of `teammate` and
    `contact`, both keys, at most one is set; `name` is for whoever is neither."""

    client_id: uuid.UUID
    is_public: bool
    author_kind: AuthorKind
    text: str
    at: datetime
    teammate: int | None = None
    contact: int | None = None
    name: str = ""


@dataclass(slots=True)
class Past:
    """One thread: all that was said, in order, and how it stood at last. `contact` and `assignee` are keys."""

    contact: int
    began_at: datetime
    source: str
    said: list[Said] = field(default_factory=list)
    status: Status = Status.CLOSED
    snoozed_until: datetime | None = None
    closed_at: datetime | None = None
    assignee: int | None = None
    priority: Priority = Priority.NORMAL


def bring(workspace: int, threads: Sequence[Past]) -> list[Conversation]:
    """Store threads of a workspace (its key) and return them, in order. In the caller's transaction."""
    made = []
    for past in threads:
        conversation = Conversation(workspace_id=workspace, contact_id=past.contact, last_message_at=past.began_at)
        conversation.priority = past.priority
        _follow(conversation, past.said)
        _answer(conversation, past.said)
        _stand(conversation, past)
        made.append(conversation)
    # Last, as whoever begins a conversation waits for these numbers.
    first = _numbers(workspace, len(made)) - len(made) + 1 if made else 0
    for number, conversation in enumerate(made, start=first):
        conversation.number = number
    Conversation.objects.bulk_create(made)
    for conversation, past in zip(made, threads, strict=True):
        conversation.created_at = past.began_at
    Conversation.objects.bulk_update(made, ["created_at"])
    _write(made, [(past.source, past.said) for past in threads])
    _read(made)
    return made


def go_on(conversations: Sequence[tuple[Conversation, Past]]) -> list[Conversation]:
    """Add what has been said since to threads that were brought before, and return those to which there was something.

    Each is locked by the caller. How it stands follows the other system until somebody has done something here.
    """
    keys = [conversation.pk for conversation, _ in conversations]
    stored = set(
        Message.objects.filter(conversation__in=keys, data__has_key=SOURCE).values_list("conversation_id", "client_id")
    )
    ours = Message.objects.filter(conversation__in=keys).exclude(data__has_key=SOURCE)
    touched = set(ours.values_list("conversation_id", flat=True).distinct())
    changed: list[Conversation] = []
    fresh: list[tuple[str, list[Said]]] = []
    for conversation, past in conversations:
        said = [one for one in past.said if (conversation.pk, one.client_id) not in stored]
        before = _standing(conversation)
        _follow(conversation, said)
        if conversation.pk not in touched:
            _answer(conversation, said)
            _stand(conversation, past)
        if said or before != _standing(conversation):
            changed.append(conversation)
            fresh.append((past.source, said))
    Conversation.objects.bulk_update(changed, _FIELDS)
    _write(changed, fresh)
    _read([conversation for conversation in changed if conversation.pk not in touched])
    return changed


def untouched(conversations: Sequence[int]) -> list[int]:
    """Return those of these conversations (keys) in which nobody has written or done anything here."""
    ours = Message.objects.filter(conversation__in=conversations).exclude(data__has_key=SOURCE)
    return sorted({*conversations} - {*ours.values_list("conversation_id", flat=True)})


_FIELDS = [
    "last_seq", "last_public_seq", "contact_read_seq", "teammate_read_seq", "last_text", "last_kind",
    "last_author_kind", "last_teammate", "last_message_at", "waiting_since", "told_waiting_since", "first_reply_at",
    "status", "snoozed_until", "closed_at", "assignee",
]  # fmt: skip


def _follow(conversation: Conversation, said: Sequence[Said]) -> None:
    """Move an instance on by what was said."""
    if not said:
        return
    conversation.last_seq += len(said)
    conversation.last_public_seq += sum(one.is_public for one in said)
    last = said[-1]
    if last.at >= conversation.last_message_at or not conversation.last_kind:
        conversation.last_text = preview(last.text)
        conversation.last_message_at = max(last.at, conversation.last_message_at)
        conversation.last_kind = MessageKind.REPLY if last.is_public else MessageKind.NOTE
        conversation.last_author_kind, conversation.last_teammate_id = last.author_kind, last.teammate


def _answer(conversation: Conversation, said: Sequence[Said]) -> None:
    """Work out who waits for whom. Both sides have read what was said, and nobody is told of a wait there."""
    for one in said:
        if one.is_public and one.author_kind == AuthorKind.CONTACT:
            conversation.waiting_since = conversation.waiting_since or one.at
        elif one.is_public:
            conversation.waiting_since = None
            conversation.first_reply_at = conversation.first_reply_at or one.at
    conversation.contact_read_seq = conversation.teammate_read_seq = conversation.last_public_seq
    conversation.told_waiting_since = conversation.waiting_since


def _stand(conversation: Conversation, past: Past) -> None:
    """Have an instance stand as its past ends."""
    conversation.status, conversation.snoozed_until = past.status, past.snoozed_until
    conversation.closed_at, conversation.assignee_id = past.closed_at, past.assignee
    if past.status == Status.CLOSED:
        conversation.waiting_since = None


def _standing(conversation: Conversation) -> tuple[Any, ...]:
    return conversation.status, conversation.snoozed_until, conversation.assignee_id


def _write(conversations: Sequence[Conversation], said: Sequence[tuple[str, Sequence[Said]]]) -> None:
    rows = []
    for conversation, (source, messages) in zip(conversations, said, strict=True):
        seq = conversation.last_seq - len(messages)
        public_seq = conversation.last_public_seq - sum(one.is_public for one in messages)
        for one in messages:
            seq, public_seq = seq + 1, public_seq + one.is_public
            rows.append(
                Message(
                    workspace_id=conversation.workspace_id,
                    conversation_id=conversation.pk,
                    seq=seq,
                    public_seq=public_seq if one.is_public else None,
                    client_id=one.client_id,
                    kind=MessageKind.REPLY if one.is_public else MessageKind.NOTE,
                    author_kind=one.author_kind,
                    teammate_id=one.teammate,
                    contact_id=one.contact,
                    text=one.text,
                    data={SOURCE: source, **({AUTHOR: one.name} if one.name else {})},
                    created_at=one.at,
                )
            )
    Message.objects.bulk_create(rows, batch_size=1000)


def _read(conversations: Sequence[Conversation]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_READ, {"conversations": [one.pk for one in conversations]})


def _numbers(workspace: int, count: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERS, {"workspace": workspace, "count": count})
        return int(cursor.fetchone()[0])
