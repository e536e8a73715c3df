"""What this installation tells its operator about itself: errors, dead links, tasks, a schedule gone quiet."""

from __future__ import annotations


def connect() -> None:
    """Hear of errors and of tasks from now on. Called once, when all apps are there."""
    from notifications.ops import celery, middleware

    middleware.connect()
    celery.connect()
