"""Emptying the tables after a test that commits.

Django truncates them: PostgreSQL then makes new files for more than a hundred tables and all their indexes, which takes
longer than most tests. The few rows that a test leaves are deleted in a hundredth of that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.contenttypes.management import create_contenttypes
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.models.signals import post_migrate

# Tables that Django would fill again after each flush, with the same rows.
KEPT = ("django_content_type", "auth_permission")
# As a replica, so that neither the order of the tables matters nor a trigger: that takes a superuser.
DELETE = """DO $$ DECLARE emptied regclass; BEGIN
    SET LOCAL session_replication_role = replica;
    FOREACH emptied IN ARRAY ARRAY[{}]::regclass[] LOOP EXECUTE 'DELETE FROM ' || emptied; END LOOP;
END $$"""


def delete_instead_of_truncating() -> None:
    """Have each flush of this process delete, where the run's database user may do so."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW is_superuser")
        if cursor.fetchone() != ("on",):
            return
    post_migrate.disconnect(create_contenttypes)
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    truncate = DatabaseOperations.sql_flush

    def sql_flush(
        self: DatabaseOperations, style: Any, tables: Sequence[str], *, reset_sequences: bool = False, **options: Any
    ) -> list[str]:
        if reset_sequences:
            return truncate(self, style, tables, reset_sequences=True, **options)
        names = ", ".join(f"'{self.quote_name(table)}'" for table in tables if table not in KEPT)
        return [DELETE.format(names)]

    DatabaseOperations.sql_flush = sql_flush  # type: ignore[assignment,method-assign]
