"""How a file is written, found out from its first bytes."""

from __future__ import annotations

import io
import re
from itertools import islice

import clevercsv
from clevercsv.exceptions import NoDetectionResult

from imports.csv import reading
from imports.csv.encodings import encoding_of
from imports.csv.fields import is_known
from imports.csv.guessing import is_data
from imports.csv.written import Dialect
from imports.csv.wrong_files import binary, wrong_file
from imports.errors import ImportRefused

__all__ = ["Dialect", "NotCsv", "detect"]

DELIMITERS = ",;\t|"
_QUOTES = "\"'"
# clevercsv's time grows with the cube of the longest word.
_SIGNS = 6_000
_LONG_WORD = re.compile(r"[^\s,;|\t\"'\\]{24,}")
_ROWS = 100
_MOST_ABOVE = 10
# What Excel writes before the first row so that it finds the delimiter again.
_SEP = re.compile(r"\"?sep=(.)\"?\r?\n?\Z", re.IGNORECASE | re.DOTALL)


class NotCsv(ImportRefused):
    """The file is no CSV. `code` is stable, `detail` says what to do."""


def detect(head: bytes, *, whole: bool) -> Dialect:
    """Return how a file that begins with `head` is written; `whole`: that is all of it. Raises NotCsv."""
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise NotCsv("empty", "This file is empty. Choose another one.")
    if wrong := wrong_file(head):
        raise NotCsv(*wrong)
    encoding = encoding_of(head, whole=whole)
    if not encoding.startswith(("utf-16", "utf-32")) and (wrong := binary(head)):
        raise NotCsv(*wrong)
    text = head.decode(encoding, "replace").removeprefix("\ufeff")
    first = text.splitlines()[0] if text.strip() else ""
    told = _SEP.fullmatch(first)
    dialect = _told(text, told[1]) if told else _sniffed(text)
    dialect = Dialect(encoding, dialect.delimiter, dialect.quote, escape=dialect.escape, spaced=dialect.spaced)
    found = _sample(head, dialect, whole=whole)
    if not found:
        raise NotCsv("empty", "There is no row in this file. Choose another one.")
    skip = 1 if told else _above(found)
    return Dialect(
        encoding, dialect.delimiter, dialect.quote, _has_header(found[skip:]), skip, dialect.escape, dialect.spaced
    )


def _told(text: str, delimiter: str) -> Dialect:
    return Dialect(delimiter=delimiter, spaced=_is_spaced(text, delimiter, '"'))


def _sniffed(text: str) -> Dialect:
    delimiter, quote, escape = _clever(text)
    line = next((line for line in text.splitlines() if line.strip()), "")
    names = {sign: sum(is_known(name.strip(" \"'")) for name in line.split(sign)) for sign in DELIMITERS}
    if max(names.values()) > 1 and not names.get(delimiter):  # names that are known say more than odd rows below
        delimiter = max(names, key=lambda sign: names[sign])
    if not delimiter:
        delimiter = max(DELIMITERS, key=line.count)
    quotes = text[: _SIGNS * 4]
    # An apostrophe is a quote only where cells begin and end with it, and nothing else quotes them.
    bounds = rf"(?:^|{re.escape(delimiter)})'[^'\r\n]*'(?={re.escape(delimiter)}|\r|\n|\Z)"
    if quote != "'" or '"' in quotes or len(re.findall(bounds, quotes, re.MULTILINE)) < 2:
        quote = '"'
    escaped = escape == "\\" and rf"\{quote}" in quotes
    return Dialect(
        delimiter=delimiter, quote=quote, escape="\\" if escaped else "", spaced=_is_spaced(quotes, delimiter, quote)
    )


def _clever(text: str) -> tuple[str, str, str]:
    """Return what clevercsv makes of the text: delimiter, quote, escape, each "" where it finds none."""
    try:
        found = clevercsv.Sniffer().sniff(bounded(text), delimiters=list(DELIMITERS), verbose=False)
    except (NoDetectionResult, clevercsv.Error, ValueError):
        return "", "", ""
    if found is None:
        return "", "", ""
    return found.delimiter or "", found.quotechar or "", found.escapechar or ""


def bounded(text: str) -> str:
    """Return the beginning of a text, so much as is looked at in a bounded time: few signs, long words cut short."""
    sample = _LONG_WORD.sub(lambda word: word[0][:24], text[: _SIGNS * 10])
    return sample if len(sample) <= _SIGNS else sample[:_SIGNS].rpartition("\n")[0] or sample[:_SIGNS]


def _is_spaced(text: str, delimiter: str, quote: str) -> bool:
    """Return whether a blank stands between delimiters and quotes, and belongs to neither."""
    return delimiter != " " and text.count(f"{delimiter} {quote}") > text.count(f"{delimiter}{quote}")


def _sample(head: bytes, dialect: Dialect, *, whole: bool) -> list[list[str]]:
    """Return the first records, the last left out where the head may have cut it."""
    rows = list(islice(reading.rows(io.BytesIO(head), dialect), _ROWS + 1))
    if len(rows) > _ROWS or (not whole and len(rows) > 1):
        rows = rows[:-1]
    return [row.cells for row in rows]


def _above(found: list[list[str]]) -> int:
    """Return how many rows stand above the table: titles and remarks, of one cell where the others have several."""
    if sorted(len(cells) for cells in found)[len(found) // 2] < 2:
        return 0
    for place, cells in enumerate(found[: _MOST_ABOVE + 1]):
        said = [cell for cell in cells if cell.strip()]
        if len(said) > 1 or any(is_known(cell) or is_data(cell) for cell in said):
            return place
    return 0


def _has_header(found: list[list[str]]) -> bool:
    """Return whether the first row names the columns. Where nothing speaks against it, it does."""
    first, others = found[0], found[1:]
    if any(is_known(cell) for cell in first):
        return not any("@" in cell for cell in first)
    if any(is_data(cell) for cell in first):
        # Numbers may be names: those of years, above a column of anything.
        return bool(others) and not any(is_data(cell) == "email" for cell in first) and not _goes_on(first, others)
    return True


def _goes_on(first: list[str], others: list[list[str]]) -> bool:
    """Return whether the first row holds, in some column, what the rows below hold there."""
    for place, cell in enumerate(first):
        kind = is_data(cell)
        below = [cells[place] for cells in others if place < len(cells) and cells[place].strip()]
        if kind and below and sum(is_data(one) == kind for one in below) >= len(below) * 0.8:
            return True
    return False
