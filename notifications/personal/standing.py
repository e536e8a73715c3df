"""How a teammate stands to what they are about to be told of: asked of the floor above, which knows conversations."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from enum import Enum, auto
from typing import NamedTuple


class Place(NamedTuple):
    """One teammate (by key) and one place in a conversation (its public id, and a `seq` or None for all of it)."""

    teammate: int
    conversation: uuid.UUID
    seq: int | None


class Standing(Enum):
    """What the teammate knows of the place already."""

    UNREAD = auto()
    # They have it open, in front of them.
    IN_FRONT = auto()
    READ = auto()
    NO_SIGHT = auto()


Asker = Callable[[Collection[Place]], dict[Place, Standing]]
_askers: list[Asker] = []


def ask_of(asker: Asker) -> None:
    """Have `asker` say how teammates stand to places. There is one: the app whose conversations they are."""
    _askers[:] = [asker]


def standings(places: Collection[Place]) -> dict[Place, Standing]:
    """Return how each teammate stands to each place. Where nobody can say, they may see nothing."""
    if not places:
        return {}
    if not _askers:
        return dict.fromkeys(places, Standing.NO_SIGHT)
    return _askers[0](places)
