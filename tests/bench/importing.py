"""Contacts from a file: 1,000,000 rows made, then the same rows again as changes, beside what PostgreSQL alone needs.

Beside the product, in the same run: COPY of the rows into a bare table with the same unique index; the same rows by
bare set SQL into the product's own tables (staging COPY, then an INSERT for each table, nothing of Python between);
and django-import-export on the first 20,000. `FRONTDESK_BENCH_ROWS` takes another number of rows.
"""

from __future__ import annotations

import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import psutil
import psycopg

from settings import services
from tests.bench import big
from tests.stack import ROOT

ROWS = int(os.environ.get("FRONTDESK_BENCH_ROWS", "1000000"))
RIVALS = 20_000
COMPANIES = 20_000
WORKERS = 2
HEADINGS = ["Name", "Email", "Phone", "Company", "Plan", "City", "Role", "Source", "Score", "Newsletter"]
MAPPING = [
    "name", "email", "phone", "account.name", "account.plan", "attributes.city", "attributes.role",
    "attributes.source", "attributes.score", "attributes.newsletter",
]  # fmt: skip
# The rows as the set SQL takes them: the file's columns.
_STAGING = ", ".join(f"{name} text" for name in "name email phone company plan city role source score news".split())
_BARE = {
    "accounts": """
        INSERT INTO inbox_account (workspace_id, external_id, name, domain, plan, status, timezone, modules, currency,
            stripe_customer_id, stripe_subscription_id, attributes, created_at, updated_at)
        SELECT DISTINCT ON (company) %(workspace)s, lower(company), company, '', plan, 'active', '', '{}'::text[], '',
            '', '', '{}'::jsonb, now(), now() FROM staging ON CONFLICT DO NOTHING""",
    "contacts": """
        INSERT INTO inbox_contact (public_id, workspace_id, account_id, name, email, phone, timezone, attributes,
            created_at, updated_at)
        SELECT gen_random_uuid(), %(workspace)s, a.id, s.name, s.email, s.phone, '', jsonb_build_object('city', s.city,
            'role', s.role, 'source', s.source, 'score', s.score, 'newsletter', s.news), now(), now()
        FROM staging AS s LEFT JOIN inbox_account AS a
            ON a.workspace_id = %(workspace)s AND a.external_id = lower(s.company)""",
    "emails": """
        INSERT INTO inbox_identity (workspace_id, contact_id, kind, value, verified_at, created_at)
        SELECT workspace_id, id, 'email', email, now(), now() FROM inbox_contact ORDER BY email
        ON CONFLICT DO NOTHING""",
    "phones": """
        INSERT INTO inbox_identity (workspace_id, contact_id, kind, value, verified_at, created_at)
        SELECT workspace_id, id, 'phone', phone, now(), now() FROM inbox_contact ORDER BY phone
        ON CONFLICT DO NOTHING""",
}


def measure() -> list[dict[str, Any]]:
    """Return the rows of the table."""
    with big.servers() as urls, tempfile.TemporaryDirectory() as folder:
        first, second = (_file(Path(folder), n) for n in (1, 2))
        copied = _copied(urls, first)
        bare = _bare(urls, first)
        rival = _rival(urls, first)
        with _database(urls, "ours") as url:
            env = _env(url, urls.redis, folder)
            collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"]
            subprocess.run(collect, cwd=ROOT, env=env, check=True)
            ours = json.loads(_probe(env, "import", str(first), str(second)))
    created, updated = ours["created"], ours["updated"]
    print(
        f"of it, reading and checking the file: {created['planning']:.0f} s of {created['seconds']:.0f} s; a worker at "
        f"rest {ours['idle_mb']:.0f} MB, at most {ours['peak_mb'] - ours['idle_mb']:.0f} MB more"
    )
    return [
        _row(f"{ROWS:,} rows of CSV, created (rows/s), beside bare set SQL", created["rate"], bare, "≥ 0.5"),
        _row("… beside COPY into a bare table", created["rate"], copied, ""),
        _row("… beside django-import-export", created["rate"], rival, "≥ 10"),
        _row("… again as updates, beside django-import-export", updated["rate"], rival, "≥ 10"),
        _row("a worker's memory at its peak, beside at rest (MB)", ours["peak_mb"], ours["idle_mb"], "≤ 60 more"),
        _row("the list of contacts meanwhile, p95 (ms)", ours["list_busy"], ours["list_idle"], "≤ 2×"),
        _row("a search meanwhile, p95 (ms)", ours["search_busy"], ours["search_idle"], "≤ 2×"),
    ]


def _row(what: str, ours: float, beside: float, aim: str) -> dict[str, Any]:
    ratio = round(ours / beside, 2 if ours < 100 * beside else 0)
    return {"what": what, "ours": round(ours, 1), "beside": round(beside, 1), "ratio": ratio, "aim": aim}


def _file(folder: Path, version: int) -> Path:
    path = folder / f"people-{version}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        writer.writerows(_person(n, version) for n in range(ROWS))
    return path


