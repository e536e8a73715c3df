"""A week's edges, in zones whose clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.kickoff.week import Week, WeekUnknown

ZONES = [
    "Europe/Berlin",
    "America/Sao_Paulo",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "America/St_Johns",
    "Asia/Beirut",
    "UTC",
]


def week(key: str, zone: str = "Europe/Berlin") -> Week:
    return Week.read(key, ZoneInfo(zone))


@pytest.mark.parametrize(
    ("key", "zone", "begin", "hours"),
    [
        ("2026-W47", "Europe/Berlin", "2026-11-15T23:00", 168),
        ("2026-W13", "Europe/Berlin", "2026-03-22T23:00", 167),
        ("2026-W43", "Europe/Berlin", "2026-10-18T22:00", 169),
        # Midnight of Sunday, 4 November 2018 was skipped; the week before it ends an hour sooner.
        ("2018-W44", "America/Sao_Paulo", "2018-10-29T03:00", 167),
        ("2018-W07", "America/Sao_Paulo", "2018-02-12T02:00", 169),
        # Friday, 30 December 2011 never was.
        ("2011-W52", "Pacific/Apia", "2011-12-26T10:00", 144),
        ("2026-W47", "Asia/Kathmandu", "2026-11-15T18:15", 168),
    ],
)
def test_a_week_begins_at_the_first_moment_of_monday_and_lasts_as_long_as_the_clocks_make_it(
    key: str, zone: str, begin: str, hours: int
) -> None:
    found = week(key, zone)
    assert found.begin == datetime.fromisoformat(begin).replace(tzinfo=UTC)
    assert found.end - found.begin == timedelta(hours=hours)


@given(
    moment=st.datetimes(datetime(2001, 1, 1), datetime(2098, 12, 1), timezones=st.just(UTC)),
    zone=st.sampled_from(ZONES),
)
def test_every_moment_is_in_exactly_one_week(moment: datetime, zone: str) -> None:
    found = Week.of(moment, ZoneInfo(zone))
    assert found.begin <= moment < found.end
    assert not found.before.begin <= moment < found.before.end
    assert found.before.end == found.begin
    assert found.after.begin == found.end
    assert Week.read(found.key, found.zone) == found


@given(days=st.integers(0, 36_000), zone=st.sampled_from(ZONES))
def test_a_weeks_first_moment_is_its_own_and_the_one_before_it_is_not(days: int, zone: str) -> None:
    found = Week.of(datetime(2001, 1, 3, tzinfo=UTC) + timedelta(days=days), ZoneInfo(zone))
    assert Week.of(found.begin, found.zone) == found
    assert Week.of(found.begin - timedelta(microseconds=1), found.zone) == found.before


@pytest.mark.parametrize("key", ["2026-W54", "2025-W53", "2026-W00", "1999-W10", "2100-W01", "2026-47", "", "٢٠٢٦-W47"])
def test_a_week_that_there_is_not_is_refused_in_words(key: str) -> None:
    with pytest.raises(WeekUnknown, match="Write a week as 2026-W47"):
        week(key)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("2026-W47", "16–22 November 2026"),
        ("2026-W44", "26 October – 1 November 2026"),
        ("2026-W53", "28 December 2026 – 3 January 2027"),
    ],
)
def test_a_week_says_its_days(key: str, words: str) -> None:
    assert week(key).words == words


def test_the_year_of_a_week_is_the_one_of_most_of_its_days() -> None:
    assert Week(date(2026, 12, 28), ZoneInfo("UTC")).key == "2026-W53"
    assert Week(date(2025, 12, 29), ZoneInfo("UTC")).key == "2026-W01"


def test_eight_on_monday_is_by_the_clocks_of_the_zone() -> None:
    assert week("2026-W47", "Asia/Kathmandu").at(time(8)) == datetime(2026, 11, 16, 2, 15, tzinfo=UTC)
