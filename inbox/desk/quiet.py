"""When a teammate is not to be disturbed, and when somebody answers, in words for the desk."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby

from django.utils import timezone

from inbox.people.hours import DAY_NAMES, DAYS, Hours
from inbox.people.models import Teammate
from inbox.people.zones import zone_of


def undisturbed_until(teammate: Teammate) -> str:
    """Return until when a teammate does not want to be disturbed, as they set it themselves: "tomorrow, 08:00"; "" if
    they may be now. No query where their schedule is loaded."""
    now = timezone.now()
    schedule = getattr(teammate, "schedule", None)
    until = schedule.quiet_until if schedule is not None else None
    return moment_words(until, now, teammate.user.timezone) if until is not None and until > now else ""


def moment_words(at: datetime, now: datetime, zone: str) -> str:
    """Return a coming moment for somebody who lives in `zone`: "15:30", "tomorrow, 08:00", "Monday, 08:00", "24
    December, 08:00"."""
    local, today = at.astimezone(zone_of(zone)), now.astimezone(zone_of(zone)).date()
    days = (local.date() - today).days
    if days <= 0:
        return f"{local:%H:%M}"
    if days == 1:
        day = "tomorrow"
    elif days < 7:
        day = DAY_NAMES[DAYS[local.weekday()]]
    else:
        day = f"{local.day} {local:%B}" + (f" {local.year}" if local.year != today.year else "")
    return f"{day}, {local:%H:%M}"


def week_words(hours: Hours) -> str:
    """Return a week in words: "Monday to Friday 09:00–18:00, Saturday 10:00–14:00"; "At any time" without hours."""
    if hours.always:
        return "At any time"
    raw = hours.raw()
    parts = []
    for spans, run in groupby(DAYS, key=lambda day: raw.get(day, [])):
        days = [DAY_NAMES[day] for day in run]
        if spans:
            named = days[0] if len(days) == 1 else f"{days[0]} {'and' if len(days) == 2 else 'to'} {days[-1]}"
            parts.append(f"{named} {' and '.join(f'{start}–{end}' for start, end in spans)}")
    return ", ".join(parts)
