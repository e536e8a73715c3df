"""When a workspace answers: spans of local wall time, holidays, and what follows from them. Pure functions.

`Workspace.business_hours` is {"mon": [["09:00", "12:30"], ["13:30", "18:00"]], …}, `Workspace.holidays` is
[{"on": "2026-12-24", "name": "Christmas Eve"}]. A moment is open when the wall clock of the workspace's zone shows a
time inside a span of that day, and the day is no holiday. So an hour that the clocks skip is never open, and one that
they repeat is open twice. No hours at all means every day, all day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_NAMES = dict(zip(DAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True))
MIDNIGHT = 24 * 60
MOST_SPANS = 8
MOST_HOLIDAYS = 200
LONGEST_NAME = 80
# A year and a bit: who is closed for longer has no next opening worth telling.
_HORIZON = 372
_TIME = re.compile(r"\A([01]\d|2[0-3]):([0-5]\d)\Z")
_MINUTE = timedelta(minutes=1)

Span = tuple[int, int]


class HoursRefused(ValueError):
    """The hours or holidays make no sense. `problems` says what to do, by place: "mon" a day, "mon.1" its second span,
    "holidays.0" the first holiday."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


@dataclass(frozen=True)
class Hours:
    """A week: for each day, Monday first, its spans in minutes since midnight, in order. `always` if there is none."""

    week: tuple[tuple[Span, ...], ...] = ((),) * 7

    @property
    def always(self) -> bool:
        """Whether no hours were set, which means all of them."""
        return not any(self.week)

    def spans(self, day: date) -> tuple[Span, ...]:
        """Return the spans of a date's weekday."""
        return ((0, MIDNIGHT),) if self.always else self.week[day.weekday()]

    def raw(self) -> dict[str, list[list[str]]]:
        """Return what `parse_hours` reads: days without a span are left out."""
        return {
            day: [[_words(start), _words(end)] for start, end in spans]
            for day, spans in zip(DAYS, self.week, strict=True)
            if spans
        }


@dataclass(frozen=True)
class Holiday:
    """A date on which nobody answers, all day."""

    on: date
    name: str = ""

    def raw(self) -> dict[str, str]:
        """Return what `parse_holidays` reads."""
        return {"on": self.on.isoformat(), "name": self.name}


def parse_hours(raw: Any) -> Hours:
    """Return the week that `raw` (see above) describes, each day's spans in order. Raises HoursRefused."""
    if not isinstance(raw, Mapping):
        raise HoursRefused({"week": "Give the hours by day: mon, tue, wed, thu, fri, sat, sun."})
    problems = {str(day): f"There is no day “{day}”." for day in raw if day not in DAYS}
    week = [_parse_day(day, raw.get(day, []), problems) for day in DAYS]
    if problems:
        raise HoursRefused(problems)
    return Hours(tuple(week))


def parse_holidays(raw: Any) -> tuple[Holiday, ...]:
    """Return the holidays that `raw` (see above) lists, in order of date. Raises HoursRefused."""
    if not isinstance(raw, list):
        raise HoursRefused({"holidays": "Give the holidays as a list."})
    if len(raw) > MOST_HOLIDAYS:
        raise HoursRefused({"holidays": f"{MOST_HOLIDAYS} holidays are the most; take out those that are over."})
    problems: dict[str, str] = {}
    found: dict[date, Holiday] = {}
    for at, entry in enumerate(raw):
        holiday = _parse_holiday(f"holidays.{at}", entry, problems)
        if holiday is not None and holiday.on in found:
            problems[f"holidays.{at}"] = "This date is in the list already."
        elif holiday is not None:
            found[holiday.on] = holiday
    if problems:
        raise HoursRefused(problems)
    return tuple(found[on] for on in sorted(found))


def is_open(hours: Hours, holidays: Iterable[Holiday], zone: ZoneInfo, moment: datetime) -> bool:
    """Return whether an aware `moment` is within the hours."""
    return _open(hours, {holiday.on for holiday in holidays}, zone, moment)


def next_opening(hours: Hours, holidays: Iterable[Holiday], zone: ZoneInfo, moment: datetime) -> datetime | None:
    """Return the first open moment at or after `moment`, in `zone`; None if there is none within a year."""
    return _first(hours, holidays, zone, moment, wanted=True)


def next_closing(hours: Hours, holidays: Iterable[Holiday], zone: ZoneInfo, moment: datetime) -> datetime | None:
    """Return the first closed moment at or after `moment`, in `zone`; None if there is none within a year."""
    return _first(hours, holidays, zone, moment, wanted=False)


def open_spans(
    hours: Hours, holidays: Iterable[Holiday], zone: ZoneInfo, start: datetime, end: datetime
) -> list[tuple[datetime, datetime]]:
    """Return the open spans between two aware moments in order, in UTC; two may touch."""
    closed = {holiday.on for holiday in holidays}
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    first, last = (moment.astimezone(zone).date() for moment in (start, end))
    # A day more at each end: where clocks change over midnight, a date's moments reach into the next.
    days = (first + timedelta(days=n) for n in range(-1, (last - first).days + 2))
    edges = {start, end, *(at for day in days for at in _changes(hours, zone, day) if start < at < end)}
    return [(a, b) for a, b in pairwise(sorted(edges)) if _open(hours, closed, zone, a)]


