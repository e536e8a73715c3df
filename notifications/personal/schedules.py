"""The verbs of a teammate's own schedule: whose hours count, and until when they are not to be disturbed."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from inbox.people.hours import parse_hours
from inbox.people.models import Teammate
from inbox.people.zones import zone_of
from notifications.models import HoursOf, Schedule
from notifications.personal import quiet

# Who wants to hear nothing for longer turns things off.
LONGEST_QUIET = timedelta(days=366)
# Where no hours say when a morning begins; and until when a night belongs to the day before.
MORNING = time(8)
NIGHT_ENDS = time(5)


class ScheduleRefused(ValueError):
    """There are no such hours, or not until then. The text says what to do."""


def schedule_of(teammate: Teammate) -> Schedule:
    """Return a teammate's schedule, not yet stored where they have none."""
    found = Schedule.objects.filter(teammate=teammate).first()
    return found or Schedule(workspace_id=teammate.workspace_id, teammate=teammate)


def set_hours(teammate: Teammate, whose: str, own: Any = None) -> None:
    """Say whose hours count; `own` is a teammate's own week, as inbox/people/hours.py has it (needed for `HoursOf.OWN`,
    and else left as it is).

    Raises ScheduleRefused, and inbox.people.hours.HoursRefused for a week that makes no sense.
    """
    if whose not in HoursOf.values:
        raise ScheduleRefused("Choose the workspace’s hours, your own, or always.")
    fields: dict[str, Any] = {"hours": whose}
    if whose == HoursOf.OWN:
        week = parse_hours(own)
        if week.always:
            raise ScheduleRefused("Give at least one day hours, or choose “Always”.")
        fields["own_hours"] = week.raw()
    _store(teammate, fields)


def be_quiet(teammate: Teammate, until: datetime | None, now: datetime) -> None:
    """Have a teammate not disturbed until an aware moment, or (None) be told again. Raises ScheduleRefused."""
    if until is not None and until <= now:
        raise ScheduleRefused("That time has passed. Choose a later one.")
    if until is not None and until - now > LONGEST_QUIET:
        raise ScheduleRefused("A year is the longest. Choose an earlier day.")
    _store(teammate, {"quiet_until": until})


def next_morning(teammate: Teammate, schedule: Schedule | None, now: datetime) -> datetime:
    """Return when the next morning begins where the teammate is: with their hours of that day, else at eight. In the
    small hours it is the one that is about to come. Their user and workspace must be loaded."""
    zone = zone_of(teammate.user.timezone)
    local = now.astimezone(zone)
    day = local.date() if local.time() < NIGHT_ENDS else local.date() + timedelta(days=1)
    # As instants: moments that there are, also where the clocks skip an hour.
    begins = datetime.combine(day, time(), zone).astimezone(UTC)
    first = quiet.opening(teammate, schedule, max(begins, now))
    if first is not None and first.astimezone(zone).date() == day:
        return first
    return datetime.combine(day, MORNING, zone).astimezone(UTC)


def _store(teammate: Teammate, fields: dict[str, Any]) -> None:
    Schedule.objects.update_or_create(
        teammate=teammate, defaults=fields, create_defaults={"workspace_id": teammate.workspace_id, **fields}
    )
