"""Writing down what became of attempts, in one transaction for all that ended together.

A note that is lost is a message that is sent twice. So it is tried again where the database was in the way, and holds
only for those whose lease the worker still had, but for what was sent: that is so, whoever has it now.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import F
from django.utils import timezone

from notifications import destinations, grouping, settling
from notifications.claiming import MOST_ATTEMPTS, Outcome
from notifications.events import announce
from notifications.models import Delivery, Event, Posting
from notifications.personal import reading
from notifications.storing import note_sent
from notifications.transports import TransportError, transport_of
from notifications.words import ERASED, Status

log = logging.getLogger(__name__)

TRIES = 3


def note(outcomes: Sequence[Outcome]) -> None:
    """Write down what became of attempts. Raises django.db.OperationalError where the database is away."""
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                _note(outcomes, timezone.now())
            return
        except OperationalError:
            if not left:
                raise
            log.warning("what became of %d deliveries is noted once more", len(outcomes), exc_info=True)


def _note(outcomes: Sequence[Outcome], now: datetime) -> None:
    tried = [one for one in outcomes if not one.given_back]
    good = [one for one in tried if one.error is None]
    settling.lock_events([one.delivery.event_id for one in good if _has_posting(one)])
    postings = grouping.lock([one.delivery.posting_id for one in tried if one.delivery.posting_id])
    for one in outcomes:
        if one.given_back:
            _ours(one).update(status=Status.PENDING, due_at=now, attempts=F("attempts") - 1)
    for one in tried:
        if one.error is not None:
            _note_failure(one, one.error, postings, now)
    _note_sent(good, now)
    asked = [(one.delivery, one.error) for one in tried if not (one.is_refused or (one.error and one.error.cause))]
    destinations.note(asked, now)
    for workspace in {one.delivery.workspace_id for one in tried}:
        announce(workspace)


def _ours(one: Outcome) -> Any:
    return Delivery.objects.filter(pk=one.delivery.pk, status=Status.SENDING, due_at=one.lease)


def _has_posting(one: Outcome) -> bool:
    transport = transport_of(one.delivery.transport)
    return one.delivery.posting_id is not None or transport.can_retract or transport.can_update


def _note_sent(outcomes: Sequence[Outcome], now: datetime) -> None:
    told = {one.delivery.pk: _note_posting(one, now) for one in outcomes if _has_posting(one)}
    rows = []
    for one in outcomes:
        assert one.message is not None
        pk, warning = one.delivery.pk, one.message.wording.warning
        rows.append({"id": pk, "payload": one.payload, "warning": warning, "posting": told.get(pk)})
    note_sent(rows, now)
    settling.settled_while_sending(
        [(one.delivery, told[one.delivery.pk]) for one in outcomes if one.delivery.pk in told], now
    )
    personal = [one.delivery.pk for one in outcomes if one.delivery.teammate_id is not None]
    if personal:
        reading.read_while_sending(personal, now)


def _note_posting(one: Outcome, now: datetime) -> int:
    """Keep how the medium names the message, where it can be changed or taken back. Return the posting's key."""
    row, sent = one.delivery, one.sent
    assert sent is not None
    again = None if sent.again is None else now + wait_after(1, sent.again or None)
    if row.posting_id is None:
        return Posting.objects.create(
            workspace_id=row.workspace_id, transport=row.transport, address=row.address, rule_key=row.rule_key,
            group_key=str(row.public_id), event=row.event, is_closed=True, external=sent.external, told_at=now,
            first_at=row.event.occurred_at, last_at=row.event.occurred_at, update_at=again,
        ).pk  # fmt: skip
    posting = Posting.objects.filter(pk=row.posting_id)
    posting.update(external=sent.external, told_at=now)
    if again is not None:
        posting.filter(update_at=None).update(update_at=again)
    return row.posting_id


def _note_failure(one: Outcome, error: TransportError, postings: dict[int, Posting], now: datetime) -> None:
    row, posting = one.delivery, postings.get(one.delivery.posting_id or 0)
    fields: dict[str, Any] = {"error": str(error)[:300]}
    if one.is_refused:
        fields["attempts"] = F("attempts") - 1
    if error.cause is not None:
        fields |= {"status": Status.SUPPRESSED, "cause": error.cause, "due_at": None}
    elif error.permanent or row.attempts >= MOST_ATTEMPTS:
        fields |= {"status": Status.FAILED, "due_at": None}
    elif _is_settled(row, posting):
        fields |= {"status": Status.SETTLED, "due_at": None}  # meanwhile: nothing is left to try
    else:
        fields |= {"status": Status.PENDING, "due_at": now + wait_after(row.attempts, error.retry_after)}
    told = {"payload": one.payload, "warning": one.message.wording.warning} if one.message is not None else {}
    # Of whom was erased during the call, nothing is written down again, nor what the other side said of it.
    changed = _ours(one).exclude(payload__has_key=ERASED).update(**fields, **told) or _ours(one).update(
        **{**fields, "error": type(error).__name__}
    )
    if changed and posting is not None and fields["status"] in (Status.FAILED, Status.SUPPRESSED):
        grouping.not_told(posting.pk, fields["status"], str(error))


def _is_settled(row: Delivery, posting: Posting | None) -> bool:
    if posting is not None:
        return posting.settled_count >= posting.event_count
    return Event.objects.filter(pk=row.event_id, settled_at__isnull=False).exists()


def wait_after(attempts: int, asked: float | None = None) -> timedelta:
    """Return how long to wait after so many attempts: what was asked for, else 2 s, 6 s, 18 s … up to an hour."""
    if asked is not None:
        return timedelta(seconds=min(max(asked, 1), 86_400) + random.uniform(0, 1))  # noqa: S311
    return timedelta(seconds=min(3600, 2 * 3 ** (attempts - 1)) * random.uniform(0.8, 1.2))  # noqa: S311
