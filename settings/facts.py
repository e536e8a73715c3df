"""What a line tells beside its message, as fields that CloudWatch Logs Insights can be asked for by name."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

# Insights reads the fields of a line only where there are 200 at most.
MOST_FIELDS = 150
MOST_ITEMS = 50
MAX_DEPTH = 5
# What every line says of itself: no field of the data may stand in its place.
OWN = frozenset({"time", "level", "logger", "message", "exception", "stack", "fields_left_out"})


def flat(facts: Mapping[Any, Any]) -> dict[str, Any]:
    """Return facts as one level of JSON values.

    What lies deeper is named by its way there ("card.brand", as Insights names it too); a list is one text. NaN, which
    JSON has no word for, is null. What is over MOST_FIELDS is left out, and its number said.
    """
    found: dict[str, Any] = {}
    left_out = 0
    for name, value in _leaves(facts, "", 0):
        if len(found) < MOST_FIELDS or name in found:
            found[f"{name}_" if name in OWN else name] = value
        else:
            left_out += 1
    if left_out:
        found["fields_left_out"] = left_out
    return found


def _leaves(facts: Mapping[Any, Any], before: str, depth: int) -> Iterator[tuple[str, Any]]:
    for key, value in facts.items():
        name = f"{before}{text_of(key)[:100]}"
        if isinstance(value, Mapping) and value and depth < MAX_DEPTH:
            yield from _leaves(value, f"{name}.", depth + 1)
        else:
            yield name, plain(value)


def plain(value: Any) -> Any:
    """Return a JSON value that is text, a number, a truth or nothing."""
    if value is None or isinstance(value, str | bool):
        return value
    # By its base: an enum of numbers is a number here.
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes | bytearray):
        return bytes(value).decode("utf-8", "replace")
    if isinstance(value, Mapping):
        return json.dumps({text_of(key): text_of(item) for key, item in _first(value.items())})
    if isinstance(value, list | tuple | set | frozenset):
        return json.dumps([plain(item) for item in _first(value)])
    return text_of(value)


def _first(items: Iterable[Any]) -> list[Any]:
    return [item for item, _ in zip(items, range(MOST_ITEMS), strict=False)]


def text_of(value: Any) -> str:
    """Return any value as text; only its type where it cannot say."""
    try:
        return str(value)
    except Exception:
        return f"<{type(value).__name__}>"
