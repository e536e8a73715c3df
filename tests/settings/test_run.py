"""`make run` as a person uses it, and as a crash, a kill and an impatient person treat it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import psutil
import psycopg
import pytest

from settings.embedded.folder import PROJECT, Folder
from settings.embedded.postgres import Postgres
from settings.embedded.processes import free_port, gone, wait_until
from settings.supervision import members
from tests.settings.test_services import left

# The first start makes the database and its demo, on whatever machine.
pytestmark = pytest.mark.timeout(600)

FULL = os.environ.get("FRONTDESK_CHAOS") == "full"
# What a test run sets for itself, and what an outer make sets for an inner one.
FOREIGN = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "FRONTDESK_KEYS", "DJANGO_SETTINGS_MODULE", "MAKEFLAGS",
           "MAKELEVEL", "MFLAGS", "PYTEST_XDIST_WORKER", "PYTEST_CURRENT_TEST", "STATIC_ROOT", "HOST"}  # fmt: skip


def _heed_interrupts() -> None:
    """A shell without job control starts what runs in the background deaf to SIGINT, and that is inherited."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class MakeRun:
    """One `make run` with a folder and a port of its own, and its output in a file."""

    known: ClassVar[list[MakeRun]] = []

    def __init__(self, path: Path, port: int) -> None:
        self.path, self.port = path, port
        self.known.append(self)
        self.output = path.with_name(f"{path.name}-{time.monotonic_ns()}.out")
        self.environ = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        self.environ |= {"FRONTDESK_DATA": str(path), "PORT": str(port)}
        with self.output.open("wb") as output:
            self.make = subprocess.Popen(
                ["make", "run"], cwd=PROJECT, env=self.environ, stdin=subprocess.DEVNULL,
                stdout=output, stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=_heed_interrupts,
            )  # fmt: skip

    @property
    def said(self) -> str:
        return self.output.read_text(errors="replace")

    def up(self) -> MakeRun:
        wait_until(lambda: "Ctrl-C stops it" in self.said or self.make.poll() is not None, 300)
        assert "Ctrl-C stops it" in self.said, self.said
        return self

    def run_process(self) -> psutil.Process:
        return psutil.Process(int(Folder(self.path).recall("run")["pid"]))

    def program(self, word: str) -> psutil.Process:
        """The first live process of the run with that word in its command line."""
        return min((p for p in members(Folder(self.path)) if word in p.cmdline()), key=lambda p: p.create_time())

    def stop(self) -> None:
        """End it politely, if it runs."""
        if self.make.poll() is None:
            self.run_process().terminate()
            self.make.wait(30)

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def everything(self) -> list[psutil.Process]:
        return [*members(Folder(self.path)), *left(self.path)]

    def nothing_left(self, seconds: float = 20) -> None:
        assert wait_until(lambda: not self.everything(), seconds), self.everything()
        assert not self.answers()

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=PROJECT, env=self.environ,
            capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all, so that only the first makes the database; its name is hard on configuration files."""
    return tmp_path_factory.mktemp("run") / "a folder; 100%"


def started(folder: Path) -> Iterator[MakeRun]:
    running = MakeRun(folder, free_port())
    try:
        yield running.up()
    finally:
        running.stop()
        running.nothing_left()


@pytest.fixture(scope="module")
def long_run(folder: Path) -> Iterator[MakeRun]:
    """The run that several tests look at, in the order of this file; the last of them stops it."""
    yield from started(folder)


@pytest.fixture
def run(folder: Path) -> Iterator[MakeRun]:
    """A run for a test that ends it. One that others looked at is over by then, whichever tests were chosen."""
    for other in MakeRun.known:
        other.stop()
    yield from started(folder)


def test_it_serves_and_says_where_and_how_to_sign_in(long_run: MakeRun) -> None:
    assert f"http://127.0.0.1:{long_run.port}/demo/" in long_run.said
    assert "ada@demo.test" in long_run.said
    assert long_run.answers()


def test_a_second_one_in_the_same_folder_says_that_the_first_runs(long_run: MakeRun) -> None:
    second = MakeRun(long_run.path, free_port())
    assert second.make.wait(30) != 0
    assert f"already running in {long_run.path}, as process {long_run.run_process().pid}" in second.said
    assert f"http://127.0.0.1:{long_run.port}" in second.said


def test_manage_py_joins_its_servers(long_run: MakeRun) -> None:
    postmaster = Postgres(Folder(long_run.path), "").process()
    assert long_run.manage("api_token", "demo").strip()
    assert Postgres(Folder(long_run.path), "").process() == postmaster


def test_a_crashed_web_process_is_started_again(long_run: MakeRun) -> None:
    web = long_run.program("settings.asgi:application")
    web.kill()
    assert wait_until(lambda: not web.is_running() and long_run.answers(), 30)


def test_a_killed_database_is_started_again_at_its_address(long_run: MakeRun) -> None:
    before = database_url(long_run)
    postmaster = Postgres(Folder(long_run.path), "").process()
    assert postmaster
    postmaster.kill()
    assert wait_until(lambda: gone(postmaster) and "demo" in slugs(long_run), 30)
    assert database_url(long_run) == before


def test_everything_goes_at_a_ctrl_c(long_run: MakeRun) -> None:
    begun = time.monotonic()
    os.killpg(long_run.make.pid, signal.SIGINT)  # as a terminal does it: make and its recipe both get it
    long_run.make.wait(30)
    assert not long_run.everything()
    assert time.monotonic() - begun < 20
    assert "Error" not in long_run.said.partition("Stopping")[2], long_run.said


def database_url(run: MakeRun) -> str:
    folder = Folder(run.path)
    password, port = folder.recall("secrets")["postgres"], folder.recall("postgres")["port"]
    return f"postgres://frontdesk:{password}@127.0.0.1:{port}/frontdesk"


def slugs(run: MakeRun) -> str:
    """The workspaces in the database; nothing while it is away."""
    try:
        with psycopg.connect(database_url(run)) as connection:
            return str(connection.execute("SELECT slug FROM people_workspace").fetchall())
    except psycopg.OperationalError:
        return ""


def interrupt_make(run: MakeRun) -> None:
    run.make.send_signal(signal.SIGINT)  # make alone, which no Ctrl-C does, but a program may


def kill_make(run: MakeRun) -> None:
    run.make.kill()


def kill_run(run: MakeRun) -> None:
    run.run_process().kill()


def kill_supervisord(run: MakeRun) -> None:
    run.program("supervisor.supervisord").kill()


ENDS = [kill_run, interrupt_make, kill_make, kill_supervisord] if FULL else [kill_run, interrupt_make]


@pytest.mark.parametrize("end", ENDS)
def test_the_end_of_one_is_the_end_of_all(run: MakeRun, end: Callable[[MakeRun], None]) -> None:
    end(run)
    run.make.wait(30)
    run.nothing_left(30)


def test_it_starts_at_once_after_a_kill_of_everything(run: MakeRun) -> None:
    for process in [psutil.Process(run.make.pid), run.run_process(), *run.everything()]:
        process.kill()
    run.make.wait(30)
    again = MakeRun(run.path, run.port).up()
    assert "demo" in slugs(again)
    again.run_process().terminate()
    assert again.make.wait(30) == 0  # being told to stop is no failure
    again.nothing_left(1)


def test_a_taken_port_is_said_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        refused = MakeRun(tmp_path / "data", other.getsockname()[1])
        assert refused.make.wait(30) != 0
    assert "choose another: PORT=" in refused.said
    assert not (tmp_path / "data" / "postgres").exists()


def test_a_port_that_is_no_number_is_refused(tmp_path: Path) -> None:
    refused = MakeRun(tmp_path / "data", 99999)
    assert refused.make.wait(30) != 0
    assert "PORT must be a number" in refused.said
