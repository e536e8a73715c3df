"""What apps above the inbox, and other parts of it, do with what they know of a person who is erased."""

from __future__ import annotations

from collections.abc import Callable

from inbox.contacts.erasing.person import Person

# Runs in the transaction that erases, after the events were blanked (`person.events` are their keys). What is no row
# is deleted after the commit, by a drain that finds it by a row which this writes: a process may die between the two.
Eraser = Callable[[Person], None]
ERASERS: list[Eraser] = []


def add_eraser(eraser: Eraser) -> None:
    """Have `eraser` called whenever a person is erased, once."""
    if eraser not in ERASERS:
        ERASERS.append(eraser)
