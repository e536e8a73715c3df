"""Days and moments are read in every way that can be meant in one way only."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from imports.csv.moments import NoMoment, day_of, moment_of

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("2026-01-31", "2026-01-31T00:00:00+01:00"),
        ("2026-07-31 10:00", "2026-07-31T10:00:00+02:00"),
        ("2026-01-31T10:00:00Z", "2026-01-31T10:00:00+00:00"),
        ("2026-01-31T10:00:00.5+05:30", "2026-01-31T10:00:00.500000+05:30"),
        ("2026-01-31 10:00:00 UTC", "2026-01-31T10:00:00+00:00"),
        ("2026-01-31 10:00:00 +0000 UTC", "2026-01-31T10:00:00+00:00"),
        ("2026/01/31 9:05", "2026-01-31T09:05:00+01:00"),
        ("31.01.2026", "2026-01-31T00:00:00+01:00"),
        ("3.4.2026 14:05:06", "2026-04-03T14:05:06+02:00"),
        ("31/01/2026", "2026-01-31T00:00:00+01:00"),
        ("1/31/2026 10:00 PM", "2026-01-31T22:00:00+01:00"),
        ("1/31/2026, 12:30 am", "2026-01-31T00:30:00+01:00"),
        ("03/03/2026", "2026-03-03T00:00:00+01:00"),
        ("Jan 31, 2026", "2026-01-31T00:00:00+01:00"),
        ("31 January 2026 10:00", "2026-01-31T10:00:00+01:00"),
        ("Sat, 31 Jan 2026 10:00:00 +0000", "2026-01-31T10:00:00+00:00"),
        ("1769850000", "2026-01-31T09:00:00+00:00"),
        ("1769850000123", "2026-01-31T09:00:00+00:00"),
    ],
)
def test_a_moment_is_read(said: str, moment: str) -> None:
    assert moment_of(said, BERLIN) == moment


@pytest.mark.parametrize(
    "said",
    ["03/04/2026", "soon", "2026-13-01", "30.02.2026", "0001-01-01", "46053", "2026-01-31 25:00", "31/01/26", "-"],
)
def test_what_is_no_moment_or_could_be_two_is_refused_with_what_to_write(said: str) -> None:
    with pytest.raises(NoMoment, match="Write it as 2026-01-31"):
        moment_of(said, BERLIN)
    with pytest.raises(NoMoment, match="Write it as 2026-01-31"):
        day_of(said)


@pytest.mark.parametrize("said", ["2026-01-31", "20260131", "2026-01-31T23:59:00-08:00", "31.1.2026", "Jan 31, 2026"])
def test_a_day_is_the_day_that_is_written(said: str) -> None:
    assert day_of(said) == "2026-01-31"
