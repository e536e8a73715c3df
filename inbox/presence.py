"""Which conversation a teammate has open in front of them, so that nobody is told by phone of what they look at.

It is a hint in the cache: while Redis is away nobody looks at anything, and everybody is told.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.core.cache import cache

# A desk says it again with each heartbeat; one that was killed is not believed for longer than this.
LASTS = 60


def looks_at(teammate: int, conversation: uuid.UUID) -> None:
    """Note that a teammate (by key) has a conversation (its public id) open on a page that is in front of them."""
    cache.set(_key(teammate, conversation), 1, LASTS)


def looks_away(teammate: int, conversation: uuid.UUID) -> None:
    """Note that they closed it, or turned to something else. Another page of theirs says so anew by itself."""
    cache.delete(_key(teammate, conversation))


def who_looks(pairs: Collection[tuple[int, uuid.UUID]]) -> set[tuple[int, uuid.UUID]]:
    """Return those of these (teammate's key, conversation's public id) of which the one looks at the other."""
    keys = {_key(*pair): pair for pair in pairs}
    found = cache.get_many(list(keys)) if keys else {}
    return {keys[key] for key in found}


def _key(teammate: int, conversation: uuid.UUID) -> str:
    return f"front:{teammate}:{conversation}"
