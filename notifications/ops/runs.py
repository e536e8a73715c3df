"""Nightly jobs: beat asks for each every ten minutes, and it runs once, after its hour.

So a night in which beat or every worker was away is made up for in the morning, and two beats at once do no harm."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from notifications.models import ScheduledRun

# A run that began longer ago and did not finish is one whose worker was killed.
LEASE = timedelta(hours=1)
KEPT = timedelta(days=30)

_CLAIM = """
INSERT INTO notifications_scheduledrun AS run (name, due_at, started_at)
VALUES (%s, %s, %s)
ON CONFLICT (name, due_at) DO UPDATE SET started_at = EXCLUDED.started_at
WHERE run.finished_at IS NULL AND run.started_at < %s
RETURNING id
"""


def nightly(hour: int, minute: int = 0, now: datetime | None = None) -> datetime:
    """Return when a job of this time (UTC) was last due."""
    now = now or timezone.now()
    today = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return today if today <= now else today - timedelta(days=1)


@contextmanager
def once(name: str, due_at: datetime) -> Iterator[bool]:
    """Say whether the job `name` is still to be run for `due_at`, and run it in the block if so.

    Of several who ask at once one is told True. Where the block raises, or its process is killed, the job is still to
    be run: at once, or after an hour.
    """
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [name, due_at, now, now - LEASE])
        found = cursor.fetchone()
    if found is None:
        yield False
        return
    mine = ScheduledRun.objects.filter(pk=found[0], started_at=now)
    try:
        yield True
    except BaseException:
        mine.delete()
        raise
    mine.update(finished_at=timezone.now())
    ScheduledRun.objects.filter(name=name, started_at__lt=now - KEPT).delete()
