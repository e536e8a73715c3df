"""What apps above the inbox add to all that is known of a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from inbox.contacts.erasing.person import Person

# Yields plain values about a person, one at a time. Of other customers nothing may be among them.
Teller = Callable[[Person], Iterator[dict[str, Any]]]
TELLERS: dict[str, Teller] = {}


def add_teller(name: str, teller: Teller) -> None:
    """Have `teller` called for each export of a person; what it yields is under `name` (letters alone), beside what
    the inbox knows."""
    TELLERS[name] = teller
