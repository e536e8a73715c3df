"""What an import writes down beside the contacts and accounts, in the transaction that wrote them."""

from __future__ import annotations

from collections.abc import Iterable

from imports.chunks import ContactRow
from imports.models import Batch, Import, SourceLink
from inbox.contacts.bulk.staging import run

_CHANGES = """
INSERT INTO imports_change (workspace_id, parent_id, batch_id, {of}_id, before, after)
SELECT %(workspace)s, %(parent)s, %(batch)s, {key}, before, after FROM bulk_{of} WHERE verdict = 'updated' ORDER BY n
"""
_LINKS = """
INSERT INTO imports_sourcelink (workspace_id, source, kind, source_id, contact_id, changed_at)
SELECT %(workspace)s, %(source)s, 'contact', source_id, contact, changed_at FROM bulk_contact
WHERE source_id IS NOT NULL AND contact IS NOT NULL AND detail IS NULL ORDER BY source_id
ON CONFLICT (workspace_id, source, kind, source_id)
DO UPDATE SET contact_id = excluded.contact_id, changed_at = excluded.changed_at
"""


def write_down_contacts(batch: Batch) -> None:
    """Keep what `bulk_contact` says was there before, and which contact is what in its source."""
    run(_CHANGES.format(of="contact", key="root"), **_home(batch))
    run(_LINKS, source=batch.parent.source, workspace=batch.workspace_id)


def write_down_accounts(batch: Batch) -> None:
    """Keep what `bulk_account` says was there before."""
    run(_CHANGES.format(of="account", key="account"), **_home(batch))


def known_by_source(import_: Import, rows: Iterable[ContactRow]) -> dict[str, int]:
    """Return the contacts (their keys) that came from the same source before, by their ids there. At most one query."""
    wanted = [row.source_id for row in rows if row.source_id]
    if not wanted:
        return {}
    links = SourceLink.objects.filter(
        workspace=import_.workspace_id, source=import_.source, kind="contact", source_id__in=wanted
    )
    return {source_id: pk for source_id, pk in links.values_list("source_id", "contact_id") if pk is not None}


def _home(batch: Batch) -> dict[str, int]:
    return {"workspace": batch.workspace_id, "parent": batch.parent_id, "batch": batch.pk}
