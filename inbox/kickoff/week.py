"""A week from Monday to Sunday, by the clocks of one time zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FIRST_YEAR, LAST_YEAR = 2000, 2099
_KEY = re.compile(r"([0-9]{4})-W([0-9]{2})")
_LASTS = timedelta(days=7)


class WeekUnknown(ValueError):
    """There is no such week. The message says how one is written."""

    def __init__(self) -> None:
        super().__init__(f"Write a week as 2026-W47, from {FIRST_YEAR}-W01 to {LAST_YEAR}-W52.")


@dataclass(frozen=True)
class Week:
    """A calendar week (ISO 8601): from Monday's first moment to the next Monday's. Every moment is in exactly one."""

    monday: date
    zone: ZoneInfo

    @classmethod
    def of(cls, moment: datetime, zone: ZoneInfo) -> Week:
        """Return the week of an aware moment."""
        local = moment.astimezone(zone).date()
        week = cls(local - timedelta(days=local.weekday()), zone)
        # Where clocks go back over midnight, a date is left and entered again: its first moment decides.
        if moment < week.begin:
            return week.before
        return week if moment < week.end else week.after

    @classmethod
    def read(cls, key: str, zone: ZoneInfo) -> Week:
        """Return the week of a key, as "2026-W47". Raises WeekUnknown."""
        found = _KEY.fullmatch(key)
        if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
            raise WeekUnknown
        try:
            return cls(date.fromisocalendar(int(found[1]), int(found[2]), 1), zone)
        except ValueError:
            raise WeekUnknown from None

    @property
    def key(self) -> str:
        """Its name in addresses: "2026-W47". The year is the one that most of its days are in."""
        year, number, _ = self.monday.isocalendar()
        return f"{year}-W{number:02d}"

    @property
    def number(self) -> int:
        """Which week of its year it is."""
        return self.monday.isocalendar().week

    @property
    def sunday(self) -> date:
        """Its last day."""
        return self.monday + timedelta(days=6)

    @property
    def begin(self) -> datetime:
        """Its first moment, in UTC."""
        return self.at(time())

    @property
    def end(self) -> datetime:
        """The first moment after it, in UTC."""
        return self.after.begin

    @property
    def before(self) -> Week:
        """The week before it."""
        return Week(self.monday - _LASTS, self.zone)

    @property
    def after(self) -> Week:
        """The week after it."""
        return Week(self.monday + _LASTS, self.zone)

    @property
    def words(self) -> str:
        """Its days, as people write them: "16–22 November 2026"."""
        first, last = self.monday, self.sunday
        begin = f"{first:%-d}"
        if first.month != last.month:
            begin += f" {first:%B}"
        if first.year != last.year:
            begin += f" {first.year}"
        return f"{begin}–{last:%-d %B %Y}" if begin.isdigit() else f"{begin} – {last:%-d %B %Y}"

    def at(self, clock: time) -> datetime:
        """Return when Monday's clocks first show a time, in UTC; where they skip it, when they skip it."""
        return datetime.combine(self.monday, clock, self.zone).astimezone(UTC)
