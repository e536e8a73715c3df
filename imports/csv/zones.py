"""Time zones as people write them down."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import available_timezones


@lru_cache(maxsize=4_096)
def zone_named(said: str) -> str | None:
    """Return the IANA zone that somebody means: by its name in any case, or by its city ("Berlin"); None for none."""
    word = said.strip().replace(" ", "_").casefold()
    return _zones().get(word)


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    names = sorted(available_timezones() - {"Factory", "localtime"})
    by_city: dict[str, list[str]] = {}
    for name in names:
        area, slash, city = name.rpartition("/")
        if slash and not area.startswith(("Etc", "SystemV", "US", "Canada", "Brazil", "Mexico", "Chile")):
            by_city.setdefault(city.casefold(), []).append(name)
    cities = {city: found[0] for city, found in by_city.items() if len(found) == 1}
    return cities | {name.casefold(): name for name in names}
