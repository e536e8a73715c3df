"""Removing what an import made, where nobody has touched it since.

Touched is what was written after the import wrote it, and what any other row points to: a conversation, a browser, a
note, a merge, whatever table comes to be. Only what the program itself keeps of a contact goes with it.
"""

from __future__ import annotations

from functools import cache

from django.db.models import ForeignKey, ForeignObjectRel, Model

from imports.models import Batch, Change, SourceLink
from inbox.contacts.bulk.staging import fetch, run
from inbox.contacts.suggesting import counting
from inbox.models import Account, Contact, Identity, LikenessCheck, MatchKey, MergeSuggestion

# What is kept of a contact or an account without anybody having done anything with it.
_OWN: tuple[type[Model], ...] = (Identity, MatchKey, LikenessCheck, MergeSuggestion, SourceLink, Change)
_IDENTITIES_SINCE = """
AND NOT EXISTS (SELECT FROM inbox_identity AS i WHERE i.contact_id = t.id AND i.created_at <> %(at)s)
AND NOT EXISTS (SELECT FROM inbox_mergesuggestion AS s WHERE t.id IN (s.contact_id, s.candidate_id)
    AND s.status <> 'pending')
AND NOT EXISTS (SELECT FROM notifications_event AS e WHERE e.workspace_id = t.workspace_id AND e.contact = t.public_id)
"""


def remove_contacts(batch: Batch) -> list[int]:
    """Remove the untouched contacts that a batch made; return the keys of those that stay. In a transaction."""
    gone = _untouched(Contact, batch, f"AND t.root_id IS NULL {_IDENTITIES_SINCE}")
    others = _suggested(gone)
    for statement in (
        "DELETE FROM inbox_mergesuggestion WHERE contact_id = ANY(%(gone)s) OR candidate_id = ANY(%(gone)s)",
        *(
            f"DELETE FROM {model._meta.db_table} WHERE contact_id = ANY(%(gone)s)"  # noqa: S608
            for model in (Identity, MatchKey, LikenessCheck, SourceLink, Change)
        ),
        "DELETE FROM inbox_contact WHERE id = ANY(%(gone)s)",
    ):
        run(statement, gone=gone)
    if others:
        counting.recount(others)
    return sorted({*batch.made} - {*gone})


def remove_accounts(batch: Batch) -> list[int]:
    """Remove the untouched accounts that a batch made; return the keys of those that stay. In a transaction."""
    gone = _untouched(Account, batch, "")
    for model in (SourceLink, Change):
        run(f"DELETE FROM {model._meta.db_table} WHERE account_id = ANY(%(gone)s)", gone=gone)  # noqa: S608
    run("DELETE FROM inbox_account WHERE id = ANY(%(gone)s)", gone=gone)
    return sorted({*batch.made} - {*gone})


def _untouched(model: type[Model], batch: Batch, more: str) -> list[int]:
    statement = f"""
        SELECT t.id FROM {model._meta.db_table} AS t
        WHERE t.id = ANY(%(made)s) AND t.updated_at = %(at)s {_unused(model)} {more} ORDER BY t.id FOR UPDATE
    """  # noqa: S608
    return [pk for (pk,) in fetch(statement, made=batch.made, at=batch.applied_at)]


@cache
def _unused(model: type[Model]) -> str:
    """Return the condition that no row of any table points to one of `model`, but for what is its own."""
    columns = []
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and relation.related_model not in _OWN:
            pointing = relation.remote_field
            assert isinstance(pointing, ForeignKey), f"{pointing} has no column: say here what it means for an undo"
            columns.append((pointing.model._meta.db_table, pointing.column))
    return " ".join(f"AND NOT EXISTS (SELECT FROM {table} WHERE {column} = t.id)" for table, column in columns)


def _suggested(gone: list[int]) -> set[int]:
    """Return the other persons of suggestions that go with these contacts."""
    rows = fetch(
        "SELECT contact_id, candidate_id FROM inbox_mergesuggestion "
        "WHERE contact_id = ANY(%(gone)s) OR candidate_id = ANY(%(gone)s)",
        gone=gone,
    )
    sides = {side for row in rows for side in row} - {*gone}
    roots = Contact.objects.filter(pk__in=sides).values_list("pk", "root_id")
    return {root or pk for pk, root in roots}
