"""The temporary tables of one call, and how rows get into them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

# Nested loops over indexes cost the same however many contacts a workspace has, and whatever the planner believes of a
# table that has just been filled: a hash join or a sequential scan would read them all.
_PLAN = """
SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_seqscan = off; SET LOCAL jit = off
"""


def stage(table: str, columns: str, rows: Iterable[Sequence[Any]], names: str) -> None:
    """Make the temporary table `table` with `columns` (SQL), and copy rows into its columns `names`."""
    with connection.cursor() as cursor:
        cursor.execute(_PLAN)
        # A second call in one transaction finds the table of the first.
        cursor.execute(f"DROP TABLE IF EXISTS {table}")
        cursor.execute(f"CREATE TEMPORARY TABLE {table} ({columns}) ON COMMIT DROP")
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"ANALYZE {table}")


def run(statement: str, **values: Any) -> int:
    """Run one statement and return how many rows it concerned."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def fetch(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    """Run one statement and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
