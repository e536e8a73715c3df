"""The accounts that a file names, each once: gathered over all its rows, in memory that does not grow with them.

Of what rows say of one account the last word counts, field by field; rows that do not count say nothing. Rows name an
account by its id, or else by its name in any case. Where a name stands in the file beside an id too, it means the
account with that id: of several, the one whose row comes last.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json

from imports.chunks import AccountRow
from imports.csv.checking import AccountSaid
from imports.csv.spill import Lines, Marks, Numbers

# What rows say is kept in memory for so many different accounts, or so many bytes; then a new stretch begins.
_MOST_SAID = 20_000
_MOST_BYTES = 4_000_000
_PER_PART = 5_000
_AT_ONCE = 65_536
_MOST_PARTS = 4_096


class _Stretch(NamedTuple):
    """Rows from `begin` on, whose numbers are those of `said` lines at `offset` of the file, from 1."""

    begin: int
    offset: int
    said: int


class Accounts:
    """Takes what each row says of an account, row after row, and gives the accounts when there are no more."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._said_by = Numbers(folder / "said_by")
        self._gathered = array("I")
        self._file = (folder / "said").open("w+b")
        self._known: dict[AccountSaid, int] = {}
        self._begin = self._offset = self._rows = self._bytes = self._total = 0
        self._stretches: list[_Stretch] = []
        self._renamed: Lines | None = None

    def add(self, said: AccountSaid | None) -> None:
        """Take what the next row says; None: it names none, or is refused."""
        self._gathered.append(0 if said is None else self._known.get(said) or self._note(said))
        self._rows += 1
        if len(self._gathered) >= _AT_ONCE:
            self._said_by.extend(self._gathered)
            self._gathered = array("I")

    def merged(self, dropped: Marks, go_on: Callable[[], None]) -> Iterator[AccountRow]:
        """Yield the accounts, their numbers being the places of the last rows that name them.

        `go_on` is called every now and then.
        """
        self._said_by.extend(self._gathered)
        self._end_stretch()
        count = min(_MOST_PARTS, self._total // _PER_PART + 1)
        by_id, by_name = Lines(self._folder / "by_id", count), Lines(self._folder / "by_name", count)
        self._renamed = Lines(self._folder / "renamed", len(self._stretches) + 1)
        for at, stretch in enumerate(self._stretches):
            self._sort(at, stretch, dropped, by_id, by_name)
            go_on()
        for part in range(count):
            yield from self._named(by_name.read(part), by_id)
            go_on()
        for part in range(count):
            for external_id, said in _grouped(by_id.read(part)):
                yield AccountRow(max(place for place, _ in said), external_id, None, _together(said))
            go_on()

    def renamed(self, begin: int, end: int) -> Iterator[tuple[int, str]]:
        """Yield the rows from `begin` to before `end` whose account's name means one with an id, and that id."""
        assert self._renamed is not None
        for at, stretch in enumerate(self._stretches):
            stop = self._stretches[at + 1].begin if at + 1 < len(self._stretches) else self._rows
            if stretch.begin >= end or stop <= begin or not (ids := dict(self._renamed.read(at))):
                continue
            first = max(begin, stretch.begin)
            for place, number in enumerate(self._said_by.read(first, min(end, stop)), first):
                if number in ids:
                    yield place, ids[number]

    def _note(self, said: AccountSaid) -> int:
        if len(self._known) >= _MOST_SAID or self._bytes >= _MOST_BYTES:
            self._end_stretch()
        line = to_json([said.external_id, said.name, said.values]) + b"\n"
        self._file.write(line)
        self._bytes += len(line)
        self._known[said] = number = len(self._known) + 1
        return number

    def _end_stretch(self) -> None:
        self._stretches.append(_Stretch(self._begin, self._offset, len(self._known)))
        self._total += len(self._known)
        self._begin, self._offset, self._bytes = self._rows, self._offset + self._bytes, 0
        self._known.clear()

    def _sort(self, at: int, stretch: _Stretch, dropped: Marks, by_id: Lines, by_name: Lines) -> None:
        """Lay down what was said in a stretch by rows that count."""
        stop = self._stretches[at + 1].begin if at + 1 < len(self._stretches) else self._rows
        last = array("q", [-1]) * (stretch.said + 1)
        for begin in range(stretch.begin, stop, _AT_ONCE):
            for place, number in enumerate(self._said_by.read(begin, min(begin + _AT_ONCE, stop)), begin):
                if number and place not in dropped:
                    last[number] = place
        self._file.seek(stretch.offset)
        for number in range(1, stretch.said + 1):
            line = self._file.readline()
            if last[number] < 0:
                continue
            external_id, name, values = from_json(line)
            if external_id is not None:
                by_id.add_by(external_id, [external_id, last[number], values])
            if name := values.get("name"):
                bare = values if external_id is None else None
                by_name.add_by(upper(name), [upper(name), last[number], external_id, bare, at, number])

    def _named(self, lines: list[Any], by_id: Lines) -> Iterator[AccountRow]:
        """Yield the accounts that have a name alone; what is said of the others by name goes to their ids."""
        assert self._renamed is not None
        lines.sort(key=lambda line: (line[0], line[1]))
        for name, group in groupby(lines, key=lambda line: line[0]):
            said = list(group)
            ids = [external_id for _, _, external_id, _, _, _ in said if external_id is not None]
            bare = [line for line in said if line[2] is None]
            if not ids and bare:
                yield AccountRow(bare[-1][1], None, name, _together([(line[1], line[3]) for line in bare]))
            elif ids:
                for _, place, _, values, at, number in bare:
                    by_id.add_by(ids[-1], [ids[-1], place, values])
                    self._renamed.add(at, [number, ids[-1]])


def upper(name: str) -> str:
    """Return a name as names are compared: as PostgreSQL's upper() has it, which keeps each letter one letter."""
    return name.upper() if name.isascii() else "".join(up if len(up := sign.upper()) == 1 else sign for sign in name)


def _grouped(lines: list[Any]) -> Iterator[tuple[str, list[tuple[int, dict[str, Any]]]]]:
    lines.sort(key=lambda line: (line[0], line[1]))
    for external_id, group in groupby(lines, key=lambda line: line[0]):
        yield external_id, [(place, values) for _, place, values in group]


def _together(said: list[tuple[int, dict[str, Any]]]) -> dict[str, Any]:
    """Return what is said by all, the later word over the earlier; `said` is in the order of the rows."""
    values: dict[str, Any] = {}
    attributes: dict[str, Any] = {}
    for _, more in said:
        values |= more
        attributes |= more.get("attributes", {})
    return {**values, "attributes": attributes} if attributes else values
