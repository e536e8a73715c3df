"""How a bell is struck: milliseconds of hammer on, off, on …"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

# From the beginning of one strike to that of the next, in milliseconds.
STRIKE_GAP = 700
# From the beginning of one roll to whatever comes after it.
ROLL_GAP = 10_000
_ON = 80
DING, DING_DING = [_ON], [_ON, STRIKE_GAP - _ON, _ON]
ROLL = [60, 90] * 9 + [60]
NAMED: dict[str, list[int]] = {"ding": DING, "ding-ding": DING_DING, "roll": ROLL}

# What a coil and an office bear: milliseconds of one strike and of one pause, numbers in all, milliseconds in all.
SHORTEST_ON, LONGEST_ON = 10, 200
SHORTEST_OFF, LONGEST_OFF = 50, 5000
MOST_NUMBERS = 39
LONGEST = 10_000

_HELP = "Write ding, ding-ding, roll, or milliseconds on, off, on as 80 400 80"


class PatternRefused(ValueError):
    """This is no pattern that a bell can be struck in. The text says what to write."""


@dataclass(frozen=True)
class Address:
    """Where a route rings and how: a pattern as it is written, and a bell's name ("": all of them)."""

    pattern: str
    bell: str = ""

    def __str__(self) -> str:
        return f"{self.pattern} at {self.bell}" if self.bell else self.pattern


def address_of(text: str) -> Address:
    """Read "ding", "80 400 80" or "roll at Kitchen". Raises PatternRefused."""
    pattern, at, bell = " ".join(text.split()).partition(" at ")
    if at and not bell.strip():
        raise PatternRefused("Name the bell after “at”, or leave both away: then every bell rings.")
    return Address(written(numbers_of(pattern)), bell.strip())


def numbers_of(text: str) -> list[int]:
    """Return a pattern's milliseconds from its name or from numbers. Raises PatternRefused."""
    name = text.strip().lower()
    if name in NAMED:
        return NAMED[name]
    parts = re.split(r"[\s,/]+", name)
    if not all(re.fullmatch(r"[0-9]{1,5}", part) for part in parts):
        raise PatternRefused(f"{_HELP}.")
    return checked([int(part) for part in parts])


def checked(numbers: Sequence[int]) -> list[int]:
    """Return milliseconds as they are rung, without a pause at the end. Raises PatternRefused."""
    kept = list(numbers)
    if len(kept) > MOST_NUMBERS + 1 or not kept:
        raise PatternRefused(f"{_HELP}: from one to {MOST_NUMBERS} numbers.")
    if len(kept) % 2 == 0:
        kept.pop()
    if not all(SHORTEST_ON <= number <= LONGEST_ON for number in kept[::2]):
        raise PatternRefused(f"The hammer is on for {SHORTEST_ON} to {LONGEST_ON} ms at a time: a coil burns.")
    if not all(SHORTEST_OFF <= number <= LONGEST_OFF for number in kept[1::2]):
        raise PatternRefused(f"A pause lasts from {SHORTEST_OFF} to {LONGEST_OFF} ms.")
    if sum(kept) > LONGEST:
        raise PatternRefused(f"A pattern lasts at most {LONGEST // 1000} seconds.")
    return kept


def written(numbers: Sequence[int]) -> str:
    """Return a pattern as people write it: its name where it has one."""
    for name, known in NAMED.items():
        if list(numbers) == known:
            return name
    return " ".join(map(str, numbers))


def seconds(numbers: Sequence[int]) -> float:
    """Return how long a pattern lasts, in seconds."""
    return sum(numbers) / 1000


def pause_after(numbers: Sequence[int]) -> float:
    """Return how many seconds after a pattern's beginning the next one may begin: a strike's gap after its last
    strike; after a roll so long that a storm is no alarm."""
    if list(numbers) == ROLL:
        return ROLL_GAP / 1000
    return (sum(numbers[:-1]) + STRIKE_GAP) / 1000
