"""Embedded servers: started, shared, left, killed and found again, always real ones in a folder of their own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from settings import services
from settings.embedded import keeper
from settings.embedded.folder import PROJECT, Folder
from settings.embedded.postgres import NAMES as POSTGRES
from settings.embedded.postgres import Postgres
from settings.embedded.processes import strays, wait_until
from settings.embedded.valkey import NAMES as VALKEY
from settings.embedded.valkey import Valkey

USER = """
import sys
from settings import services
servers = services.Servers(sys.argv[1])
urls = servers.start()
print(urls.database, urls.redis, flush=True)
sys.stdin.readline()
servers.stop()
"""


@pytest.fixture(scope="session")
def used_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose servers ran once and were stopped: to copy it is quicker than to make another."""
    path = tmp_path_factory.mktemp("before") / "data"
    with services.Servers(path, durable=False):
        pass
    return path


@pytest.fixture
def path(used_before: Path, tmp_path: Path) -> Iterator[Path]:
    """A data folder with a space in its name; nothing may run in it when the test is over."""
    folder = tmp_path / "a folder"
    shutil.copytree(used_before, folder)
    yield folder
    assert wait_until(lambda: not left(folder), 15), left(folder)


def left(path: Path) -> list[psutil.Process]:
    """Every server, and the keeper, that works for a folder."""
    found = [
        *strays(names=POSTGRES, folder=path / "postgres"),
        *strays(names=VALKEY, folder=path / "valkey"),
    ]
    return found + [
        p for p in psutil.process_iter(["cmdline"]) if {keeper.__file__, str(path)} <= set(p.info["cmdline"] or ())
    ]


