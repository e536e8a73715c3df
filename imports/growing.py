"""Telling PostgreSQL how its tables grow while an import fills them.

Autovacuum looks once a minute (autovacuum_naptime). Until then the planner takes a table for as small as it was before
the import, and reads all of it for a page of the list that an index would have given at once.
"""

from __future__ import annotations

from django.db import connection

from imports.models import Batch
from inbox.models import Account, Contact, Identity


def analyze_if_doubled(batch: Batch) -> None:
    """Have PostgreSQL look at the tables of people anew, where so many batches of an import are done as to have doubled
    it. One of a single batch changes no table much."""
    done = batch.number + 1
    if batch.parent.dry_run or done < 2 or done & (done - 1):
        return
    with connection.cursor() as cursor:
        for model in (Contact, Identity, Account):
            # SKIP_LOCKED: whoever holds the lock is a vacuum, which analyzes too, or a migration, which must not wait.
            cursor.execute(f"ANALYZE (SKIP_LOCKED) {connection.ops.quote_name(model._meta.db_table)}")
