"""Migrations run on live tables (docs/operations.md): they can be undone, and hold nobody up."""

from __future__ import annotations

import importlib
import inspect
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator

import psycopg
import pytest
from django.apps import apps
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.models.fields import NOT_PROVIDED

from settings.migrating import clear_leftovers
from tests.stack import ROOT, Stack, database_url

# Generous, for a machine that does much else: nothing here is measured.
pytestmark = pytest.mark.timeout(600)

OURS = {"people", "inbox", "notifications", "imports", "integrations", "bell"}
# The tables that grow without end: an ordinary CREATE INDEX would stop every write to them for as long as it takes.
BIG = {"inbox": {"message", "conversation", "contact", "identity", "visitor"}}
MARKER = "safe because"
INDEXES = (migrations.AddIndex, migrations.AddConstraint)
TAKEN_AWAY = (
    migrations.RenameField,
    migrations.RemoveField,
    migrations.RenameModel,
    migrations.DeleteModel,
    migrations.AlterModelTable,
)


def written() -> list[tuple[str, migrations.Migration]]:
    """Return our migrations after each app's first, by name."""
    graph = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    return [(f"{app}.{name}", graph[app, name]) for app, name in sorted(graph) if app in OURS and name[:4] != "0001"]


def source_of(migration: migrations.Migration) -> str:
    return inspect.getsource(importlib.import_module(type(migration).__module__))


def operations(migration: migrations.Migration) -> Iterator[Operation]:
    for operation in migration.operations:
        if isinstance(operation, migrations.SeparateDatabaseAndState):
            yield from operation.database_operations
        else:
            yield operation


def made_here(migration: migrations.Migration) -> set[str]:
    return {o.name.lower() for o in operations(migration) if isinstance(o, migrations.CreateModel)}


def new_field(operation: Operation, big: bool, explained: bool) -> str | None:
    if not isinstance(operation, migrations.AddField):
        return None
    field = operation.field
    if not field.null and field.db_default is NOT_PROVIDED and not field.many_to_many:
        return f"{operation.name} needs null=True or db_default, or code that runs cannot insert"
    if big and (field.db_index or field.unique):
        return f"{operation.name} brings an index; add that with AddIndexConcurrently"
    return None


def taken_away(operation: Operation, big: bool, explained: bool) -> str | None:
    if isinstance(operation, TAKEN_AWAY) and not explained:
        return f'running code still uses it; do it a release later, and say "{MARKER} …" in a comment'
    return None


def index(operation: Operation, big: bool, explained: bool) -> str | None:
    if big and isinstance(operation, INDEXES) and not isinstance(operation, AddIndexConcurrently) and not explained:
        return "use AddIndexConcurrently (NOT VALID for a constraint) on a table of this size"
    return None


def altered(operation: Operation, big: bool, explained: bool) -> str | None:
    if big and isinstance(operation, migrations.AlterField) and not explained:
        return f'may rewrite the table; say "{MARKER} …" in a comment if it does not'
    return None


def one_way(operation: Operation, big: bool, explained: bool) -> str | None:
    if isinstance(operation, migrations.RunPython | migrations.RunSQL) and not operation.reversible:
        return "cannot be undone; give it a reverse, noop at least"
    return None


RULES = (new_field, taken_away, index, altered, one_way)


def complaints(app: str, migration: migrations.Migration, source: str = "") -> list[str]:
    """Return what of a migration would hurt a live database, in words. Tables that it makes itself are free."""
    found: list[str] = []
    new, steps = made_here(migration), list(operations(migration))
    for operation in steps:
        model = str(getattr(operation, "model_name", "")).lower()
        if model in new:
            continue
        said = [rule(operation, model in BIG.get(app, ()), MARKER in source) for rule in RULES]
        found.extend(f"{type(operation).__name__} on {model}: {words}" for words in said if words)
    concurrent = any(isinstance(step, AddIndexConcurrently | RemoveIndexConcurrently) for step in steps)
    if migration.atomic and concurrent:
        found.append("CONCURRENTLY needs atomic = False")
    if not migration.atomic and len(steps) > 1:
        found.append("a migration that is not atomic does one thing, so that it can be tried again")
    return found


@pytest.mark.parametrize(("name", "migration"), written(), ids=[name for name, _ in written()])
def test_a_migration_holds_nobody_up(name: str, migration: migrations.Migration) -> None:
    assert complaints(name.split(".")[0], migration, source_of(migration)) == []


def migration_of(*steps: Operation, atomic: bool = True) -> migrations.Migration:
    made = migrations.Migration("9999_test", "inbox")
    vars(made).update(operations=list(steps), atomic=atomic)
    return made


INDEX = models.Index(fields=["seq"], name="by_seq")


@pytest.mark.parametrize(
    "migration",
    [
        migration_of(migrations.AddField("message", "x", models.TextField(default=""))),
        migration_of(migrations.AddField("message", "x", models.TextField(null=True, db_index=True))),
        migration_of(migrations.AddIndex("message", INDEX)),
        migration_of(AddIndexConcurrently("message", INDEX)),
        migration_of(AddIndexConcurrently("message", INDEX), migrations.RunSQL("", ""), atomic=False),
        migration_of(migrations.RemoveField("message", "text")),
        migration_of(migrations.RenameField("contact", "name", "label")),
        migration_of(migrations.AlterField("contact", "name", models.TextField())),
        migration_of(migrations.RunPython(lambda *_: None)),
        migration_of(migrations.SeparateDatabaseAndState([migrations.RemoveField("message", "text")])),
    ],
)
def test_what_would_hurt_is_seen(migration: migrations.Migration) -> None:
    assert complaints("inbox", migration)


