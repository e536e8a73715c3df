"""What became of the rows of one call."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


class Retry(Exception):
    """Somebody else wrote the same at this moment: roll the transaction back, and do it again."""


@dataclass
class Outcome:
    """How many rows ended how, why each refused one was ([number, code, what to do]), and the keys of what was made."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    refusals: list[list[Any]] = field(default_factory=list)
    made: list[int] = field(default_factory=list)
