"""When a workspace is open, held against an oracle that looks at every minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.people.hours import (
    DAYS,
    Holiday,
    Hours,
    HoursRefused,
    is_open,
    next_closing,
    next_opening,
    open_spans,
    parse_holidays,
    parse_hours,
)

LISBON = ZoneInfo("Europe/Lisbon")
OFFICE = parse_hours({day: [["09:00", "12:30"], ["13:30", "18:00"]] for day in DAYS[:5]})
# Days about which clocks change: forward and back by an hour, by half an hour, over midnight, and by a whole day.
ZONES_AND_DAYS = [
    ("Europe/Lisbon", date(2026, 3, 29)),
    ("Europe/Lisbon", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("America/Sao_Paulo", date(2018, 2, 18)),
    ("America/Sao_Paulo", date(2018, 11, 4)),
    ("America/St_Johns", date(2010, 11, 7)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Asia/Kolkata", date(2026, 6, 1)),
    ("UTC", date(2026, 12, 31)),
]


def at(zone: ZoneInfo, *when: int, fold: int = 0) -> datetime:
    return datetime(*when, tzinfo=zone, fold=fold)  # type: ignore[misc, arg-type]


def opens(hours: Hours, moment: datetime, *holidays: Holiday) -> datetime | None:
    return next_opening(hours, holidays, LISBON, moment)


def test_no_hours_at_all_means_always_open() -> None:
    hours = parse_hours({})
    assert hours.always
    assert is_open(hours, (), LISBON, at(LISBON, 2026, 5, 3, 3, 0))
    assert next_closing(hours, (), LISBON, at(LISBON, 2026, 5, 3, 3, 0)) is None


def test_it_is_closed_between_two_spans_and_from_the_end_on() -> None:
    assert is_open(OFFICE, (), LISBON, at(LISBON, 2026, 5, 4, 9, 0))
    assert is_open(OFFICE, (), LISBON, at(LISBON, 2026, 5, 4, 12, 29))
    assert not is_open(OFFICE, (), LISBON, at(LISBON, 2026, 5, 4, 12, 30))
    assert not is_open(OFFICE, (), LISBON, at(LISBON, 2026, 5, 4, 18, 0))


def test_after_friday_evening_comes_monday_morning() -> None:
    assert opens(OFFICE, at(LISBON, 2026, 5, 8, 18, 30)) == at(LISBON, 2026, 5, 11, 9, 0)


def test_a_holiday_closes_the_whole_day_even_where_no_hours_are_set() -> None:
    eve = Holiday(date(2026, 12, 24), "Christmas Eve")
    assert not is_open(OFFICE, (eve,), LISBON, at(LISBON, 2026, 12, 24, 10, 0))
    assert opens(OFFICE, at(LISBON, 2026, 12, 24, 10, 0), eve) == at(LISBON, 2026, 12, 25, 9, 0)
    assert opens(Hours(), at(LISBON, 2026, 12, 24, 10, 0), eve) == at(LISBON, 2026, 12, 25, 0, 0)
    assert next_closing(Hours(), (eve,), LISBON, at(LISBON, 2026, 12, 20, 0, 0)) == at(LISBON, 2026, 12, 24, 0, 0)


def test_a_night_shift_goes_on_over_midnight() -> None:
    night = parse_hours({"fri": [["22:00", "24:00"]], "sat": [["00:00", "06:00"]]})
    friday = at(LISBON, 2026, 5, 8, 23, 0)
    assert next_closing(night, (), LISBON, friday) == at(LISBON, 2026, 5, 9, 6, 0)


def test_a_span_that_begins_in_the_skipped_hour_opens_when_the_clocks_have_moved_on() -> None:
    sunday = parse_hours({"sun": [["01:30", "04:00"]]})  # in Lisbon 01:00 becomes 02:00 on 29 March 2026
    opened = opens(sunday, at(LISBON, 2026, 3, 29, 0, 0))
    assert opened == at(LISBON, 2026, 3, 29, 2, 0)
    assert opened.astimezone(UTC) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_a_span_that_lies_wholly_in_the_skipped_hour_does_not_open_that_day() -> None:
    sunday = parse_hours({"sun": [["01:15", "01:45"]]})
    assert opens(sunday, at(LISBON, 2026, 3, 29, 0, 0)) == at(LISBON, 2026, 4, 5, 1, 15)


def test_a_repeated_hour_is_open_twice() -> None:
    sunday = parse_hours({"sun": [["01:15", "01:45"]]})
    first = at(LISBON, 2026, 10, 25, 1, 15, fold=0)
    assert opens(sunday, at(LISBON, 2026, 10, 25, 0, 0)).astimezone(UTC) == first.astimezone(UTC)
    again = opens(sunday, at(LISBON, 2026, 10, 25, 1, 45, fold=0))
    assert again.astimezone(UTC) == at(LISBON, 2026, 10, 25, 1, 15, fold=1).astimezone(UTC)


def test_who_is_closed_for_more_than_a_year_has_no_next_opening() -> None:
    monday = parse_hours({"mon": [["09:00", "10:00"]]})
    mondays = [Holiday(date(2026, 1, 5) + timedelta(weeks=n)) for n in range(60)]
    assert opens(monday, at(LISBON, 2026, 1, 1, 0, 0), *mondays) is None


@pytest.mark.parametrize(
    ("raw", "place", "told"),
    [
        ({"mon": [["09:00", "09:00"]]}, "mon.0", "is not after"),
        ({"mon": [["22:00", "02:00"]]}, "mon.0", "For a night"),
        ({"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}, "mon.1", "11:00 to 13:00 overlaps 09:00 to 12:00"),
        ({"mon": [["24:00", "24:00"]]}, "mon.0", "Give both times"),
        ({"mon": [["9:00", "12:00"]]}, "mon.0", "Give both times"),
        ({"mon": [["", "12:00"]]}, "mon.0", "Give both times"),
        ({"mon": [["09:00"]]}, "mon.0", "beginning and an end"),
        ({"mon": "09:00-12:00"}, "mon", "list of spans"),
        ({"mon": [["00:00", "00:01"]] * 9}, "mon", "8 spans"),
        ({"funday": []}, "funday", "no day"),
        ([], "week", "by day"),
    ],
)
def test_hours_that_make_no_sense_are_refused_in_words_at_their_place(raw, place, told) -> None:
    with pytest.raises(HoursRefused) as refused:
        parse_hours(raw)
    assert told in refused.value.problems[place]


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        ([{"on": "2026-02-30"}], "holidays.0"),
        ([{"on": "24.12.2026"}], "holidays.0"),
        ([{"on": "20261224"}], "holidays.0"),
        ([{"on": "2026-12-24"}, {"on": "2026-12-24", "name": "again"}], "holidays.1"),
        ([{"on": "2026-12-24", "name": "x" * 81}], "holidays.0"),
        (["2026-12-24"], "holidays.0"),
        ("2026-12-24", "holidays"),
        ([{"on": "2026-12-24"}] * 201, "holidays"),
    ],
)
def test_holidays_that_make_no_sense_are_refused_at_their_place(raw, place) -> None:
    with pytest.raises(HoursRefused) as refused:
        parse_holidays(raw)
    assert place in refused.value.problems


def test_spans_and_holidays_come_back_in_order() -> None:
    hours = parse_hours({"tue": [["13:00", "24:00"], ["09:00", "13:00"]], "wed": []})
    assert hours.raw() == {"tue": [["09:00", "13:00"], ["13:00", "24:00"]]}
    holidays = parse_holidays([{"on": "2027-01-01", "name": " New Year "}, {"on": "2026-12-25"}])
    assert [h.raw() for h in holidays] == [
        {"on": "2026-12-25", "name": ""},
        {"on": "2027-01-01", "name": "New Year"},
    ]


minutes = st.integers(0, 24 * 60)
days = st.lists(minutes, min_size=0, max_size=6, unique=True).map(
    lambda edges: tuple(zip(sorted(edges)[::2], sorted(edges)[1::2], strict=False))
)
weeks = st.lists(days, min_size=7, max_size=7).map(lambda spans: Hours(tuple(spans)))


@settings(deadline=None)
@given(hours=weeks)
def test_what_was_parsed_can_be_written_and_parsed_again(hours: Hours) -> None:
    assert parse_hours(hours.raw()) == hours


@settings(max_examples=80, deadline=None)
@given(
    hours=weeks,
    place=st.sampled_from(ZONES_AND_DAYS),
    start=st.integers(-36 * 60, 36 * 60),
    closed=st.sets(st.integers(-2, 3), max_size=2),
)
def test_the_next_opening_and_closing_are_those_that_a_look_at_every_minute_finds(hours, place, start, closed) -> None:
    zone, day = ZoneInfo(place[0]), place[1]
    holidays = [Holiday(day + timedelta(days=n)) for n in closed]
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=start)
    for ask, wanted in ((next_opening, True), (next_closing, False)):
        told = ask(hours, holidays, zone, moment)
        # In UTC: an hour that the clocks repeat is equal to nothing in another zone.
        found = told.astimezone(UTC) if told is not None else None
        walked = on_foot(hours, holidays, zone, moment, wanted)
        assert found == walked if walked is not None else found is None or found >= moment + WALK


@settings(max_examples=60, deadline=None)
@given(
    hours=weeks,
    place=st.sampled_from(ZONES_AND_DAYS),
    start=st.integers(-36 * 60, 36 * 60),
    length=st.integers(0, 30 * 60),
    closed=st.sets(st.integers(-2, 3), max_size=2),
)
def test_the_open_spans_hold_each_open_minute_and_no_other(hours, place, start, length, closed) -> None:
    zone, day = ZoneInfo(place[0]), place[1]
    holidays = [Holiday(day + timedelta(days=n)) for n in closed]
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=start)
    spans = open_spans(hours, holidays, zone, begin, begin + timedelta(minutes=length))
    assert all(begin <= a < b <= begin + timedelta(minutes=length) for a, b in spans)
    for moment in (begin + timedelta(minutes=n) for n in range(length)):
        assert any(a <= moment < b for a, b in spans) == is_open(hours, holidays, zone, moment)


WALK = timedelta(days=3)


def on_foot(hours: Hours, holidays: list[Holiday], zone: ZoneInfo, moment: datetime, wanted: bool) -> datetime | None:
    """What a person with the table and a clock on the wall finds, who looks at it every minute for three days."""
    table = {day: [(start, end) for start, end in spans] for day, spans in hours.raw().items()}
    closed = {holiday.on for holiday in holidays}
    for minute in range(WALK // timedelta(minutes=1)):
        walked = moment + timedelta(minutes=minute)
        wall = walked.astimezone(zone)
        shown = f"{wall.hour:02d}:{wall.minute:02d}"
        opened = not table or any(start <= shown < end for start, end in table.get(DAYS[wall.weekday()], []))
        if (opened and wall.date() not in closed) == wanted:
            return walked
    return None
