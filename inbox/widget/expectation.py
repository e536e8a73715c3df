"""When a visitor may expect an answer: computed from what the team really does and its hours, never a fixed text."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from inbox.people.hours import DAY_NAMES, DAYS, is_open, next_opening, parse_holidays, parse_hours
from inbox.people.models import Workspace
from inbox.people.zones import zone_of, zone_words

_MEDIAN = """
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY first_reply_at - created_at) FROM (
    SELECT first_reply_at, created_at FROM inbox_conversation
    WHERE workspace_id = %s AND created_at > %s AND first_reply_at IS NOT NULL
    ORDER BY id DESC LIMIT 500
) AS recent
"""
_UNKNOWN = "We answer as soon as we can"
_STEPS = [
    (timedelta(minutes=1), "Usually answers within a minute"),
    (timedelta(minutes=5), "Usually answers in a few minutes"),
    (timedelta(minutes=30), "Usually answers within half an hour"),
    (timedelta(hours=2), "Usually answers within two hours"),
    (timedelta(hours=12), "Usually answers the same day"),
]


def expected_reply(workspace: Workspace, now: datetime | None = None) -> str:
    """Return when to expect an answer to a message of now: how fast the team is or, out of hours, when it is back.

    Whether it is open is worked out anew each time, so that nothing kept outlives an opening or closing.
    """
    now = now or timezone.now()
    hours, holidays = parse_hours(workspace.business_hours), parse_holidays(workspace.holidays)
    zone = zone_of(workspace.timezone)
    if is_open(hours, holidays, zone, now):
        return _usual_reply(workspace)
    back = next_opening(hours, holidays, zone, now)
    return f"We are back {when_words(back, now, workspace.timezone)}" if back is not None else _UNKNOWN


def answers_now(workspace: Workspace, now: datetime | None = None) -> bool:
    """Return whether it is within the workspace's hours."""
    hours, holidays = parse_hours(workspace.business_hours), parse_holidays(workspace.holidays)
    return is_open(hours, holidays, zone_of(workspace.timezone), now or timezone.now())


def when_words(at: datetime, now: datetime, zone: str) -> str:
    """Return a coming moment as somebody in another zone can read it: "on Monday at 09:00 (Lisbon time)"."""
    local, today = at.astimezone(zone_of(zone)), now.astimezone(zone_of(zone)).date()
    days = (local.date() - today).days
    if days < 2:
        day = ("today", "tomorrow")[days]
    elif days < 7:
        day = f"on {DAY_NAMES[DAYS[local.weekday()]]}"
    else:
        day = f"on {local.day} {local:%B}" + (f" {local.year}" if local.year != today.year else "")
    return f"{day} at {local:%H:%M} ({zone_words(zone)})"


def _usual_reply(workspace: Workspace) -> str:
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
        return _UNKNOWN
    return next((text for limit, text in _STEPS if median <= limit), "Usually answers within a day")
