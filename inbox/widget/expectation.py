"""When a visitor may expect an answer: computed from what the team really does, never a fixed text."""

from __future__ import annotations

from datetime import timedelta

from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from inbox.people.models import Workspace

_MEDIAN = """
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY first_reply_at - created_at) FROM (
    SELECT first_reply_at, created_at FROM inbox_conversation
    WHERE workspace_id = %s AND created_at > %s AND first_reply_at IS NOT NULL
    ORDER BY id DESC LIMIT 500
) AS recent
"""
_STEPS = [
    (timedelta(minutes=1), "Usually answers within a minute"),
    (timedelta(minutes=5), "Usually answers in a few minutes"),
    (timedelta(minutes=30), "Usually answers within half an hour"),
    (timedelta(hours=2), "Usually answers within two hours"),
    (timedelta(hours=12), "Usually answers the same day"),
]


def expected_reply(workspace: Workspace) -> str:
    """Return a sentence from the median first answer of the last 7 days (500 conversations at most), kept a minute."""
    key = f"expected-reply:{workspace.pk}"
    known = cache.get(key)
    if known is None:
        with connection.cursor() as cursor:
            cursor.execute(_MEDIAN, [workspace.pk, timezone.now() - timedelta(days=7)])
            median = cursor.fetchone()[0]
        known = _sentence(median)
        cache.set(key, known, 60)
    return str(known)


def _sentence(median: timedelta | None) -> str:
    if median is None:
        return "We answer as soon as we can"
    return next((text for limit, text in _STEPS if median <= limit), "Usually answers within a day")