def _person(n: int, version: int) -> list[str]:
    return [
        f"Person Number {n}", f"person.{n}@company{n % COMPANIES}.example", f"+49 30 {n:08}",
        f"Company {n % COMPANIES}", "Pro" if n % COMPANIES % 3 else "Basic", f"City {n % 500}",
        f"Role {n % 40}", "fair", str(n % 100 + version),
        "yes" if n % 2 else "no",
    ]  # fmt: skip


def _env(url: str, redis: str, folder: str) -> dict[str, str]:
    return {
        **os.environ, "DATABASE_URL": url, "REDIS_URL": redis, "DJANGO_SETTINGS_MODULE": "settings.local",
        "MEDIA_ROOT": f"{folder}/media", "STATIC_ROOT": f"{folder}/static", "FRONTDESK_TEST_DURABLE": "1",
    }  # fmt: skip


@contextmanager
def _database(urls: services.Urls, name: str) -> Iterator[str]:
    """A migrated database with one workspace, for as long as the block runs."""
    base, _, _ = urls.database.rpartition("/")
    with psycopg.connect(f"{base}/postgres", autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS importing_{name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE importing_{name} TEMPLATE {_template(urls)}")
    try:
        yield f"{base}/importing_{name}"
    finally:
        with psycopg.connect(f"{base}/postgres", autocommit=True) as admin:
            admin.execute(f"DROP DATABASE importing_{name} WITH (FORCE)")


@cache
def _template(urls: services.Urls) -> str:
    """Make what the databases are copies of, and return its name."""
    base, _, _ = urls.database.rpartition("/")
    with psycopg.connect(f"{base}/postgres", autocommit=True) as admin:
        admin.execute("DROP DATABASE IF EXISTS importing_template WITH (FORCE)")
        admin.execute("CREATE DATABASE importing_template")
    env = _env(f"{base}/importing_template", urls.redis, tempfile.gettempdir())
    subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=ROOT, env=env, check=True)
    _probe(env, "workspace")
    return "importing_template"


def _copied(urls: services.Urls, path: Path) -> float:
    """Return the rows/s of COPY into a table that has nothing but the unique index."""
    with _database(urls, "copy") as url, psycopg.connect(url) as connection:
        connection.execute(f"CREATE TABLE bare ({_STAGING})")
        connection.execute("CREATE UNIQUE INDEX ON bare (email)")
        connection.commit()
        return ROWS / _timed(lambda: _copy(connection, path, "bare"))


def _bare(urls: services.Urls, path: Path) -> float:
    """Return the rows/s of set SQL into the product's tables."""
    with _database(urls, "bare") as url, psycopg.connect(url) as connection:
        [(workspace,)] = connection.execute("SELECT id FROM people_workspace").fetchall()

        def run() -> None:
            connection.execute(f"CREATE TEMPORARY TABLE staging ({_STAGING})")
            _copy(connection, path, "staging")
            connection.execute("ANALYZE staging")
            for statement in _BARE.values():
                connection.execute(statement, {"workspace": workspace})
            connection.commit()

        return ROWS / _timed(run)


def _copy(connection: psycopg.Connection, path: Path, table: str) -> None:
    statement = f"COPY {table} FROM STDIN (FORMAT csv, HEADER)"
    with path.open("rb") as file, connection.cursor() as cursor, cursor.copy(statement) as copy:
        while chunk := file.read(1 << 20):
            copy.write(chunk)
    connection.commit()


def _rival(urls: services.Urls, path: Path) -> float:
    """Return the rows/s of django-import-export, in bulk, with the email as its key."""
    with _database(urls, "rival") as url:
        return float(_probe(_env(url, urls.redis, tempfile.gettempdir()), "rival", str(path)))


def _timed(work: Any) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def _probe(env: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.importing", *arguments], cwd=ROOT, env=env, check=True,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""


# What runs in a process of its own, with the product's settings.


def _make_workspace() -> None:
    from inbox.people.audit import COMMAND_LINE
    from inbox.people.models import User
    from inbox.people.workspaces import create_workspace

    user = User.objects.create(email="owner@bench.test", name="Olga Owner", timezone="UTC")
    create_workspace(user, "Bench", "UTC", by=COMMAND_LINE)


def _import_both(first: str, second: str) -> dict[str, Any]:
    with _workers() as workers:
        found: dict[str, Any] = {"idle_mb": max(_memory(workers))}
        found["created"] = _imported(first, workers, found)
        # At rest is with the same people there and nothing under way: an empty list would be no measure.
        _settled()
        found["list_idle"], found["search_idle"] = _pages(lambda: False)
        found["updated"] = _imported(second, workers, found)
        found["peak_mb"] = max(_memory(workers, peak=True))
    return found


@contextmanager
def _workers() -> Iterator[list[psutil.Process]]:
    """Celery with as many processes as there are cores, and beat, as in production."""
    celery = [sys.executable, "-m", "celery", "-A", "settings.celery"]
    commands = [
        [*celery, "worker", "-Q", "imports", "--concurrency", str(WORKERS), "-l", "error"],
        [*celery, "beat", "-l", "error", "-s", f"{tempfile.mkdtemp()}/schedule", "--pidfile="],
    ]
    running = [psutil.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) for command in commands]
    try:
        deadline = time.monotonic() + 60
        while len(running[0].children()) < WORKERS and time.monotonic() < deadline:
            time.sleep(0.2)
        time.sleep(5)  # until they have loaded what they have
        yield running[0].children()
    finally:
        for process in running:
            process.terminate()
        psutil.wait_procs(running, timeout=30)


def _memory(workers: list[psutil.Process], *, peak: bool = False) -> list[float]:
    """Return the resident memory of each worker in MB: now, or the most that it ever had."""
    name = "VmHWM:" if peak else "VmRSS:"
    lines = [line for one in workers for line in Path(f"/proc/{one.pid}/status").read_text().splitlines()]
    return [int(line.split()[1]) / 1024 for line in lines if line.startswith(name)]


def _imported(path: str, workers: list[psutil.Process], found: dict[str, Any]) -> dict[str, float]:
    """Import one file, and look at pages meanwhile."""
    from imports import beginning, control
    from imports.models import Import, ImportStatus, Key
    from inbox.people.audit import COMMAND_LINE
    from inbox.people.models import Teammate, Workspace

    workspace = Workspace.objects.get()
    import_ = beginning.begin(workspace, Teammate.objects.get(), Path(path).name)
    with Path(path).open("rb") as file:
        beginning.receive(import_, file, Path(path).stat().st_size)
    control.change(import_, mapping=MAPPING, key=Key.EMAIL)
    began = time.monotonic()
    control.start(import_, COMMAND_LINE)
    planned = 0.0

    def running() -> bool:
        nonlocal planned
        now = Import.objects.get(pk=import_.pk)
        if now.status == ImportStatus.RUNNING and not planned:
            planned = time.monotonic() - began
        return now.status in (ImportStatus.PLANNING, ImportStatus.RUNNING)

    watched: list[tuple[float, float]] = []
    watcher = threading.Thread(target=lambda: watched.append(_pages(running)))
    watcher.start()
    while running():
        time.sleep(0.5)
    seconds = time.monotonic() - began
    watcher.join()
    found["list_busy"] = max(found.get("list_busy", 0), watched[0][0])
    found["search_busy"] = max(found.get("search_busy", 0), watched[0][1])
    ended = Import.objects.get(pk=import_.pk)
    assert ended.status == ImportStatus.FINISHED and ended.created + ended.updated == ROWS, vars(ended)
    return {"rate": ROWS / seconds, "seconds": seconds, "planning": planned}


def _settled() -> None:
    """Wait until what follows an import (who may this already be?) is done too, and the tables are as vacuumed."""
    from django.db import connection

    from imports.models import Batch, BatchKind

    while Batch.objects.filter(kind=BatchKind.CONTACTS, indexed_at=None).exists():
        time.sleep(0.5)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _pages(busy: Any) -> tuple[float, float]:
    """Return the p95 in milliseconds of the list of contacts and of a search in it: 100 looks, or for as long as it is
    `busy`."""
    from django.test import Client

    from inbox.people.models import User

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(email="owner@bench.test"))
    times: dict[str, list[float]] = {"/contacts/": [], "/contacts/?q=number+4711": []}
    rounds = 0
    while rounds < 100 or busy():
        for address, taken in times.items():
            began = time.perf_counter()
            answer = client.get(address)
            taken.append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 200, answer.status_code
        rounds += 1
        time.sleep(0.2 if busy() else 0)
    found = [statistics.quantiles(taken, n=20)[-1] for taken in times.values()]
    return found[0], found[1]


def _import_by_rival(path: str) -> float:
    import tablib
    from import_export import resources

    from inbox.models import Contact
    from inbox.people.models import Workspace

    workspace = Workspace.objects.get()

    class People(resources.ModelResource):
        class Meta:
            model = Contact
            import_id_fields = ("email",)
            fields = ("name", "email", "phone")
            use_bulk, batch_size, skip_diff = True, 1000, True

        def before_save_instance(self, instance: Any, row: Any, **_: Any) -> None:
            instance.workspace = workspace
            instance.attributes = {name: row[name] for name in ("city", "role", "source", "score", "newsletter")}

    with Path(path).open(newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        data = tablib.Dataset(headers=[name.lower() for name in next(rows)])
        data.extend(row for row, _ in zip(rows, range(min(RIVALS, ROWS)), strict=False))
    began = time.monotonic()
    result = People().import_data(data, raise_errors=True)
    assert result.totals["new"] == len(data)
    return len(data) / (time.monotonic() - began)


if __name__ == "__main__":
    import django

    django.setup()
    what, *rest = sys.argv[1:]
    if what == "workspace":
        _make_workspace()
    elif what == "rival":
        print(_import_by_rival(*rest))
    else:
        print(json.dumps(_import_both(*rest)))