def test_what_does_not_hurt_is_let_pass() -> None:
    safe = [
        migration_of(migrations.AddField("message", "x", models.TextField(default="", db_default=""))),
        migration_of(migrations.AddField("message", "x", models.TextField(null=True))),
        migration_of(AddIndexConcurrently("message", INDEX), atomic=False),
        migration_of(migrations.CreateModel("New", [("id", models.BigAutoField(primary_key=True))]),
                     migrations.AddField("new", "x", models.TextField()),
                     migrations.AddIndex("new", models.Index(fields=["x"], name="by_x"))),
        migration_of(migrations.RunPython(lambda *_: None, migrations.RunPython.noop)),
    ]  # fmt: skip
    assert [complaints("inbox", one) for one in safe] == [[]] * len(safe)


def test_every_app_of_ours_is_looked_at() -> None:
    assert {app.label for app in apps.get_app_configs() if app.name.split(".")[0] in {"inbox", *OURS}} == OURS


def shape(url: str) -> set[tuple[object, ...]]:
    """Return all columns, indexes and constraints of a database."""
    with psycopg.connect(url) as connection:
        columns = connection.execute(
            "SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns "
            "WHERE table_schema = 'public'"
        ).fetchall()
        indexes = connection.execute("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'").fetchall()
        constraints = connection.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE connamespace = 'public'::regnamespace AND contype <> 'n'"
        ).fetchall()
        return {*columns, *indexes, *constraints}


@pytest.fixture
def demo() -> Iterator[Stack]:
    """The demo's database, with nothing running on it."""
    stack = Stack()
    yield stack
    stack.stop()


UNDO = """
from django.core.management import call_command
for app in {apps}:
    call_command("migrate", app, "0001", verbosity=0)
"""


def test_every_migration_after_the_first_can_be_undone_and_done_again_with_data_in_the_tables(demo: Stack) -> None:
    url = database_url(demo.database)
    before = shape(url)
    demo.manage("migrate", "people", "0001", "--verbosity", "0")
    assert shape(url) != before
    # What needed the people of later migrations was undone with them; the rest is undone by name.
    undone = [app for app in sorted(OURS) if any(name.startswith(f"{app}.") for name, _ in written())]
    demo.manage("shell", "-c", UNDO.format(apps=undone))
    demo.manage("migrate", "--verbosity", "0")
    assert shape(url) == before
    assert demo.query("SELECT count(*) > 20 FROM inbox_message") == [(True,)]


def start_migrating(url: str, *arguments: str, **options: object) -> subprocess.Popen[str]:
    """Start settings/migrating.py in a process of its own, over the settings of one machine."""
    code = f"import sys; from settings.migrating import main; sys.exit(main({list(arguments)!r}, **{options!r}))"
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "settings.local", "DATABASE_URL": url}
    return subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


@pytest.fixture
def empty() -> Iterator[str]:
    """The address of an empty database."""
    name = f"migrating_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(database_url("postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        yield database_url(name)
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_two_deployers_at_once_migrate_one_after_the_other(empty: str, demo: Stack) -> None:
    both = [start_migrating(empty, "--verbosity", "0") for _ in range(2)]
    said = [process.communicate(timeout=120)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert shape(empty) == shape(database_url(demo.database))


def test_a_migration_that_meets_a_long_query_lets_go_and_comes_back(demo: Stack) -> None:
    url = database_url(demo.database)
    demo.manage("migrate", "people", "0001", "--verbosity", "0")
    with psycopg.connect(url) as reader:
        reader.execute("SELECT count(*) FROM people_workspace")  # holds the table until its transaction ends
        process = start_migrating(url, "--verbosity", "0", tries=50, pause=0.1)
        assert process.stdout
        line = next(line for line in process.stdout if "try 1" in line)
        assert "lock timeout" in line
        # Meanwhile nobody else waits: what it had asked for it has let go of.
        with psycopg.connect(url, options="-c lock_timeout=4s") as writer:
            writer.execute("UPDATE people_workspace SET name = name")
        reader.rollback()
    rest = process.stdout.read()
    assert process.wait(60) == 0, rest


@pytest.mark.django_db(transaction=True)
def test_an_index_that_was_left_half_built_is_cleared_away_and_nobody_elses() -> None:
    with connection.cursor() as cursor:
        for name in ("half_built", "somebody_elses", "whole"):
            cursor.execute(f"CREATE INDEX {name} ON inbox_message (seq)")
        cursor.execute(
            "UPDATE pg_index SET indisvalid = false FROM pg_class WHERE pg_class.oid = indexrelid "
            "AND relname IN ('half_built', 'somebody_elses')"
        )
        try:
            clear_leftovers(["half_built", "whole", "not_there"])
            cursor.execute(
                "SELECT indexname FROM pg_indexes WHERE indexname IN ('half_built', 'somebody_elses', 'whole')"
            )
            assert {name for (name,) in cursor.fetchall()} == {"somebody_elses", "whole"}
        finally:
            cursor.execute("DROP INDEX somebody_elses, whole")


def test_a_database_that_is_away_is_said_and_ends_with_an_error() -> None:
    process = start_migrating("postgres://nobody@127.0.0.1:1/none", tries=2, pause=0.0)
    said = process.communicate(timeout=60)[0]
    assert process.returncode == 1
    assert "try 2 of 2" in said
    assert "Traceback" not in said
