"""When a teammate is not to be disturbed: outside their hours, and until a moment that they set."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from inbox.people.hours import HoursRefused, is_open, next_opening, parse_holidays, parse_hours
from inbox.people.models import Teammate, Workspace
from inbox.people.zones import zone_of
from notifications.models import HoursOf, Schedule

# Transports that make a sound, and so wait for nobody's morning: what they missed is on the desk.
LOUD = frozenset({"push", "slack"})
# Where hours never come again, what waits for them goes out after this.
NEVER_LONGER = timedelta(days=7)


def schedules_of(teammates: Collection[int]) -> dict[int, Schedule]:
    """Return the schedules of those (by key) who have one. One query."""
    return {row.teammate_id: row for row in Schedule.objects.filter(teammate__in=teammates)}


def quiet_until(teammate: Teammate, schedule: Schedule | None, now: datetime) -> datetime | None:
    """Return until when a teammate is not to be disturbed, None where they may be now. Their user and workspace must
    be loaded."""
    end = opening(teammate, schedule, now)
    asked = schedule.quiet_until if schedule is not None else None
    if asked is not None and asked > now:
        # Where that ends outside their hours, these count from there.
        end = opening(teammate, schedule, asked) or asked
    return end


def quiet_now(teammates: Collection[int], now: datetime) -> dict[int, datetime]:
    """Return until when those (by key) are not to be disturbed, of those that may not be now. Two queries."""
    if not teammates:
        return {}
    # Without the workspace's secrets, which would be decrypted.
    hidden = ("workspace__identity_secret", "workspace__previous_identity_secret")
    mates = Teammate.objects.filter(pk__in=teammates).select_related("user", "workspace").defer(*hidden)
    schedules = schedules_of(teammates)
    ends = {mate.pk: quiet_until(mate, schedules.get(mate.pk), now) for mate in mates}
    return {pk: end for pk, end in ends.items() if end is not None}


def opening(teammate: Teammate, schedule: Schedule | None, moment: datetime) -> datetime | None:
    """Return when the teammate's hours begin again, None where `moment` is within them. Their user and workspace must
    be loaded."""
    whose = schedule.hours if schedule is not None else HoursOf.WORKSPACE
    if whose == HoursOf.ALWAYS:
        return None
    own = whose == HoursOf.OWN and schedule is not None
    workspace: Workspace = teammate.workspace
    try:
        hours = parse_hours(schedule.own_hours if own and schedule is not None else workspace.business_hours)
        holidays = () if own else parse_holidays(workspace.holidays)
    except HoursRefused:
        return None  # what cannot be read keeps nobody from being told
    zone = zone_of(teammate.user.timezone if own else workspace.timezone)
    if is_open(hours, holidays, zone, moment):
        return None
    return next_opening(hours, holidays, zone, moment) or moment + NEVER_LONGER
