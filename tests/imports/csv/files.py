"""Imports of files, for tests of what reads them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from imports import beginning, planned
from imports.csv import mapping
from imports.csv.dialect import detect
from imports.csv.planning import plan
from imports.csv.reading import Broken, Row, rows
from imports.models import Batch, BatchKind, Import, ImportStatus, Source
from inbox.people.models import Workspace


def make_import(workspace: Workspace, data: bytes, columns: Mapping[str, str] | None = None, **fields: Any) -> Import:
    """Return an import of a file that waits to begin, its columns as they are said or else as they are proposed."""
    import_ = Import.objects.create(workspace=workspace, source=Source.CSV, name="people.csv", size=len(data))
    beginning.receive(import_, io.BytesIO(data), len(data))
    import_.refresh_from_db()
    if columns is not None:
        import_.mapping = mapping.from_names(import_.columns, columns)
        import_.key = mapping.key_of(import_.mapping)
    for name, value in fields.items():
        setattr(import_, name, value)
    import_.save()
    return import_


def make_plan(import_: Import) -> list[Batch]:
    """Plan an import, and return its batches of contacts."""
    import_.status, import_.leased_until = ImportStatus.PLANNING, timezone.now() + planned.LEASE
    import_.save()
    plan(import_)
    import_.refresh_from_db()
    return list(Batch.objects.filter(parent=import_, kind=BatchKind.CONTACTS).order_by("number"))


def read(data: bytes, **said: Any) -> list[Row | Broken]:
    """Return the rows of a file, written as it seems to be."""
    dialect = detect(data, whole=True)
    for name, value in said.items():
        dialect = type(dialect)(**{**dialect.as_json(), name: value})
    return list(rows(io.BytesIO(data), dialect))


def cells(data: bytes, **said: Any) -> list[list[str]]:
    """Return the cells of the rows of a file, all of which can be read."""
    found = read(data, **said)
    assert all(isinstance(row, Row) for row in found), found
    return [row.cells for row in found]