def user_of(path: Path) -> tuple[subprocess.Popen[str], services.Urls]:
    """Another process that uses the servers until a line, or a signal, comes."""
    process = subprocess.Popen(
        [sys.executable, "-c", USER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
    )
    assert process.stdout
    return process, services.Urls(*process.stdout.readline().split())


def write(urls: services.Urls) -> None:
    """A row and a key, both acknowledged (and past the second that Valkey may keep from the disk)."""
    with psycopg.connect(urls.database, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('Été')")
    with redis.Redis.from_url(urls.redis) as client:
        client.set("kept", "yes")
        client.waitaof(1, 0, 5000)


def read(urls: services.Urls) -> tuple[object, bytes | None]:
    with (
        psycopg.connect(urls.database) as connection,
        redis.Redis.from_url(urls.redis) as client,
    ):
        row = connection.execute("SELECT word FROM kept WHERE word ILIKE 'éTÉ'").fetchone()
        return row and row[0], client.get("kept")


def test_rows_and_keys_are_there_after_a_stop_and_a_start(path: Path) -> None:
    with services.Servers(path) as urls:
        write(urls)
    with services.Servers(path) as again:
        assert read(again) == ("Été", b"yes")
        assert again == urls  # the same ports too, as they are free


def test_a_password_is_asked_for(path: Path) -> None:
    with services.Servers(path) as urls:
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(urls.database.replace("frontdesk:", "frontdesk:x", 1))
        with pytest.raises(redis.AuthenticationError):
            redis.Redis.from_url(urls.redis.replace("redis://:", "redis://:x", 1)).ping()
        assert (path / "secrets.json").stat().st_mode & 0o077 == 0


def test_two_processes_share_the_servers_and_the_last_to_leave_stops_them(
    path: Path,
) -> None:
    first, urls = user_of(path)
    second, same = user_of(path)
    assert urls == same
    first.communicate("\n", timeout=20)
    write(urls)  # still served
    second.communicate("\n", timeout=20)
    assert left(path) == []


def test_processes_that_start_at_the_same_moment_share_the_servers(path: Path) -> None:
    environ = {
        **os.environ,
        "FRONTDESK_DATA": str(path),
        "DATABASE_URL": "",
        "REDIS_URL": "",
    }
    code = "import os; from settings import services; services.provide(); print(os.environ['DATABASE_URL'])"
    many = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            env=environ,
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    said = [process.communicate(timeout=60)[0] for process in many]
    assert [process.returncode for process in many] == [0, 0, 0]
    assert all(url.startswith("postgres://frontdesk:") for url in said)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_killed_user_leaves_no_server_behind(path: Path, number: signal.Signals) -> None:
    process, _ = user_of(path)
    process.send_signal(number)
    process.communicate(timeout=20)
    assert wait_until(lambda: not left(path), 15)


def test_killed_servers_come_back_at_their_address_with_everything(path: Path) -> None:
    servers = services.Servers(path)
    urls = servers.start()
    write(urls)
    folder = Folder(path)
    for process in (Postgres(folder, "").process(), Valkey(folder, "").process()):
        assert process
        process.kill()
    assert servers.start() == urls
    assert read(urls) == ("Été", b"yes")
    servers.stop()


def test_after_a_kill_of_everything_the_next_start_recovers(path: Path) -> None:
    process, urls = user_of(path)
    write(urls)
    for each in [*left(path), psutil.Process(process.pid)]:
        each.kill()
    process.communicate(timeout=20)
    with services.Servers(path) as again:
        assert read(again) == ("Été", b"yes")


def test_a_killed_users_servers_are_taken_over_while_they_run(path: Path) -> None:
    process, urls = user_of(path)
    write(urls)
    psutil.Process(int(Folder(path).recall("keeper")["pid"])).kill()
    process.kill()
    process.communicate(timeout=20)
    postmaster = Postgres(Folder(path), "").process()
    with services.Servers(path) as again:
        assert (again, Postgres(Folder(path), "").process()) == (urls, postmaster)


def test_a_lock_file_whose_number_is_another_programs_now_is_stale(path: Path) -> None:
    with services.Servers(path, valkey=False):
        pass
    (path / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{path}/postgres\n1\n5432\n\n127.0.0.1\n")
    with services.Servers(path, valkey=False) as urls:
        assert urls.database


def test_a_port_that_was_taken_meanwhile_is_replaced(path: Path) -> None:
    with services.Servers(path, postgres=False) as urls:
        port = int(Folder(path).recall("valkey")["port"])
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        with services.Servers(path, postgres=False) as moved:
            assert moved.redis != urls.redis
            assert redis.Redis.from_url(moved.redis).ping()


def test_provide_sets_what_is_missing_and_starts_only_that(path: Path) -> None:
    shutil.rmtree(path / "postgres")
    environ = {
        "FRONTDESK_DATA": str(path),
        "DATABASE_URL": "postgres://elsewhere/db",
        "SECRET_KEY": "mine",
    }
    services.provide(environ)
    assert environ["DATABASE_URL"] == "postgres://elsewhere/db"
    assert redis.Redis.from_url(environ["REDIS_URL"]).ping()
    assert environ["SECRET_KEY"] == "mine"
    assert len(environ["FRONTDESK_KEYS"]) == 44
    assert not (path / "postgres").exists()
    services.leave()
    assert left(path) == []


def test_provide_touches_no_server_when_both_are_named(path: Path) -> None:
    environ = {
        "FRONTDESK_DATA": str(path),
        "DATABASE_URL": "postgres://e/db",
        "REDIS_URL": "redis://e/0",
    }
    services.provide(environ)
    again = {**environ, "SECRET_KEY": "", "FRONTDESK_KEYS": ""}
    services.provide(again)
    assert again == environ  # the keys are made once
    assert left(path) == []


def test_a_temporary_folder_goes_with_its_servers(path: Path) -> None:
    with services.Servers(path, postgres=False, temporary=True):
        assert path.exists()
    assert not path.exists()


def test_a_folder_of_another_kind_is_refused_plainly(path: Path) -> None:
    (path / "file").write_text("not a folder")
    with pytest.raises(services.ServicesError, match="cannot be used"):
        services.Servers(path / "file").start()
