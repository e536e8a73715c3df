"""What an automation has to know of contacts: asked of the floor above, whose they are."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class ContactFacts:
    """One contact as an automation sees it: the key of its workspace, the public ids of all contacts of its person, and
    what the person is called. `email` is a proved address of theirs, "" where there is none; `is_claimed` says that
    there is one which is only claimed. `values` and `account` are what a template may say of them, as JSON values."""

    id: uuid.UUID
    workspace: int
    person: tuple[uuid.UUID, ...]
    name: str
    email: str = ""
    is_claimed: bool = False
    timezone: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    account: Mapping[str, Any] = field(default_factory=dict)


Asker = Callable[[Collection[uuid.UUID]], Mapping[uuid.UUID, ContactFacts]]
_askers: list[Asker] = []


def ask_of(asker: Asker) -> None:
    """Have `asker` say what is known of contacts (by public ids; who is not there any more is left out). There is
    one: the app whose they are."""
    _askers[:] = [asker]


def facts_of(contacts: Collection[uuid.UUID]) -> Mapping[uuid.UUID, ContactFacts]:
    """Return what is known of these contacts. A number of queries that does not grow."""
    return _askers[0](contacts) if _askers and contacts else {}