def _open(hours: Hours, closed: set[date], zone: ZoneInfo, moment: datetime) -> bool:
    wall = moment.astimezone(zone)
    if wall.date() in closed:
        return False
    minute = wall.hour * 60 + wall.minute
    return any(start <= minute < end for start, end in hours.spans(wall.date()))


def _first(
    hours: Hours, holidays: Iterable[Holiday], zone: ZoneInfo, moment: datetime, *, wanted: bool
) -> datetime | None:
    closed = {holiday.on for holiday in holidays}
    moment = moment.astimezone(UTC)
    if _open(hours, closed, zone, moment) == wanted:
        return moment.astimezone(zone)
    first = moment.astimezone(zone).date() - timedelta(days=1)
    waiting: list[datetime] = []
    for day in (first + timedelta(days=n) for n in range(_HORIZON)):
        # Where the clocks go back over midnight, a date's last moments come after the first of the next date: what was
        # found for one date is only the answer when the next has been looked at, too.
        found = [at for at in _changes(hours, zone, day) if at > moment and _open(hours, closed, zone, at) == wanted]
        if waiting:
            return min(waiting + found).astimezone(zone)
        waiting = found
    return min(waiting).astimezone(zone) if waiting else None


def _changes(hours: Hours, zone: ZoneInfo, day: date) -> Iterator[datetime]:
    """Yield the instants of a local date at which open may become closed or the reverse, in UTC."""
    walls = {0, *(edge for span in hours.spans(day) for edge in span)}
    midnight = datetime.combine(day, time())
    for minute in walls:
        wall = midnight + minute * _MINUTE
        for fold in (0, 1):
            yield wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
    yield from _clock_change(zone, midnight)


def _clock_change(zone: ZoneInfo, midnight: datetime) -> Iterator[datetime]:
    """Yield the instant of this date at which the zone's clocks are put forward or back, if there is one."""
    before = midnight.replace(tzinfo=zone).astimezone(UTC) - 3 * 60 * _MINUTE
    after = (midnight + timedelta(days=1)).replace(tzinfo=zone).astimezone(UTC) + 3 * 60 * _MINUTE
    offset = before.astimezone(zone).utcoffset()
    if after.astimezone(zone).utcoffset() == offset:
        return
    while after - before > _MINUTE:
        middle = before + (after - before) // (2 * _MINUTE) * _MINUTE
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    yield after


def _parse_day(day: str, raw: Any, problems: dict[str, str]) -> tuple[Span, ...]:
    if not isinstance(raw, list | tuple):
        problems[day] = f"{DAY_NAMES[day]}: give a list of spans."
        return ()
    if len(raw) > MOST_SPANS:
        problems[day] = f"{DAY_NAMES[day]}: {MOST_SPANS} spans are the most."
        return ()
    spans = [_parse_span(f"{day}.{at}", span, problems) for at, span in enumerate(raw)]
    known = sorted((span, at) for at, span in enumerate(spans) if span is not None)
    for (one, _), (other, at) in pairwise(known):
        if other[0] < one[1]:
            told = f"{_words(other[0])} to {_words(other[1])} overlaps {_words(one[0])} to {_words(one[1])}."
            problems.setdefault(f"{day}.{at}", told)
    return tuple(span for span, _ in known)


def _parse_span(place: str, raw: Any, problems: dict[str, str]) -> Span | None:
    if not isinstance(raw, list | tuple) or len(raw) != 2:
        problems[place] = "Give a beginning and an end."
        return None
    start, end = _minutes(raw[0]), MIDNIGHT if raw[1] == "24:00" else _minutes(raw[1])
    if start is None or end is None:
        problems[place] = "Give both times, as 09:00 and 18:00."
    elif end <= start:
        problems[place] = (
            f"{_words(end)} is not after {_words(start)}. "
            "For a night, end at 00:00 (12:00 AM) and go on from there the next day."
        )
    else:
        return start, end
    return None


def _parse_holiday(place: str, raw: Any, problems: dict[str, str]) -> Holiday | None:
    on, name = (raw.get("on"), raw.get("name", "")) if isinstance(raw, Mapping) else (None, "")
    try:
        day = date.fromisoformat(on) if isinstance(on, str) and len(on) == 10 else None
    except ValueError:
        day = None
    if day is None:
        problems[place] = "Give the date, as 2026-12-24."
    elif not isinstance(name, str) or len(name.strip()) > LONGEST_NAME or "\x00" in name:
        problems[place] = f"A name is a text of {LONGEST_NAME} characters at most."
    else:
        return Holiday(day, name.strip())
    return None


def _minutes(raw: Any) -> int | None:
    match = _TIME.match(raw) if isinstance(raw, str) else None
    return int(match[1]) * 60 + int(match[2]) if match else None


def _words(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
