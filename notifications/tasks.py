"""Nudges: each carries nothing and may run as often as it likes."""

from __future__ import annotations

from celery import shared_task

from inbox.people.nudge import work_through
from notifications import keys, postings, routing, sending
from notifications.claiming import LEASE
from notifications.events import TASK

# A run that finds ever more to do makes room for other tasks, and goes on in the next one.
LONGEST_RUN = LEASE.total_seconds() / 2
# By then each drain has begun nothing for long, and each call to the outside has ended by its own limits. What has not
# is ended with its process: a lease brings back what was in its hands.
TIME_LIMIT = int(2 * LEASE.total_seconds()) + 120


@shared_task(time_limit=TIME_LIMIT)
def deliver() -> None:
    """Route what was tracked, send what is due, and keep true what is out there."""
    work_through(TASK, routing.drain, sending.drain, postings.drain, seconds=LONGEST_RUN)


@shared_task
def forget_event_keys() -> None:
    """Delete the idempotency keys of events that are older than a day."""
    work_through("notifications.tasks.forget_event_keys", keys.forget_expired)
