"""Nudges: each loads nothing, decides nothing, and may run as often as it likes."""

from __future__ import annotations

from celery import shared_task

import inbox.health.worker  # noqa: F401  (connects the worker's signals)
from inbox.conversations.actions import wake_due


@shared_task
def wake_snoozed() -> None:
    """Open every conversation whose snooze has ended."""
    while wake_due():
        pass
