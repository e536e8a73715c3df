"""Where one record ends, and whether its quotes are sound. Asked only of what looks odd, so it need not be quick."""

from __future__ import annotations

import re

from imports.csv.written import Dialect


class Scan:
    """Follows one record through its text: physical lines, long ones in pieces.

    `inside`: the text so far ends within quotes. `broken`: quotes that were opened in one line close in a later one in
    the middle of a cell, as happens where the first was never closed and these are the next cell's.
    """

    def __init__(self, dialect: Dialect) -> None:
        self.inside = False
        self.broken = False
        self._dialect = dialect
        self._at_start = True  # of a cell
        self._line = self._opened_in = 0
        self._held = ""
        quote, delimiter = re.escape(dialect.quote), re.escape(dialect.delimiter)
        escaped = rf"({re.escape(dialect.escape)}.)|" if dialect.escape else "()(?!)|"
        self._opening = re.compile(f"{delimiter}{' *' if dialect.spaced else ''}{quote}")
        self._quote = re.compile(rf"{escaped}{quote}(?:({quote})|( *(?:[{delimiter}\r\n]|\Z)))?", re.DOTALL)

    def feed(self, piece: str, *, last: bool = False) -> bool:
        """Take a line, or a piece of one; return whether the record ends with it. `last`: the file does."""
        ends = piece.endswith(("\n", "\r"))
        if self.inside and not self._held and self._dialect.quote not in piece and not self._dialect.escape:
            self._line += ends
            return False
        text = self._held + piece
        self._held = ""
        if not ends and not last:
            text = self._hold(text)
        place = 0
        while place < len(text):
            place = self._in_quotes(text, place) if self.inside else self._outside(text, place)
        self._line += ends
        return (ends or last) and not self.inside

    def _hold(self, text: str) -> str:
        """Keep quotes at the end for the next piece, which tells what they mean; of many, as many as mean the same."""
        bare = text.rstrip(self._dialect.quote)
        if bare and bare[-1] == self._dialect.escape:
            bare = bare[:-1]
        tail = text[len(bare) :]
        many = len(tail)
        self._held = tail if many < 4 else tail[: 2 + many % 2]
        return bare

    def _outside(self, text: str, place: int) -> int:
        blanks = " " if self._dialect.spaced else ""
        if self._at_start:
            while place < len(text) and text[place] == blanks:
                place += 1
            if text.startswith(self._dialect.quote, place):
                return self._open(place + 1)
        if found := self._opening.search(text, place):
            return self._open(found.end())
        if place < len(text):
            end = text.rstrip(" ") if blanks else text
            self._at_start = end.endswith((self._dialect.delimiter, "\n", "\r"))
        return len(text)

    def _open(self, place: int) -> int:
        self.inside, self._opened_in, self._at_start = True, self._line, False
        return place

    def _in_quotes(self, text: str, place: int) -> int:
        found = self._quote.search(text, place)
        if found is None:
            return len(text)
        if found[1] or found[2]:
            return found.end()
        self.inside = False
        if found[3] is None and self._opened_in != self._line:
            self.broken = True
        return found.start() + 1
