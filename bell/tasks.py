"""Nudges: each carries nothing and may run as often as it likes."""

from __future__ import annotations

from celery import shared_task

from bell import rings
from inbox.people.nudge import work_through


@shared_task
def drop_late_rings() -> None:
    """Give up rings that nobody struck in time, and forget those of long ago."""
    work_through("bell.tasks.drop_late_rings", rings.drop_late, rings.forget_old)
