"""Which of several events about one object is the last: decided from the set of them, never from how they came.

Stripe's clock has whole seconds. Within one, deleted comes last and created first; of updates, one follows another
whose object has the values that it says were there before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from integrations.stripe.shapes import Happening, Json

# More updates than this in one second are not tried in every order.
MOST_TRIED = 7


def rank(type_: str) -> int:
    """Return where an event of a type stands among those of its second."""
    last = type_.rpartition(".")[2]
    if last in ("deleted", "detached"):
        return 3
    return {"updated": 2, "automatically_updated": 2, "created": 0, "attached": 0}.get(last, 1)


def newest(events: Iterable[Happening]) -> Happening | None:
    """Return the last of the events of one object; None of none."""
    found = sorted({event.id: event for event in events}.values(), key=_key)
    if not found:
        return None
    best = found[-1]
    ties = [event for event in found if _key(event)[:2] == _key(best)[:2]]
    if len(ties) == 1 or rank(best.type) != 2:
        return best
    before = [event for event in found if _key(event)[:2] < _key(best)[:2]]
    return _last_of(ties, newest(before))


def _key(event: Happening) -> tuple[int, int, str]:
    return event.created, rank(event.type), event.id


def _last_of(updates: list[Happening], before: Happening | None) -> Happening:
    """Return the last of the updates of one second, by the order in which each finds what it says was there before."""
    if len(updates) <= MOST_TRIED:
        for start in ([before.object] if before else []) + [None]:
            chain = _chain(start, updates)
            if chain:
                return chain[-1]
    ends = [
        one for one in updates if not any(other is not one and _follows(other, one.object) for other in updates)
    ]  # fmt: skip
    return (ends or updates)[-1]


def _chain(start: Json | None, left: list[Happening]) -> list[Happening]:
    """Return all of `left` in an order that fits, the first by id of those that do; [] where none does."""
    if not left:
        return []
    for one in left:
        if start is not None and not _follows(one, start):
            continue
        rest = [other for other in left if other is not one]
        if not rest:
            return [one]
        chain = _chain(one.object, rest)
        if chain:
            return [one, *chain]
    return []


def _follows(event: Happening, state: Json) -> bool:
    return _was(event.previous, state)


def _was(previous: Any, state: Any) -> bool:
    """Whether a state has the values that an event says were there before it. Objects may be named in part."""
    if isinstance(previous, Mapping):
        found = state if isinstance(state, Mapping) else {}
        return all(_was(value, found.get(key)) for key, value in previous.items())
    return bool(previous == state)
