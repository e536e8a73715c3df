"""Every way in which PostgreSQL may have to be run: as an ordinary user, as root, as root without namespaces,
with the programs of the wheel and of the system."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from settings import services
from settings.embedded import postgres, programs, users
from settings.embedded.folder import PROJECT, Folder

NOBODY = 65534


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may pass through, unlike pytest's own."""
    path = Path(tempfile.mkdtemp(prefix="frontdesk-users-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


def letters(url: str) -> object:
    """What the database makes of letters beyond ASCII: needs the right locale."""
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT 'É' ILIKE 'é'").fetchone()


def owner_of_server(path: Path) -> int:
    process = postgres.Postgres(Folder(path), "").process()
    assert process
    return process.uids().real


def test_an_ordinary_user_needs_no_detour(tmp_path: Path) -> None:
    """Root plays the user in a namespace: there it is uid 1000, and may read what this test may read."""
    code = (
        "import os, sys; from settings import services; from settings.embedded import users\n"
        "from settings.embedded.folder import Folder\n"
        "from pathlib import Path\n"
        "assert os.geteuid() != 0\n"
        "assert [w.name for w in users.ways(Folder(sys.argv[1]), Path('/none'))] == ['as this user']\n"
        "with services.Servers(sys.argv[1]) as urls: print(urls.database)\n"
    )
    prefix = []
    if os.geteuid() == 0:
        prefix = users.NAMESPACE if users.namespaces_work() else ["setpriv", "--reuid=65534", "--clear-groups"]
        tmp_path.chmod(0o777)
    done = subprocess.run(
        [*prefix, sys.executable, "-c", code, str(tmp_path / "data")],
        cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stdout.startswith("postgres://"), done.stderr


def test_root_runs_it_in_a_namespace_and_else_as_another_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Folder(tmp_path)
    for uid, works, names in (
        (0, True, ["as root, in a user namespace", f"as user {NOBODY}"]),
        (0, False, [f"as user {NOBODY}"]),
        (1000, True, ["as this user"]),
    ):
        monkeypatch.setattr(os, "geteuid", lambda uid=uid: uid)
        monkeypatch.setattr(users, "namespaces_work", lambda works=works: works)
        assert [way.name for way in users.ways(folder, tmp_path / "postgres")] == names


def forbid_namespaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(users, "namespaces_work", lambda: False)


def test_without_namespaces_it_runs_as_nobody_in_the_data_folder(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forbid_namespaces(monkeypatch)
    path = open_folder / "data"
    expected = NOBODY if os.geteuid() == 0 else os.geteuid()
    for _ in range(2):
        with services.Servers(path) as urls:
            assert owner_of_server(path) == expected
            assert letters(urls.database) == (True,)
    assert stat.S_IMODE((path / "secrets.json").stat().st_mode) == 0o600
    assert path.stat().st_mode & 0o066 == 0  # passed through, never read


def test_without_namespaces_a_closed_home_keeps_its_data_elsewhere(
    tmp_path: Path, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forbid_namespaces(monkeypatch)
    monkeypatch.setattr(users, "ELSEWHERE", open_folder / "elsewhere")
    tmp_path.chmod(0o700)
    with services.Servers(tmp_path / "data", valkey=False) as urls:
        assert letters(urls.database) == (True,)
        kept = list((open_folder / "elsewhere").glob("*/postgres/PG_VERSION"))
        assert len(kept) == (1 if os.geteuid() == 0 else 0)


def test_a_database_that_root_owned_is_kept_when_namespaces_become_forbidden(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = open_folder / "data"
    with (
        services.Servers(path, valkey=False) as urls,
        psycopg.connect(urls.database, autocommit=True) as connection,
    ):
        connection.execute("CREATE TABLE kept ()")
    forbid_namespaces(monkeypatch)
    with (
        services.Servers(path, valkey=False) as urls,
        psycopg.connect(urls.database) as connection,
    ):
        connection.execute("SELECT FROM kept")


def test_where_the_wheel_has_no_build_the_systems_postgresql_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where none is installed either, the wheel's own stands in for one of version 16."""
    embedded = programs.wheel()
    assert embedded
    found = list(programs.system()) or [replace(embedded, major=16, source="a stand-in")]
    monkeypatch.setattr(programs, "wheel", lambda: None)
    monkeypatch.setattr(programs, "system", lambda: iter(found))
    with services.Servers(tmp_path / "data", valkey=False) as urls:
        assert letters(urls.database) == (True,)


def test_it_says_plainly_when_there_is_no_postgresql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "wheel", lambda: None)
    monkeypatch.setattr(programs, "system", lambda: iter([]))
    with pytest.raises(services.ServicesError, match="apt-get install postgresql"):
        services.Servers(tmp_path / "data", valkey=False).start()


def test_it_says_plainly_when_the_data_are_of_a_version_that_is_not_here(
    tmp_path: Path,
) -> None:
    (tmp_path / "data" / "postgres").mkdir(parents=True)
    (tmp_path / "data" / "postgres" / "PG_VERSION").write_text("12\n")
    with pytest.raises(services.ServicesError, match="PostgreSQL 12"):
        services.Servers(tmp_path / "data", valkey=False).start()


def test_it_says_every_way_that_was_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = programs.Binaries(Path("/nonexistent"), 18, "PostgreSQL of nowhere")
    monkeypatch.setattr(programs, "wheel", lambda: broken)
    monkeypatch.setattr(users, "ELSEWHERE", tmp_path / "elsewhere")
    with pytest.raises(services.ServicesError, match="PostgreSQL of nowhere, as"):
        services.Servers(tmp_path / "data", valkey=False).start()
