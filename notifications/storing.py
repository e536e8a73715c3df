"""Many deliveries in one statement each way: as one JSON value they take a fraction of what a model for each does."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from inbox.people.ids import new_public_id
from notifications.models import Event, Posting, Rule
from notifications.words import Status

_INSERT = """
INSERT INTO notifications_delivery (public_id, workspace_id, event_id, rule_id, rule_key, transport, address, reason,
    status, cause, due_at, posting_id, has_turn, by_hand, attempts, payload, error, warning, created_at, teammate_id,
    conversation, seq)
SELECT public_id, workspace, event, rule, rule_key, transport, address, reason, status, cause, due_at, posting, false,
    false, 0, '{}', '', '', clock_timestamp(), teammate, conversation, seq
FROM jsonb_to_recordset(%s::jsonb) AS fresh (public_id uuid, workspace bigint, event bigint, rule bigint, rule_key text,
    transport text, address text, reason text, status text, cause text, due_at timestamptz, posting bigint,
    teammate bigint, conversation uuid, seq bigint)
ON CONFLICT DO NOTHING
"""
_NOTE_SENT = """
UPDATE notifications_delivery SET status = 'sent', cause = '', due_at = NULL, sent_at = %s, error = '',
    payload = CASE WHEN notifications_delivery.payload ? 'erased' THEN notifications_delivery.payload
        ELSE sent.payload END,
    warning = CASE WHEN notifications_delivery.payload ? 'erased' THEN '' ELSE sent.warning END,
    posting_id = sent.posting
FROM jsonb_to_recordset(%s::jsonb) AS sent (id bigint, payload jsonb, warning text, posting bigint)
WHERE notifications_delivery.id = sent.id
"""


@dataclass(slots=True)
class NewDelivery:
    """A delivery that is about to be stored. What names it is its rule's and its event's."""

    event: Event
    rule: Rule
    rule_key: str
    reason: str
    cause: str = ""
    due_at: datetime | None = None
    status: Status = Status.PENDING
    posting: Posting | None = None
    # Of one that tells a single teammate (by key): the place in a conversation (its public id) that it tells of.
    teammate: int | None = None
    conversation: uuid.UUID | None = None
    seq: int | None = None

    def values(self) -> dict[str, Any]:
        """Return its row, as JSON values."""
        return {
            "public_id": str(new_public_id()),
            "workspace": self.event.workspace_id,
            "event": self.event.pk,
            "rule": self.rule.pk,
            "rule_key": self.rule_key,
            "transport": self.rule.transport,
            "address": self.rule.address,
            "reason": self.reason,
            "status": self.status,
            "cause": self.cause,
            "due_at": self.due_at.isoformat() if self.due_at else None,
            "posting": self.posting.pk if self.posting else None,
            "teammate": self.teammate,
            "conversation": str(self.conversation) if self.conversation else None,
            "seq": self.seq,
        }


def store(rows: Sequence[NewDelivery]) -> None:
    """Insert deliveries, in their order. One that is there already stays as it is."""
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, [json.dumps([row.values() for row in rows])])


def note_sent(rows: Sequence[dict[str, Any]], now: datetime) -> None:
    """Note deliveries as sent: of each `id`, `payload`, `warning`, and the key of its `posting` or None."""
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_NOTE_SENT, [now, json.dumps(rows)])
