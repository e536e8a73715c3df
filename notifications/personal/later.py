""" "Reply later", tapped on what was pushed: it is pushed again in an hour, unless it was read by then."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import transaction

from notifications import grouping
from notifications.models import Delivery
from notifications.words import Status

LATER = timedelta(hours=1)
WAY = "push"


def remind(teammate: int, key: uuid.UUID, now: datetime) -> bool:
    """Have what a delivery (its public id) pushed to a teammate (by key) pushed again in an hour.

    Return whether it will be: not where it was read or settled meanwhile. Asked for again, it waits a whole hour again.
    Raises Delivery.DoesNotExist for what was not pushed to them by their own preference.
    """
    mine = Delivery.objects.filter(teammate=teammate, public_id=key, transport=WAY)
    with transaction.atomic():
        # A delivery's posting never changes once it is out, and is locked before it, always.
        grouping.lock([posting] if (posting := mine.get().posting_id) is not None else [])
        row = mine.select_for_update(no_key=True).get()
        # `sent_at` stays: it says that the teammate has had it once and asked for it again.
        waits = row.status == Status.PENDING and row.sent_at is not None
        if row.status != Status.SENT and not waits:
            return False  # what was read is settled
        mine.update(status=Status.PENDING, due_at=now + LATER, has_turn=False, attempts=0)
    return True
