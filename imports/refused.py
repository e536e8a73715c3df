"""The rows that were refused, and why: the first of them to look at, all of them as a file to mend and import again.

That file has the cells as they came, made harmless for spreadsheets, behind a column that says why. When it comes back,
that column is left out, and a cell that was made harmless is again what it was.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import NamedTuple

from django.db import connection

from imports import chunks, storing
from imports.csv import reading
from imports.csv.mended import REASON
from imports.csv.written import Dialect
from imports.models import Batch, BatchKind, Import, Source
from inbox.csv_lines import safe_cell

BOM = b"\xef\xbb\xbf"
_AT_ONCE = 200
_SUMMED = """
SELECT refusal ->> 1, count(*), min(refusal ->> 2) FROM imports_batch, jsonb_array_elements(refusals) AS refusal
WHERE parent_id = %s AND refused > 0 GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 12
"""


class Refused(NamedTuple):
    """A refused row: its number in the file, and why."""

    number: int
    code: str
    detail: str


class Reason(NamedTuple):
    """How many rows were refused for the same reason, and what was said to one of them."""

    code: str
    rows: int
    example: str


def rows_of(import_: Import) -> Iterator[Refused]:
    """Yield the refused rows in the order of the file."""
    found = Batch.objects.filter(parent=import_, refused__gt=0).exclude(kind=BatchKind.ACCOUNTS)
    for refusals in found.order_by("kind", "number").values_list("refusals", flat=True).iterator(chunk_size=5):
        for number, code, detail in sorted(refusals):
            yield Refused(number, code, detail)


def reasons_of(import_: Import) -> list[Reason]:
    """Return why rows were refused, the most frequent reason first. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMMED, [import_.pk])
        return [Reason(*row) for row in cursor.fetchall()]


def can_download(import_: Import) -> bool:
    """Return whether what the rows held is still there."""
    return import_.file_gone_at is None and not import_.options.get("erase")


def lines(import_: Import) -> Iterator[bytes]:
    """Yield the file of refused rows, some rows at a time. Raises storing.FileGone."""
    out = io.StringIO()
    writer = csv.writer(out)
    yield BOM
    for count, cells in enumerate(_cells(import_), 1):
        writer.writerow([safe_cell(cell) for cell in cells])
        if count % _AT_ONCE == 0:
            yield _taken(out)
    yield _taken(out)


def _cells(import_: Import) -> Iterator[list[str]]:
    return _from_file(import_) if import_.source == Source.CSV else _from_source(import_)


def _from_file(import_: Import) -> Iterator[list[str]]:
    """Yield the headings, then each refused row: why, and its cells. The file is read once, up to the last of them."""
    dialect = Dialect.from_json(import_.dialect)
    # One that came back has such a column already.
    begin = 1 if dialect.mended else 0
    yield [REASON, *import_.columns[begin:]]
    wanted = rows_of(import_)
    refused = next(wanted, None)
    if refused is None:
        return
    with storing.open_file(import_) as file:
        for row in reading.rows(file, dialect):
            if row.number < refused.number:
                continue
            yield [refused.detail, *row.cells[begin:]]
            refused = next(wanted, None)
            if refused is None:
                return


def _from_source(import_: Import) -> Iterator[list[str]]:
    """Yield the same of what came from another system: what was to be written of each contact."""
    yield [REASON, "id", "user id", "email", "phone", "name"]
    found = Batch.objects.filter(parent=import_, refused__gt=0, kind=BatchKind.CONTACTS).order_by("number")
    for batch in found.iterator(chunk_size=5):
        why = {number: detail for number, _, detail in batch.refusals}
        for row in chunks.read_contacts(batch):
            if row.number in why:
                told = (row.source_id, row.external_id, row.email, row.phone, row.name)
                yield [why[row.number], *(value or "" for value in told)]


def _taken(out: io.StringIO) -> bytes:
    """Return what was written so far, and begin anew."""
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text.encode("utf-8", "replace")
