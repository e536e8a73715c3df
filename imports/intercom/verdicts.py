"""What only all rows of a sync together show: who came twice, and who says what another proves.

Intercom's lists move while they are read, and its emails are not unique. Batches run in any order, so what comes of
such rows is decided here, once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction

from imports import chunks
from imports.models import Batch, BatchKind, Import
from imports.planned import keep

_TABLE = """
CREATE TEMPORARY TABLE sync_row (
    batch bigint, n int, source_id text, external_id text, email text, phone text
) ON COMMIT DROP
"""
# Whoever is listed twice, or was merged into somebody who comes later, counts as they were the last time.
_TWICE = """
SELECT batch, n FROM (
    SELECT batch, n, row_number() OVER (PARTITION BY {field} ORDER BY n DESC) AS place FROM sync_row
    WHERE {field} IS NOT NULL
) AS o WHERE place > 1 ORDER BY n
"""
_GONE = "DELETE FROM sync_row WHERE n = ANY(%s)"
_SAME = """
SELECT batch, n FROM (
    SELECT batch, n, row_number() OVER (PARTITION BY {field} ORDER BY n) AS place FROM sync_row
    WHERE {field} IS NOT NULL
) AS o WHERE place > 1 ORDER BY n
"""


def judge(import_: Import) -> None:
    """Write down in the batches of a sync what is to be known of their rows. Raises LeaseLost."""
    keep(import_)
    batches = {
        batch.pk: batch for batch in Batch.objects.filter(parent=import_, kind=BatchKind.CONTACTS).order_by("number")
    }
    if not batches:
        return
    found: dict[int, chunks.Verdicts] = defaultdict(chunks.Verdicts)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TABLE)
        with cursor.copy("COPY sync_row FROM STDIN") as copy:
            for row in _rows(batches.values()):
                copy.write_row(row)
        cursor.execute("ANALYZE sync_row")
        for field in ("source_id", "external_id"):
            cursor.execute(_GONE, [_note(cursor, _TWICE.format(field=field), "superseded", found)])
        _note(cursor, _SAME.format(field="email"), "claims_email", found)
        _note(cursor, _SAME.format(field="phone"), "claims_phone", found)
        for pk, batch in batches.items():
            if batch.verdicts != found.get(pk, {}):
                batch.verdicts = dict(found.get(pk, {}))
                batch.save(update_fields=["verdicts"])
        cursor.execute("DROP TABLE sync_row")


def _rows(batches: Any) -> Iterator[tuple[int | str | None, ...]]:
    for batch in batches:
        for row in chunks.read_contacts(batch):
            proved = (row.email, row.phone) if row.proves else (None, None)
            yield (batch.pk, row.number, row.source_id, row.external_id, *proved)


def _note(cursor: Any, statement: str, name: str, found: dict[int, chunks.Verdicts]) -> list[int]:
    cursor.execute(statement)
    rows = cursor.fetchall()
    for batch, number in rows:
        found[batch].setdefault(name, []).append(number)  # type: ignore[misc]
    return [number for _, number in rows]
