"""Time zones: which there are to choose from, and how a place in one is called."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils import timezone

# What is kept for old programs alone: abbreviations, and offsets whose signs are the wrong way round.
_OLD = ("Etc/", "SystemV/", "US/", "posix/", "right/")


@lru_cache(maxsize=1)
def zone_names() -> tuple[str, ...]:
    """Return the zones that a person would choose from: "Area/City", and UTC first."""
    cities = {name for name in available_timezones() if "/" in name and not name.startswith(_OLD)}
    return ("UTC", *sorted(cities))


@lru_cache(maxsize=1)
def zone_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the same by region, for a <select>: [("Europe", [("Europe/Lisbon", "Lisbon"), …]), …], UTC last."""
    regions: dict[str, list[tuple[str, str]]] = {}
    for name in zone_names():
        region, slash, place = name.partition("/")
        if slash:
            regions.setdefault(region, []).append((name, place.replace("_", " ").replace("/", ", ")))
    return [*regions.items(), ("Everywhere", [("UTC", "UTC")])]


def is_zone(name: str) -> bool:
    """Return whether `name` is an IANA zone, also one of the old ones."""
    return name in available_timezones() - {"Factory", "localtime"}


def zone_of(name: str) -> ZoneInfo:
    """Return the zone of this name; UTC for one that this machine's tables do not hold."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def zone_words(name: str) -> str:
    """Return whose time it is: "Lisbon time" for "Europe/Lisbon", "UTC" for "UTC"."""
    area, _, place = name.rpartition("/")
    return f"{place.replace('_', ' ')} time" if area else name


def in_words(zone: str, moment: datetime | None = None) -> str:
    """Return a moment (now, if none is given) as a letter says it: "Tuesday, 3 March 2026, 14:05 (Lisbon time)"."""
    known = zone if is_zone(zone) else "UTC"
    local = (moment or timezone.now()).astimezone(ZoneInfo(known))
    place = "UTC" if known == "UTC" else f"{known.rpartition('/')[2].replace('_', ' ')} time"
    return f"{local:%A}, {local.day} {local:%B %Y, %H:%M} ({place})"
