"""Taking deliveries whose time and turn have come: a lease, committed before anything is sent.

A worker that is killed with them leaves a lease that ends; then another one takes them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from inbox.people.models import Teammate
from notifications import destinations, grouping
from notifications.automations import checking as automations
from notifications.matching import stopped
from notifications.models import Delivery, Event, Posting, Rule
from notifications.personal import checking
from notifications.routing import with_workspaces
from notifications.transports import Message, Sent, TransportError, all_transports
from notifications.words import Cause, Status

BATCH = 200
# How long a worker may take over what it has claimed; then another one takes it.
LEASE = timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)
MOST_ATTEMPTS = 10
# What no message tells of an event.
_NOT_TOLD = ("conversation", "actor", "subject", "group_key", "created_at", "routed_at", "settled_at", "settled_by")


@dataclass
class Outcome:
    """What became of one attempt. `lease` is until when it was ours; `message` is None where none was drawn."""

    delivery: Delivery
    lease: datetime
    message: Message | None = None
    payload: dict[str, object] = field(default_factory=dict)
    sent: Sent | None = None
    error: TransportError | None = None
    # Refused before anything was tried.
    is_refused: bool = False
    given_back: bool = False


def claim() -> tuple[list[Outcome], int]:
    """Take deliveries whose time and turn have come; give the others a turn. Return both, the second as a count.

    What is not to be sent any more is among the first, with the error that says so.
    """
    now = timezone.now()
    with transaction.atomic():
        due = (
            Delivery.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
            .filter(due_at__lte=now)
            .order_by("due_at", "id")
        )
        rows = list(due[:BATCH])
        _with_theirs(rows)
        taken, moved = _take(rows, now)
        with connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE notifications_delivery SET due_at = %s, has_turn = %s WHERE id = %s",
                [(row.due_at, row.has_turn, row.pk) for row in moved],
            )
        Delivery.objects.filter(pk__in=[one.delivery.pk for one in taken]).update(
            status=Status.SENDING, due_at=now + LEASE, has_turn=False, attempts=F("attempts") + 1
        )
        automations.note_versions([one.delivery for one in taken if one.error is None])
    rows = [one.delivery for one in taken]
    grouping.close_summaries(rows)
    with_workspaces(rows)
    for row in rows:
        row.event.workspace = row.workspace
    return taken, len(moved)


def _take(rows: Sequence[Delivery], now: datetime) -> tuple[list[Outcome], list[Delivery]]:
    """Return what is taken, and what has a later turn."""
    silent = checking.silences(rows, now)
    automations.plan(rows)
    causes = checking.refusals(rows, silent, now) | automations.refusals(rows)
    refusals = {row.pk: refusal for row in rows if (refusal := _refusal(row, causes.get(row.pk), now))}
    silent |= automations.waits(rows, now)
    waits = {row.pk: silent[row.pk] for row in rows if row.pk in silent and row.pk not in refusals}
    asked = [row for row in rows if not row.has_turn and row.pk not in refusals and row.pk not in waits]
    turns = destinations.turns(asked, now) | waits
    taken, moved = [], []
    for row in rows:
        at = turns.get(row.pk, now)
        if at > now:
            row.due_at, row.has_turn = at, row.has_turn or row.pk not in waits
            moved.append(row)
            continue
        row.status, row.due_at, row.attempts = Status.SENDING, now + LEASE, row.attempts + 1
        refusal = refusals.get(row.pk)
        taken.append(Outcome(row, now + LEASE, error=refusal, is_refused=refusal is not None))
    return taken, moved


def _refusal(row: Delivery, personal: Cause | None, now: datetime) -> TransportError | None:
    """Return why a delivery is not to be sent any more, now that its time has come."""
    if row.attempts >= MOST_ATTEMPTS:  # noted by nobody: whoever tried it died of it
        return TransportError("Every worker that tried to send this ended over it.", permanent=True)
    cause = personal or stopped(row.rule, row.rule_key, now)
    if cause is None and _is_late(row, now):
        cause = Cause.EXPIRED
    if cause is None or (row.by_hand and cause in (Cause.MUTED, Cause.EXPIRED)):
        return None
    return TransportError(str(cause.label), cause=cause)


def _is_late(row: Delivery, now: datetime) -> bool:
    transport = all_transports().get(row.transport)
    lasts = transport.expires if transport else None
    # What was sent before is sent again because somebody asked for it.
    return lasts is not None and row.sent_at is None and now - row.created_at > timedelta(seconds=lasts)


def _with_theirs(rows: Sequence[Delivery]) -> None:
    """Give deliveries their rules, events and postings, each read once."""
    rules = Rule.objects.in_bulk({row.rule_id for row in rows if row.rule_id})
    events = Event.objects.defer(*_NOT_TOLD).in_bulk({row.event_id for row in rows})
    postings = Posting.objects.in_bulk({row.posting_id for row in rows if row.posting_id})
    mates = _teammates({row.teammate_id for row in rows if row.teammate_id})
    for row in rows:
        if row.teammate_id in mates:
            row.teammate = mates[row.teammate_id]
        row.rule = rules.get(row.rule_id) if row.rule_id else None
        row.event = events[row.event_id]
        row.posting = postings.get(row.posting_id) if row.posting_id else None


def _teammates(pks: Collection[int]) -> dict[int, Teammate]:
    """Return teammates by key, without their workspaces' secrets, which would be decrypted."""
    hidden = ("workspace__identity_secret", "workspace__previous_identity_secret")
    return Teammate.objects.select_related("user", "workspace").defer(*hidden).in_bulk(pks) if pks else {}
