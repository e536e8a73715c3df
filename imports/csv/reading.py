"""The rows of a CSV file, one after the other, in memory that does not grow with it.

Every record comes out once, as a Row or as Broken, under the number that a spreadsheet would show beside it: the first
record of the file is 1, lines in quotes are one record, and blank lines count but are no rows. The same file gives the
same numbers always.

Quotes that are never closed would make one record of all that follows. So a record that spans lines is asked whether
its quotes are sound: when they close in the middle of a cell, not before the end of the file, or not within LOOKAHEAD
characters, they were never closed. Then the first line of it is Broken, and the next line begins a record of its own.
"""

from __future__ import annotations

import codecs
import csv
import io
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from itertools import chain, islice
from typing import IO, BinaryIO, NamedTuple

from imports.csv.mended import as_it_was
from imports.csv.quotes import Scan
from imports.csv.written import Dialect

# Characters of one record; what is longer is told and passed over.
LONGEST = 1_000_000
LOOKAHEAD = 32_000_000
LONGEST_NAME = 100
_SHOWN = 1_000
# What stands for bytes that are no text in the file's encoding. No text that decodes holds it.
_MARK = "\udcff"
_MARKING = "frontdesk.marking"

csv.field_size_limit(max(csv.field_size_limit(), 2 * LONGEST))


