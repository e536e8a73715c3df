"""CSV that a spreadsheet opens without running anything."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

# What a spreadsheet takes for the beginning of a formula, in its full-width forms too.
_FORMULA = tuple("=+-@＝＋－＠|%")
_CONTROLS = ("\t", "\r", "\n")


def safe_cell(value: str) -> str:
    """Return a cell's text with an apostrophe before what a spreadsheet could read as a formula."""
    if value.startswith(_CONTROLS) or value.lstrip().startswith(_FORMULA):
        return f"'{value}"
    return value


def text(rows: Iterable[Iterable[str]]) -> str:
    """Return rows as CSV (RFC 4180), every cell safe."""
    out = io.StringIO()
    csv.writer(out).writerows([safe_cell(cell) for cell in row] for row in rows)
    return out.getvalue()
