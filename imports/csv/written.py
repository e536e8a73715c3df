"""How a CSV file is written."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, TypedDict


class Options(TypedDict, total=False):
    """What the standard library's readers and writers take."""

    delimiter: str
    quotechar: str
    escapechar: str | None
    skipinitialspace: bool


@dataclass(frozen=True)
class Dialect:
    """`encoding` as Python names it; `delimiter` and `quote`, one sign each; `escape`: "\\" where that precedes quotes.

    `has_header`: the first row names the columns. `skip`: rows above it that belong to no table, such as a title.
    `spaced`: a blank after each delimiter is no part of the cell. `mended`: it is a file of refused rows that comes
    back (mended.py).
    """

    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    has_header: bool = True
    skip: int = 0
    escape: str = ""
    spaced: bool = False
    mended: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return what from_json takes."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Dialect:
        """Return the dialect that as_json gave. What is not there is as it is most often."""
        return cls(**{one.name: kept[one.name] for one in fields(cls) if one.name in kept})

    def options(self) -> Options:
        """Return it for csv.reader."""
        return {
            "delimiter": self.delimiter,
            "quotechar": self.quote,
            "escapechar": self.escape or None,
            "skipinitialspace": self.spaced,
        }
