"""Reading it anywhere clears it everywhere: notices are read, pushes taken back, letters that wait not sent."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from inbox.people.nudge import nudge_on_commit
from notifications import grouping
from notifications.events import TASK
from notifications.models import Delivery, Notice, Posting
from notifications.transports import all_transports
from notifications.words import Status


def read_place(teammate: int, conversation: uuid.UUID, seq: int) -> int:
    """Note that a teammate (by key) has read a conversation (its public id) up to `seq`, in the caller's transaction.

    Return how much that they were told of is no news to them any more.
    """
    unread = Delivery.objects.filter(teammate=teammate, conversation=conversation, read_at__isnull=True)
    return _read(unread.filter(Q(seq__isnull=True) | Q(seq__lte=seq)))


def read_notices(teammate: int, notices: Iterable[uuid.UUID] | None = None) -> int:
    """Note that a teammate has read these of their notices (by public id), or all of them. Return how many were new."""
    mine = Notice.objects.filter(teammate=teammate, read_at__isnull=True)
    if notices is not None:
        mine = mine.filter(public_id__in=list(notices))
    with transaction.atomic():
        rows = list(mine.values_list("pk", "delivery"))
        told = Delivery.objects.filter(public_id__in=[key for _, key in rows])
        events = told.values_list("event", "posting")
        same = Q(event__in=[event for event, _ in events]) | Q(posting__in=[pk for _, pk in events if pk])
        _read(Delivery.objects.filter(same, teammate=teammate, read_at__isnull=True))
        # Those of routes, too, which no teammate's own delivery made.
        Notice.objects.filter(pk__in=[pk for pk, _ in rows], read_at__isnull=True).update(read_at=timezone.now())
    return len(rows)


def read_told(told: Delivery) -> int:
    """Note that a teammate has read all that a delivery's message tells them of. Return how much was new, over any
    way."""
    mine = Delivery.objects.filter(teammate=told.teammate_id, read_at__isnull=True)
    if told.posting_id is None:
        return _read(mine.filter(event=told.event_id))
    return _read(mine.filter(event__in=Delivery.objects.filter(posting=told.posting_id).values("event")))


def unread_notice(teammate: int, notice: uuid.UUID) -> None:
    """Have a notice (by public id) of a teammate count as unread again. It is so on the desk alone: nothing is pushed
    or written anew, and reading its place once more clears it once more."""
    with transaction.atomic():
        mine = Notice.objects.filter(teammate=teammate, public_id=notice)
        Delivery.objects.filter(public_id__in=mine.values("delivery"), teammate=teammate).update(read_at=None)
        mine.update(read_at=None)


def _read(unread: QuerySet[Delivery]) -> int:
    with transaction.atomic():
        # Nothing is counted into a message while its posting is held: deliveries come after postings, always.
        shared = set(unread.filter(posting__isnull=False).order_by().values_list("posting", flat=True))
        grouping.lock(shared)
        now = timezone.now()
        pks = list(unread.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
        if not pks:
            return 0
        Delivery.objects.filter(pk__in=pks).update(read_at=now)
        rows = list(Delivery.objects.filter(pk__in=pks))
        done = _all_read({row.posting_id for row in rows if row.posting_id})
        clear(rows, done, now)
        heads = Delivery.objects.filter(posting__in=done).values("public_id")
        mine = Q(delivery__in=[row.public_id for row in rows if row.posting_id is None]) | Q(delivery__in=heads)
        Notice.objects.filter(mine, teammate=rows[0].teammate_id, read_at__isnull=True).update(read_at=now)
    return len(pks)


def clear(rows: Sequence[Delivery], done: Collection[int], now: datetime) -> None:
    """Take back what was told by deliveries that are read, in the caller's transaction; `done` are those of their
    postings (by key) of which all is read. Nothing more is counted into these."""
    Posting.objects.filter(pk__in=done).update(is_closed=True)
    clearing = [name for name, transport in all_transports().items() if transport.clears]
    gone = {row.posting_id for row in rows if row.transport in clearing and row.posting_id in done}
    # What waits to be told once more (later.py) is out there, too.
    out = Q(status=Status.SENT) | Q(status=Status.PENDING, sent_at__isnull=False)
    theirs = Delivery.objects.filter(out, posting__in=gone)
    told = set(theirs.values_list("posting", flat=True))
    theirs.update(status=Status.SETTLED, due_at=None)
    taken = Posting.objects.filter(pk__in=told, retracted_at__isnull=True).update(retract_at=now, update_at=None)
    if taken:
        nudge_on_commit(TASK)


def _all_read(postings: Collection[int | None]) -> set[int]:
    """Return those of these postings of which nothing is unread."""
    left = Delivery.objects.filter(posting=OuterRef("pk"), read_at__isnull=True)
    found = Posting.objects.filter(~Exists(left), pk__in=[pk for pk in postings if pk is not None])
    return set(found.values_list("pk", flat=True))


def read_while_sending(rows: Collection[int], now: datetime) -> None:
    """Take back, in the caller's transaction, those of these deliveries (by key), just noted as sent, that were read
    during the call."""
    read = list(Delivery.objects.filter(pk__in=rows, teammate__isnull=False, read_at__isnull=False))
    if read:
        clear(read, _all_read({row.posting_id for row in read}), now)
