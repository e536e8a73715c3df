"""Migrations on a live database: one deployer at a time, and no table is held up by a migration that waits.

A change of a table waits for the queries that use it, and everybody else then waits behind the change. So it waits
LOCK_SECONDS at most, lets go, and tries again. Migrations that are not atomic (an index built CONCURRENTLY) hold
nobody up, and wait as long as they need."""

from __future__ import annotations

import os
import sys
import time
from typing import Any

import django
from django.core.management.base import CommandError
from django.db.utils import OperationalError

LOCK_SECONDS = 5
TRIES = 30
PAUSE_SECONDS = 3.0
# Any number will do, as long as it is always the same.
DEPLOYER = 7_236_041_995


def main(arguments: list[str], *, tries: int = TRIES, pause: float = PAUSE_SECONDS) -> int:
    """Migrate (`arguments` go to Django's migrate) and return the exit status: 0 when the tables are up to date."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.production")
    django.setup()
    from django.db import connection

    for attempt in range(1, tries + 1):
        try:
            _migrate(arguments)
            return 0
        except CommandError as error:
            say(str(error))
            return 1
        except OperationalError as error:
            why = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            say(f"try {attempt} of {tries}: {why}")
            connection.close()
            if attempt < tries:
                time.sleep(pause)
    say("The tables are not up to date. Nothing is half done: what was not finished was undone. Try again when the "
        "database is less busy, or end the long queries (docs/operations.md).")  # fmt: skip
    return 1


def _migrate(arguments: list[str]) -> None:
    from django.core.management import call_command
    from django.db import connection

    _become_the_only_one()
    try:
        clear_leftovers(planned_indexes())
        call_command(_command(), *arguments, interactive=False)
    finally:
        if connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [DEPLOYER])


def _become_the_only_one() -> None:
    """Take the deployers' lock, asking again and again.

    Waiting for it inside of PostgreSQL would be simpler and wrong: who waits there holds a snapshot, and an index that
    the other one builds CONCURRENTLY waits for all older snapshots to end.
    """
    from django.db import connection

    waits = False
    while True:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [DEPLOYER])
            row = cursor.fetchone()
        if row and row[0]:
            return
        if not waits:
            say("somebody else is migrating; waiting for them.")
            waits = True
        time.sleep(0.5)


def _command() -> Any:
    """Django's migrate, told before each migration how long it may wait for a table."""
    from django.core.management.commands import migrate
    from django.db import connection

    class Command(migrate.Command):
        def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
            if action in ("apply_start", "unapply_start"):
                seconds = LOCK_SECONDS if migration.atomic else 0
                with connection.cursor() as cursor:
                    cursor.execute(f"SET lock_timeout = '{seconds}s'")
            super().migration_progress_callback(action, migration, fake)

    return Command()


def planned_indexes() -> list[str]:
    """Return the names of the indexes that migrations yet to be applied build CONCURRENTLY."""
    from django.contrib.postgres.operations import AddIndexConcurrently
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    operations = [operation for migration, _ in plan for operation in migration.operations]
    return [operation.index.name for operation in operations if isinstance(operation, AddIndexConcurrently)]


def clear_leftovers(names: list[str]) -> None:
    """Drop those of the named indexes that an earlier try was stopped in building: they bar the next one."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
            "WHERE NOT indisvalid AND relname = ANY(%s)",
            [names],
        )
        for (name,) in cursor.fetchall():
            say(f"dropping {name}, which an earlier try did not finish.")
            cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {connection.ops.quote_name(name)}")


def say(text: str) -> None:
    """Tell the person who deploys."""
    print(f"migrate: {text}", file=sys.stderr, flush=True)
