"""When somebody is not to be disturbed: against a restatement that looks at the clock on the wall, minute by minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from inbox.people.hours import DAYS
from inbox.people.models import Teammate, User, Workspace
from notifications.models import HoursOf, Schedule
from notifications.personal.quiet import NEVER_LONGER, quiet_until
from notifications.personal.schedules import next_morning

OFFICE = {day: [["09:00", "17:00"]] for day in DAYS[:5]}
# Clocks change over the day, over midnight, by half an hour, by a whole day, and never.
ZONES = ["Europe/Lisbon", "America/New_York", "Asia/Beirut", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kolkata"]
MINUTE = timedelta(minutes=1)


def teammate(zone: str = "Europe/Lisbon", hours=None, house_zone: str = "UTC", **fields) -> Teammate:
    workspace = Workspace(business_hours=hours or {}, timezone=house_zone, **fields)
    return Teammate(workspace=workspace, user=User(timezone=zone))


def own(week, until: datetime | None = None) -> Schedule:
    return Schedule(hours=HoursOf.OWN, own_hours=week, quiet_until=until)


def clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


@st.composite
def weeks(draw: st.DrawFn) -> dict[str, list[list[str]]]:
    """Some days with one or two spans, of which one may end at midnight."""
    week = {}
    for day in draw(st.sets(st.sampled_from(DAYS), min_size=1)):
        edges = sorted(draw(st.sets(st.integers(0, 1440), min_size=2, max_size=4)))
        pairs = zip(edges[::2], edges[1::2], strict=False)
        week[day] = [[clock(start), "24:00" if end == 1440 else clock(end)] for start, end in pairs]
    return week


# Around the days on which the clocks of those zones change, and any other time.
CHANGES = [datetime(2026, 3, 29), datetime(2026, 10, 25), datetime(2026, 3, 8), datetime(2026, 11, 1),
           datetime(2026, 4, 5), datetime(2026, 10, 4), datetime(2011, 12, 30), datetime(2027, 1, 1)]  # fmt: skip
moments = st.builds(
    lambda day, minutes: (day + timedelta(minutes=minutes)).replace(tzinfo=UTC),
    st.sampled_from(CHANGES),
    st.integers(-3 * 1440, 3 * 1440),
)


def works(week: dict[str, list[list[str]]], zone: str, moment: datetime) -> bool:
    """Whether the clock on the wall shows a time of the week just then."""
    wall = moment.astimezone(ZoneInfo(zone))
    now = f"{wall:%H:%M}"
    return any(start <= now < end for start, end in week.get(DAYS[wall.weekday()], []))


@given(weeks(), st.sampled_from(ZONES), moments)
@example(
    {"sun": [["01:00", "02:01"]]}, "Europe/Lisbon", datetime(2026, 3, 29, tzinfo=UTC)
)  # of which an hour is skipped
def test_it_is_quiet_exactly_outside_the_hours_and_until_they_begin(week, zone, moment) -> None:
    until = quiet_until(teammate(zone), own(week), moment)
    assert (until is None) == works(week, zone, moment)
    if until is not None:
        assert until > moment
        assert works(week, zone, until)
        # Nothing of theirs lies between: at each quarter, and just before the end.
        looked = moment
        while looked < until:
            assert not works(week, zone, looked)
            looked += 15 * MINUTE
        assert not works(week, zone, until.astimezone(UTC) - MINUTE)


@given(weeks(), st.sampled_from(ZONES), moments, st.integers(-600, 2880))
def test_what_they_asked_for_lengthens_the_quiet_and_never_shortens_it(week, zone, moment, minutes) -> None:
    mate, asked = teammate(zone), moment + timedelta(minutes=minutes)
    plain, found = quiet_until(mate, own(week), moment), quiet_until(mate, own(week, asked), moment)
    if asked <= moment:
        assert found == plain
    elif works(week, zone, asked):
        assert found == asked
    else:  # it ends outside their hours: these count from there
        assert found is not None
        assert found > asked
        assert works(week, zone, found)


def test_without_a_schedule_the_workspace_s_hours_count_in_its_own_zone() -> None:
    mate = teammate("Asia/Tokyo", OFFICE, "America/New_York")
    noon = datetime(2026, 11, 18, 12, tzinfo=ZoneInfo("America/New_York"))
    assert quiet_until(mate, None, noon) is None
    evening = noon + timedelta(hours=8)
    assert quiet_until(mate, Schedule(), evening) == noon + timedelta(hours=21)
    assert quiet_until(mate, Schedule(hours=HoursOf.ALWAYS), evening) is None


def test_a_holiday_of_the_workspace_is_quiet_but_not_for_who_has_hours_of_their_own() -> None:
    mate = teammate("UTC", OFFICE, holidays=[{"on": "2026-12-24", "name": "Christmas Eve"}])
    noon = datetime(2026, 12, 24, 12, tzinfo=UTC)
    assert quiet_until(mate, None, noon) == datetime(2026, 12, 25, 9, tzinfo=UTC)
    assert quiet_until(mate, own(OFFICE), noon) is None


def test_a_workspace_without_hours_is_never_quiet() -> None:
    assert quiet_until(teammate(), None, datetime(2026, 1, 1, 3, tzinfo=UTC)) is None


def test_hours_that_cannot_be_read_keep_nobody_from_being_told() -> None:
    assert quiet_until(teammate(hours={"mon": "always"}), None, datetime(2026, 1, 1, tzinfo=UTC)) is None


def test_hours_that_never_come_again_are_not_waited_for_for_ever() -> None:
    monday = datetime(2026, 1, 5, tzinfo=UTC)
    closed = [{"on": f"{monday + timedelta(weeks=n):%Y-%m-%d}", "name": ""} for n in range(60)]
    mate = teammate("UTC", {"mon": [["09:00", "17:00"]]}, holidays=closed)
    assert quiet_until(mate, None, monday) == monday + NEVER_LONGER


@pytest.mark.parametrize(
    ("now", "week", "morning"),
    [
        ("2026-11-18 22:00", OFFICE, "2026-11-19 09:00"),
        ("2026-11-19 02:00", OFFICE, "2026-11-19 09:00"),  # the night still belongs to the day before
        ("2026-11-20 22:00", OFFICE, "2026-11-21 08:00"),  # a Saturday: no hours say when it begins
        ("2026-11-18 22:00", {"thu": [["06:30", "12:00"]]}, "2026-11-19 06:30"),
        ("2026-03-28 22:00", {"sun": [["01:30", "12:00"]]}, "2026-03-29 02:00"),  # the clocks skip the half hour
    ],
)
def test_tomorrow_morning_is_where_the_teammate_is(now, week, morning) -> None:
    zone = ZoneInfo("Europe/Lisbon")
    found = next_morning(teammate(), own(week), datetime.fromisoformat(now).replace(tzinfo=zone))
    assert f"{found.astimezone(zone):%Y-%m-%d %H:%M}" == morning


def test_who_is_always_told_has_a_morning_at_eight() -> None:
    now = datetime(2026, 11, 18, 22, tzinfo=UTC)
    found = next_morning(teammate("UTC"), Schedule(hours=HoursOf.ALWAYS), now)
    assert found == datetime(2026, 11, 19, 8, tzinfo=UTC)
