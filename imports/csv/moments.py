"""Days and moments as files write them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, tzinfo
from email.utils import parsedate_to_datetime

WRITE_DAY = "Write it as 2026-01-31."
WRITE_MOMENT = "Write it as 2026-01-31 or 2026-01-31 14:05."
_UNIX = re.compile(r"\d{9,10}|\d{12,13}")
_DAY_FIRST = re.compile(r"(?P<a>\d{1,2})\.(?P<b>\d{1,2})\.(?P<year>\d{4})(?P<rest>[ ,T].*)?")
_SLASHES = re.compile(r"(?P<a>\d{1,2})[/-](?P<b>\d{1,2})[/-](?P<year>\d{4})(?P<rest>[ ,T].*)?")
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})[/.-](?P<a>\d{1,2})[/.-](?P<b>\d{1,2})(?P<rest>[ T].*)?")
_WORDS = re.compile(
    r"(?:[A-Za-z]{3,9},? )?(?:(?P<month>[A-Za-z]{3,9})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,?|"
    r"(?P<day2>\d{1,2})(?:st|nd|rd|th)?\.?[ -](?P<month2>[A-Za-z]{3,9})\.?,?)[ -](?P<year>\d{4})(?P<rest>[ ,T].*)?"
)
_TIME = re.compile(
    r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?"
    r" ?(?P<half>[AaPp]\.?[Mm]\.?)?(?: ?(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d)(?: UTC)?)?"
)
_MONTHS = {month: number for number, month in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_YEARS = range(1900, 2200)


class NoMoment(ValueError):
    """This is no day or moment, or could be two. The message says what to write."""


def moment_of(said: str, zone: tzinfo) -> str:
    """Return a moment as ISO 8601 with its offset; one without an offset is in `zone`. Raises NoMoment.

    It takes ISO 8601, seconds and milliseconds since 1970, 31.01.2026, 2026/01/31, Jan 31, 2026, each with a time or
    without, and days in slashes that can be read in one way only.
    """
    said = said.strip()
    if said.isdecimal() and _UNIX.fullmatch(said):
        return datetime.fromtimestamp(int(said[:-3] if len(said) > 10 else said), UTC).isoformat()
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        found = _spelled(said, WRITE_MOMENT)
    if found.year not in _YEARS:
        raise NoMoment(f"Its year is {found.year}. {WRITE_MOMENT}")
    return (found if found.tzinfo is not None else found.replace(tzinfo=zone)).isoformat()


def day_of(said: str) -> str:
    """Return a day as 2026-01-31; of a moment, the day that it says. Raises NoMoment."""
    said = said.strip()
    try:
        found = date.fromisoformat(said)
    except ValueError:
        try:
            found = datetime.fromisoformat(said).date()
        except ValueError:
            found = _spelled(said, WRITE_DAY).date()
    if found.year not in _YEARS:
        raise NoMoment(f"Its year is {found.year}. {WRITE_DAY}")
    return found.isoformat()


def _spelled(said: str, write: str) -> datetime:
    try:
        for shape, read in (
            (_YEAR_FIRST, _year_first),
            (_DAY_FIRST, _day_first),
            (_SLASHES, _slashes),
            (_WORDS, _words),
        ):
            if found := shape.fullmatch(said):
                return _with_time(read(found, write), found["rest"] or "", write)
        return parsedate_to_datetime(said)
    except NoMoment:
        raise
    except (ValueError, TypeError, IndexError) as error:
        raise NoMoment(f"That is no date. {write}") from error


def _year_first(found: re.Match[str], write: str) -> datetime:
    return datetime(int(found["year"]), int(found["a"]), int(found["b"]))


def _day_first(found: re.Match[str], write: str) -> datetime:
    return datetime(int(found["year"]), int(found["b"]), int(found["a"]))


def _slashes(found: re.Match[str], write: str) -> datetime:
    one, other = int(found["a"]), int(found["b"])
    if one != other and one <= 12 and other <= 12:
        raise NoMoment(f"That could be day and month, or month and day. {write}")
    day, month = (one, other) if one > 12 else (other, one)
    return datetime(int(found["year"]), month, day)


def _words(found: re.Match[str], write: str) -> datetime:
    month = _MONTHS.get((found["month"] or found["month2"]).lower()[:3])
    if month is None:
        raise NoMoment(f"That is no month. {write}")
    return datetime(int(found["year"]), month, int(found["day"] or found["day2"]))


def _with_time(day: datetime, rest: str, write: str) -> datetime:
    rest = rest.strip(" ,T")
    if not rest:
        return day
    found = _TIME.fullmatch(rest)
    if found is None:
        raise NoMoment(f"That is no time of day. {write}")
    hour = int(found["hour"])
    if found["half"]:
        if not 1 <= hour <= 12:
            raise NoMoment(f"That is no time of day. {write}")
        hour = hour % 12 + (12 if found["half"][0] in "pP" else 0)
    moment = day.replace(hour=hour, minute=int(found["minute"]), second=int(found["second"] or 0))
    zone = found["zone"]
    if not zone:
        return moment
    offset = "+00:00" if zone in ("Z", "UTC", "GMT") else zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"
    return datetime.fromisoformat(f"{moment.isoformat()}{offset}")
