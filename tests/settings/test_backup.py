"""A backup brings everything back: into a new database, which the product then runs on."""

from __future__ import annotations

import os
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from settings.embedded import programs
from tests.chat_client import Visitor, open_session
from tests.stack import ROOT, Stack, database_url

# Generous, for a machine that does much else: nothing here is measured.
pytestmark = pytest.mark.timeout(600)

SCRIPT = ROOT / "settings" / "backup.sh"


def backup(verb: str, target: Path, database: str, media: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run settings/backup.sh with the programs of a PostgreSQL that is not older than the server."""
    found = programs.wheel() or next(programs.system())
    environ = {"PATH": f"{found.bin}:{os.environ['PATH']}", "DATABASE_URL": database_url(database)}
    if media is not None:
        environ["MEDIA_ROOT"] = str(media)
    return subprocess.run(["sh", SCRIPT, verb, target], env=environ, capture_output=True, text=True, timeout=120)


def rows(database: str) -> dict[str, tuple[object, ...]]:
    """Return, for each table, how many rows it has and a checksum over all of them, and where each sequence stands."""
    found: dict[str, tuple[object, ...]] = {}
    with psycopg.connect(database_url(database)) as connection:
        for (table,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall():
            query = sql.SQL("SELECT count(*), md5(string_agg(t::text, E'\\n' ORDER BY t::text)) FROM {} t")
            found[table] = connection.execute(query.format(sql.Identifier(table))).fetchone() or ()
        for name, last in connection.execute("SELECT sequencename, last_value FROM pg_sequences").fetchall():
            found[f"sequence {name}"] = (last,)
        # By name: PostgreSQL writes some conditions in other words when it reads them back.
        indexes = connection.execute(
            "SELECT indexname, tablename FROM pg_indexes WHERE schemaname = 'public'"
        ).fetchall()
        found |= {f"index {name}": (table,) for name, table in indexes}
    return found


@pytest.fixture
def fresh() -> Iterator[str]:
    """An empty database."""
    name = f"restored_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(database_url("postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        yield name
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def before() -> Iterator[Stack]:
    stack = Stack()
    yield stack
    stack.stop()


@pytest.fixture
def after() -> Iterator[list[Stack]]:
    stacks: list[Stack] = []
    yield stacks
    for stack in stacks:
        stack.stop()


def only_dump(folder: Path) -> Path:
    (dump,) = folder.glob("*.dump")
    return dump


async def test_everything_is_there_again_and_goes_on_where_it_was(
    before: Stack, after: list[Stack], fresh: str, tmp_path: Path
) -> None:
    before.start("web")
    session = await open_session(before)
    async with Visitor(before, session["visitor"]) as visitor:
        for text in ("one", "two", "ünïcode 🙂"):
            await visitor.send(text)
            await visitor.hear("message")
    secret = before.manage("identity_secret", "demo")
    before.kill("web")
    media, backups, restored_media = (tmp_path / name for name in ("media", "backups", "restored"))
    (media / "pictures").mkdir(parents=True)
    (media / "pictures" / "ada.webp").write_bytes(b"\x00picture\xff")
    backups.mkdir()

    saved = backup("save", backups, before.database, media)
    assert saved.returncode == 0, saved.stderr
    assert saved.stdout.strip() == str(only_dump(backups))
    assert only_dump(backups).stat().st_mode & 0o077 == 0, "others can read the backup"
    known = rows(before.database)
    with psycopg.connect(database_url("postgres"), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {before.database} WITH (FORCE)")

    restored = backup("restore", only_dump(backups), fresh, restored_media)
    assert restored.returncode == 0, restored.stderr
    assert rows(fresh) == known
    assert (restored_media / "pictures" / "ada.webp").read_bytes() == b"\x00picture\xff"

    again = Stack(env={"DATABASE_URL": database_url(fresh)})
    after.append(again)
    again.start("web")
    assert again.manage("identity_secret", "demo") == secret
    async with Visitor(again, session["visitor"]) as visitor:
        assert [frame["text"] for frame in await visitor.resume(0)] == ["one", "two", "ünïcode 🙂"]
        await visitor.send("four")
        assert (await visitor.hear("message"))["seq"] == 4


@pytest.mark.parametrize("harm", ["cut short", "changed", "changed, checksum lost"])
def test_a_damaged_backup_is_noticed_and_nothing_is_restored_from_it(
    before: Stack, fresh: str, tmp_path: Path, harm: str
) -> None:
    assert backup("save", tmp_path, before.database).returncode == 0
    dump = only_dump(tmp_path)
    data = bytearray(dump.read_bytes())
    if harm == "cut short":
        dump.write_bytes(data[: len(data) * 3 // 4])
    else:
        data[len(data) - len(data) // 8 :: 97] = bytes(len(data[len(data) - len(data) // 8 :: 97]))
        dump.write_bytes(data)
    if harm != "changed":
        dump.with_name(dump.name + ".sha256").unlink()
    for verb in ("check", "restore"):
        done = backup(verb, dump, fresh)
        assert done.returncode != 0
        assert "damaged" in done.stderr
    assert rows(fresh) == {}


def test_a_database_with_something_in_it_is_never_restored_over(before: Stack, tmp_path: Path) -> None:
    assert backup("save", tmp_path, before.database).returncode == 0
    known = rows(before.database)
    done = backup("restore", only_dump(tmp_path), before.database)
    assert done.returncode != 0
    assert "not empty" in done.stderr
    assert rows(before.database) == known


def test_a_backup_that_fails_leaves_nothing_that_looks_like_one(tmp_path: Path) -> None:
    done = backup("save", tmp_path, "there_is_no_such_database")
    assert done.returncode != 0
    assert list(tmp_path.iterdir()) == []
