"""Imports whose batches are given, for tests of what works them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from imports import batches, chunks, planned
from imports.chunks import AccountRow, ContactRow, Verdicts
from imports.models import Batch, BatchKind, Import, ImportStatus, Source
from inbox.people.models import Workspace


def make_import(
    workspace: Workspace,
    contacts: Sequence[Sequence[ContactRow]] = (),
    accounts: Sequence[AccountRow] = (),
    verdicts: Sequence[Verdicts] = (),
    **fields: Any,
) -> Import:
    """Return a running import of these batches of contacts, and of one of accounts."""
    import_ = Import.objects.create(
        workspace=workspace, source=Source.CSV, name="people.csv", status=ImportStatus.PLANNING,
        leased_until=timezone.now() + planned.LEASE, **fields,
    )  # fmt: skip
    rows: list[Batch] = []
    for number, each in enumerate(contacts):
        said = dict(verdicts[number]) if number < len(verdicts) else {}
        file = chunks.write(import_, BatchKind.CONTACTS, number, each)
        refused = len(said.get("refusals", ()))  # type: ignore[arg-type]
        rows.append(
            Batch(
                workspace=workspace, parent=import_, number=number, kind=BatchKind.CONTACTS, file=file,
                rows=len(each) + refused, verdicts=said,
            )
        )  # fmt: skip
    if accounts:
        file = chunks.write(import_, BatchKind.ACCOUNTS, 0, accounts)
        rows.append(
            Batch(workspace=workspace, parent=import_, number=0, kind=BatchKind.ACCOUNTS, file=file, rows=len(accounts))
        )
    import_.total = sum(row.rows for row in rows if row.kind == BatchKind.CONTACTS)
    planned.begin_running(import_, rows)
    return import_


def work_all() -> int:
    """Do all that is due; return how many things there were."""
    count = 0
    while batches.drain():
        count += 1
    return count