def _mark(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return _MARK, error.end


codecs.register_error(_MARKING, _mark)


class Row(NamedTuple):
    """One record. `cells` are as they stand in the file, and may be fewer or more than there are columns."""

    number: int
    cells: list[str]


class Broken(NamedTuple):
    """A record that cannot be read: `code` is stable, `detail` says what to do; `cells` are what can be shown of it."""

    number: int
    code: str
    detail: str
    cells: list[str]


def rows(file: BinaryIO, dialect: Dialect) -> Iterator[Row | Broken]:
    """Yield the rows of a file, the one that names the columns first if there is one. The file stays open."""
    found: Iterator[Row | Broken] = islice(_Records(file, dialect), dialect.skip, None)
    if dialect.mended:
        found = (one._replace(cells=[as_it_was(cell) for cell in one.cells]) for one in found)
    if not dialect.has_header:
        return found
    # What is wrong with it is no fault of a row: names are mended.
    header = (Row(one.number, one.cells) for one in islice(found, 1))
    return chain(header, found)


def named(header: Iterable[str]) -> list[str]:
    """Return the names of columns, each different ("Email", "Email 2"). One without has its place's: "Column 3"."""
    names: list[str] = []
    taken: set[str] = set()
    for place, cell in enumerate(header, 1):
        said = " ".join("".join(sign if sign.isprintable() else " " for sign in cell).split())
        base = name = said[:LONGEST_NAME] or f"Column {place}"
        count = 1
        while name.casefold() in taken:
            count += 1
            name = f"{base} {count}"
        taken.add(name.casefold())
        names.append(name)
    return names


class _Records:
    """Reads records by the standard library's reader, and looks after what it does not."""

    def __init__(self, file: BinaryIO, dialect: Dialect) -> None:
        self._dialect = dialect
        self._options = dialect.options()
        self._text = io.TextIOWrapper(file, encoding=dialect.encoding, errors=_MARKING, newline="")
        first = self._text.readline(LONGEST).removeprefix("\ufeff")
        # The last one is read first: what was looked at and comes again lies on top of the file.
        self._sources = [iter(partial(self._text.readline, LONGEST), ""), iter([first] if first else [])]
        self._number = 0
        self._taken: list[str] = []  # the lines of the record that is being read
        self._flaw = False
        self._cut = False  # the record is too large for the reader
        self._ended = False

    def __iter__(self) -> Iterator[Row | Broken]:
        try:
            while not self._ended:
                yield from self._read()
                if self._cut:
                    yield self._pass_over()
        finally:
            with suppress(ValueError):  # the file is closed already
                self._text.detach()

    def _read(self) -> Iterator[Row | Broken]:
        """Yield records until one is cut, or turns out to have begun where it should not."""
        taken = self._taken
        for cells in csv.reader(self._feed(), **self._options):
            if self._cut:
                return
            if (len(taken) > 1 or self._ended) and not self._is_sound():
                yield self._never_closed(taken[0], iter(taken[1:]))
                return
            self._number += 1
            if self._flaw:
                yield _flawed(self._number, cells)
                self._flaw = False
            elif cells:
                yield Row(self._number, cells)
            taken.clear()

    def _feed(self) -> Iterator[str]:
        """Yield the lines for the reader, and remember those of the record that it reads."""
        taken, size = self._taken, 0
        while self._sources:
            for line in self._sources[-1]:
                size = size + len(line) if taken else len(line)
                taken.append(line)
                if size >= LONGEST:
                    self._cut = True
                    return
                if "\0" in line or (_MARK in line and not line.isascii()):
                    self._flaw = True
                yield line
            self._sources.pop()
        self._ended = True

    def _is_sound(self) -> bool:
        try:
            return len(list(csv.reader(self._taken, strict=True, **self._options))) == 1
        except csv.Error:
            pass  # it may still be: a quote within a cell of one line says nothing
        scan = Scan(self._dialect)
        for place, line in enumerate(self._taken, 1):
            scan.feed(line, last=self._ended and place == len(self._taken))
        return not (scan.inside or scan.broken)

    def _never_closed(self, line: str, again: Iterator[str]) -> Broken:
        """Refuse a record by its first line, and have the rest of what was read of it read again."""
        self._sources.append(again)
        self._ended = self._cut = self._flaw = False
        self._taken.clear()
        self._number += 1
        detail = f"A quote that is opened in row {self._number} is never closed. Close it, or write it twice."
        return Broken(self._number, "quote_open", detail, _shown(line, self._dialect))

    def _pass_over(self) -> Broken:
        """Read on to the end of a record that is too large, and keep nothing but what may have to be read again."""
        scan, first, seen, again = Scan(self._dialect), self._taken[0], 0, None
        taken, ends = iter(list(self._taken)), False
        self._taken.clear()
        for piece in chain(taken, self._rest()):
            seen += len(piece)
            if again is not None:
                again.write(piece)
            ends = scan.feed(piece)
            if ends or scan.broken or (again is not None and seen > LOOKAHEAD):
                break
            if again is None and piece.endswith(("\n", "\r")):
                again = tempfile.TemporaryFile("w+", encoding="utf-8", errors="surrogatepass", newline="")  # noqa: SIM115
        else:
            scan.feed("", last=True)
            self._ended = True
        if ends or not (scan.broken or scan.inside):
            if again is not None:
                again.close()
            return self._too_large(first)
        # What the loop held back of the lines that were taken comes before what it did not read.
        self._sources.append(taken)
        return self._never_closed(first, _read_again(again) if again is not None else iter(()))

    def _rest(self) -> Iterator[str]:
        while self._sources:
            source = self._sources[-1]
            while piece := next(source, ""):  # "yield from" would close it together with this
                yield piece
            self._sources.pop()

    def _too_large(self, line: str) -> Broken:
        self._cut = self._flaw = False
        self._number += 1
        detail = f"It has more than {LONGEST:,} characters. Shorten its longest cell."
        return Broken(self._number, "cell_too_large", detail, _shown(line, self._dialect))


def _read_again(file: IO[str]) -> Iterator[str]:
    file.seek(0)
    with file:
        yield from iter(partial(file.readline, LONGEST), "")


def _flawed(number: int, cells: list[str]) -> Broken:
    clean = [cell.replace("\0", "").replace(_MARK, "\ufffd") for cell in cells]
    place = next((place for place, cell in enumerate(cells, 1) if _MARK in cell), 0)
    if place:
        detail = f"Cell {place} is not written in the encoding of the file. Write it again, and save the file as UTF-8."
        return Broken(number, "undecodable", detail, clean)
    place = next(place for place, cell in enumerate(cells, 1) if "\0" in cell)
    return Broken(number, "nul", f"Cell {place} holds a NUL, which is no text. Take it out.", clean)


def _shown(line: str, dialect: Dialect) -> list[str]:
    clean = line[:_SHOWN].rstrip("\r\n").replace("\0", "").replace(_MARK, "\ufffd")
    return clean.split(dialect.delimiter)
