"""The one place where a message gets its number.

A send is one statement: it moves the conversation on under its row lock, takes the next `seq` (and `public_seq` for
what the visitor may see) and inserts the message. If the client_id is there already, the unique constraint undoes the
whole statement, so a repeated send leaves neither a second message nor a hole.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import IntegrityError, connection, transaction
from psycopg.types.json import Jsonb

from inbox.conversations.text import preview
from inbox.health.metrics import MESSAGES
from inbox.models import Conversation, Message
from inbox.models.conversations import Status
from inbox.people.models import Teammate

_APPEND = """
WITH moved AS (
    UPDATE inbox_conversation SET
        last_seq = last_seq + 1,
        last_public_seq = last_public_seq + %(public)s::int,
        last_text = CASE WHEN %(said)s THEN %(preview)s ELSE last_text END,
        last_kind = CASE WHEN %(said)s THEN %(kind)s ELSE last_kind END,
        last_author_kind = CASE WHEN %(said)s THEN %(author_kind)s ELSE last_author_kind END,
        last_teammate_id = CASE WHEN %(said)s THEN %(teammate)s::bigint ELSE last_teammate_id END,
        last_message_at = CASE WHEN %(said)s THEN clock_timestamp() ELSE last_message_at END,
        waiting_since = CASE
            WHEN %(asked)s THEN coalesce(waiting_since, clock_timestamp())
            WHEN %(answered)s THEN NULL
            ELSE waiting_since END,
        first_reply_at = CASE
            WHEN %(answered)s THEN coalesce(first_reply_at, clock_timestamp()) ELSE first_reply_at END,
        teammate_read_seq = CASE WHEN %(answered)s THEN last_public_seq + 1 ELSE teammate_read_seq END
    WHERE id = %(conversation)s AND status = ANY(%(statuses)s)
    RETURNING *
), added AS (
    INSERT INTO inbox_message (workspace_id, conversation_id, seq, public_seq, client_id, kind, author_kind,
                               teammate_id, contact_id, text, action, data, created_at)
    SELECT workspace_id, id, last_seq, CASE WHEN %(public)s THEN last_public_seq END, %(client_id)s, %(kind)s,
           %(author_kind)s, %(teammate)s::bigint, CASE WHEN %(author_kind)s = 'contact' THEN contact_id END,
           %(text)s, %(action)s, %(data)s, clock_timestamp()
    FROM moved
    RETURNING id, seq, public_seq, created_at
)
SELECT added.*, moved.contact_id, moved.status, moved.team_id, moved.assignee_id, moved.waiting_since,
       moved.first_reply_at, moved.last_public_seq, moved.last_text, moved.last_kind, moved.last_author_kind,
       moved.last_teammate_id, moved.last_message_at, moved.teammate_read_seq,
       coalesce((SELECT is_private FROM people_team WHERE id = moved.team_id), false)
FROM added, moved
"""
_MOVED = [
    "contact_id",
    "status",
    "team_id",
    "assignee_id",
    "waiting_since",
    "first_reply_at",
    "last_public_seq",
    "last_text",
    "last_kind",
    "last_author_kind",
    "last_teammate_id",
    "last_message_at",
    "teammate_read_seq",
]

ANY_STATUS = list(Status.values)


@dataclass(slots=True)
class Appended:
    """A stored message. `new` is false where the same client_id had been stored before; `moved` holds the
    conversation's columns as the statement left them (None for a message that was there already)."""

    message: Message
    new: bool
    moved: dict[str, Any] | None = None
    team_is_private: bool = False

    def apply_to(self, conversation: Conversation) -> None:
        """Bring an instance in memory up to what the database now holds."""
        for column, value in (self.moved or {}).items():
            setattr(conversation, column, value)
        conversation.last_seq = max(conversation.last_seq, self.message.seq)


def append(
    conversation_id: int,
    *,
    kind: str,
    author_kind: str,
    teammate: Teammate | None = None,
    text: str = "",
    action: str = "",
    data: dict[str, Any] | None = None,
    client_id: uuid.UUID | None = None,
    statuses: list[str] = ANY_STATUS,
    answers: bool = True,
    tell: Callable[[Appended], None] | None = None,
) -> Appended | None:
    """Add a message to a conversation and return it, or None where the conversation's status is not in `statuses`.

    The text must have passed `clean_text`. Runs inside the caller's transaction if there is one. `answers`: what the
    team says ends the contact's waiting. `tell` is called of a new message, in the same transaction.
    """
    values = _values(conversation_id, kind, author_kind, teammate, text, action, data, client_id, statuses)
    values["answered"] = values["answered"] and answers
    # A single statement is a transaction of its own, unless it has company.
    alone = tell is None and not connection.in_atomic_block
    try:
        with nullcontext() if alone else transaction.atomic():
            row = _execute(values)
            added = _appended(row, values) if row is not None else None
            if added is not None and tell is not None:
                tell(added)
    except IntegrityError as error:
        if "message_client_id_is_unique" not in str(error):
            raise
        return Appended(Message.objects.get(conversation_id=conversation_id, client_id=values["client_id"]), new=False)
    if added is not None:
        MESSAGES.labels(kind, author_kind).inc()
    return added


def _values(
    conversation_id: int,
    kind: str,
    author_kind: str,
    teammate: Teammate | None,
    text: str,
    action: str,
    data: dict[str, Any] | None,
    client_id: uuid.UUID | None,
    statuses: list[str],
) -> dict[str, Any]:
    reply = kind == "reply"
    return {
        "conversation": conversation_id,
        "kind": kind,
        "author_kind": author_kind,
        "teammate": teammate.pk if teammate else None,
        "text": text,
        "preview": preview(text),
        "action": action,
        "data": Jsonb(data or {}),
        "client_id": client_id or uuid.uuid4(),
        "public": reply,
        "said": kind != "action",
        "asked": reply and author_kind == "contact",
        "answered": reply and author_kind == "teammate",
        "statuses": statuses,
    }


def _execute(values: dict[str, Any]) -> tuple[Any, ...] | None:
    connection.ensure_connection()
    # psycopg's own cursor, for what Django's does not do: bind on the server, so that the statement is planned once.
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(_APPEND, values, prepare=True, binary=True).fetchone()


def _appended(row: tuple[Any, ...], values: dict[str, Any]) -> Appended:
    pk, seq, public_seq, created_at, *rest, team_is_private = row
    moved = dict(zip(_MOVED, rest, strict=True))
    message = Message(
        id=pk,
        conversation_id=values["conversation"],
        seq=seq,
        public_seq=public_seq,
        client_id=values["client_id"],
        kind=values["kind"],
        author_kind=values["author_kind"],
        teammate_id=values["teammate"],
        contact_id=moved["contact_id"] if values["author_kind"] == "contact" else None,
        text=values["text"],
        action=values["action"],
        data=values["data"].obj,
        created_at=created_at,
    )
    return Appended(message, new=True, moved=moved, team_is_private=team_is_private)
