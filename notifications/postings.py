"""Messages that are out there are kept true: drawn anew when more is counted into them, taken back when settled.

The third of the spine's drains. A posting is claimed by moving its moment a lease ahead, and worked outside any
transaction; what is done twice changes nothing the second time.
"""

from __future__ import annotations

import logging
import time
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from notifications import destinations
from notifications.automations.telling import is_automated
from notifications.claiming import LEASE
from notifications.drawing import wording_of
from notifications.grouping import UPDATE_GAP
from notifications.models import Delivery, Posting
from notifications.outcomes import wait_after
from notifications.personal import checking
from notifications.personal.saying import personal_of
from notifications.sending import BEGIN_WITHIN
from notifications.transports import Message, Sent, Transport, TransportError, all_transports
from notifications.words import ERASED

log = logging.getLogger(__name__)

BATCH = 50
MOST_ATTEMPTS = 8


def drain() -> int:
    """Update and take back what is due, and return how many postings were looked at."""
    until = time.monotonic() + BEGIN_WITHIN
    taken = _claim()
    for posting, takes_back in taken:
        if time.monotonic() <= until:
            _work(posting, takes_back)
        else:
            _give_back(posting, takes_back)
    return len(taken)


def _claim() -> list[tuple[Posting, bool]]:
    now = timezone.now()
    with transaction.atomic():
        rows = list(
            Posting.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
            .select_related("workspace")
            .filter(Q(update_at__lte=now) | Q(retract_at__lte=now))
            .order_by(F("retract_at").asc(nulls_last=True), "update_at")[:BATCH]
        )
        taken = []
        for row in rows:
            takes_back = row.retract_at is not None
            at = _turn(row, takes_back, now)
            if at > now:
                later = {"retract_at": at} if takes_back else {"update_at": at}
                Posting.objects.filter(pk=row.pk).update(**later)
                continue
            field = "retract_at" if takes_back else "update_at"
            Posting.objects.filter(pk=row.pk).update(**{field: now + LEASE}, attempts=F("attempts") + 1)
            row.attempts += 1
            taken.append((row, takes_back))
    return taken


def _turn(row: Posting, takes_back: bool, now: datetime) -> datetime:
    """Return when a posting may be worked: what is not out yet waits for its sender, a medium's methods have limits."""
    transport = all_transports().get(row.transport)
    if transport is None:
        return now
    if row.told_at is None:
        sending = Delivery.objects.filter(posting=row, due_at__isnull=False).exists()
        if sending and not takes_back:
            return now + UPDATE_GAP
        return now
    if not transport.method_gap:
        return now
    method = "retract" if takes_back else "update"
    return destinations.method_turn(row.workspace_id, row.transport, method, transport.method_gap, now)


def _give_back(posting: Posting, takes_back: bool) -> None:
    """Leave a posting to whoever comes next: media are slow today, and another worker may have it soon."""
    field = "retract_at" if takes_back else "update_at"
    Posting.objects.filter(pk=posting.pk).update(**{field: timezone.now()}, attempts=F("attempts") - 1)


def _work(posting: Posting, takes_back: bool) -> None:
    transport = all_transports().get(posting.transport)
    if transport is None:  # of an app that is no longer installed
        return _done(posting, takes_back)
    delivery = (
        Delivery.objects.select_related("event__workspace", "rule", "workspace")
        .filter(posting=posting, sent_at__isnull=False)
        .order_by("id")
        .first()
    )
    if delivery is None or posting.told_at is None or not _can(transport, takes_back):
        return _done(posting, takes_back)
    if not takes_back and is_automated(delivery.rule_key):  # its words are not the event's
        return _done(posting, takes_back)
    if not takes_back and delivery.teammate_id is not None and _is_refused(delivery):
        return _done(posting, takes_back)
    sent = None
    try:
        message = _message(delivery, posting)
        if takes_back:
            transport.retract(message)
        else:
            payload = transport.draw(message)
            sent = transport.update(message, payload)
            Delivery.objects.filter(pk=delivery.pk).exclude(payload__has_key=ERASED).update(payload=payload)
    except TransportError as error:
        _failed(posting, takes_back, error)
    except Exception as error:
        log.exception("transport %s failed in a way of its own", transport.name)
        _failed(posting, takes_back, TransportError(type(error).__name__))
    else:
        _done(posting, takes_back, sent)
    return None


def _is_refused(delivery: Delivery) -> bool:
    """Whether a teammate is to be told no more of what they were told: they lost sight of it, or it is quiet now."""
    now = timezone.now()
    return bool(checking.refusals([delivery], checking.silences([delivery], now), now))


def _message(delivery: Delivery, posting: Posting) -> Message:
    return Message(
        key=delivery.public_id,
        workspace=delivery.workspace,
        address=posting.address,
        wording=wording_of(delivery.event, delivery.rule, posting),
        silent=True,
        event=delivery.event.public_id,
        kind=delivery.event.kind,
        external=posting.external,
        personal=personal_of(delivery, posting),
    )


def _can(transport: Transport, takes_back: bool) -> bool:
    return transport.can_retract if takes_back else transport.can_update


def _done(posting: Posting, takes_back: bool, sent: Sent | None = None) -> None:
    """Note that a posting is as it should be. `sent` is what its medium said to an update, None without a call."""
    now = timezone.now()
    if takes_back:
        told = now if posting.told_at is not None else None
        Posting.objects.filter(pk=posting.pk).update(
            retract_at=None, update_at=None, retracted_at=told, is_closed=True, attempts=0, error=""
        )
        return
    changes: dict[str, Any] = {"error": "", "attempts": 0}
    again = None
    if sent is not None:
        changes |= {"told_at": now, "external": sent.external}
        # Some of those behind the address did not take it for now; not for ever is that waited for.
        if sent.again is not None and posting.attempts < MOST_ATTEMPTS:
            again = now + wait_after(posting.attempts, sent.again or None)
            del changes["attempts"]
    # One statement: what is counted in meanwhile makes the next drawing due when the gap is over.
    same = When(event_count=posting.event_count, settled_count=posting.settled_count, then=Value(again))
    Posting.objects.filter(pk=posting.pk).update(update_at=Case(same, default=Value(now + UPDATE_GAP)), **changes)


def _failed(posting: Posting, takes_back: bool, error: TransportError) -> None:
    give_up = error.permanent or posting.attempts >= MOST_ATTEMPTS
    at = None if give_up else timezone.now() + wait_after(posting.attempts, error.retry_after)
    field = "retract_at" if takes_back else "update_at"
    # Counted into a message that cannot be changed any more, nobody would hear of the next event of its key.
    closed = {"is_closed": True} if give_up else {}
    Posting.objects.filter(pk=posting.pk).update(**{field: at}, **closed, error=str(error)[:300])
