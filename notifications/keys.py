"""Idempotency keys of events: for how long one names the event that it was first used for, by the database's clock."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now

from inbox.people.models import Workspace
from notifications.models import EventKey

LIFETIME = timedelta(hours=24)
BATCH = 1000


def used_for(workspace: Workspace, key: str) -> uuid.UUID | None:
    """Return the event that a key was used for within its lifetime. Where there is none, `track` writes a new one."""
    used = EventKey.objects.filter(workspace=workspace, key=key, created_at__gt=Now() - LIFETIME)
    return used.values_list("event", flat=True).first()


def forget_expired() -> int:
    """Delete a batch of keys whose lifetime is over, and return how many there were."""
    expired = EventKey.objects.filter(created_at__lte=Now() - LIFETIME).order_by("created_at")
    with transaction.atomic():
        batch = list(expired.select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH])
        return EventKey.objects.filter(pk__in=batch).delete()[0]
