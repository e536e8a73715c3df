"""The product as it runs: web, worker and beat as processes of their own, on a database of their own.

The database is cloned from a template that one process of the run migrates and seeds; Redis is shared, its keys carry
the database's name.
"""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg

from settings.embedded import programs
from settings.services import Urls

ROOT = Path(__file__).resolve().parent.parent
# Databases to be cloned: one that is migrated, and one that has the demo in it, too.
MIGRATED = "frontdesk_migrated_template"
TEMPLATE = "frontdesk_stack_template"
PROCESSES = {
    "web": ["-m", "uvicorn", "settings.asgi:application", "--host", "127.0.0.1", "--no-access-log",
            "--ws-max-size", "1048576", "--ws-per-message-deflate", "false", "--timeout-graceful-shutdown", "3",
            "--log-level", "warning", "--lifespan", "off"],
    "worker": ["-m", "celery", "-A", "settings.celery", "worker", "-Q", "default,deliveries,imports",
               "--concurrency", "1", "--loglevel", "WARNING"],
    "beat": ["-m", "celery", "-A", "settings.celery", "beat", "--loglevel", "WARNING"],
}  # fmt: skip


def database_url(name: str, server: str | None = None) -> str:
    """Return the run's DATABASE_URL (or that of another server) with another database in it."""
    return urlunsplit(urlsplit(server or os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _admin(server: str | None = None) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url("postgres", server), autocommit=True) as connection:
        yield connection


@contextmanager
def building() -> Iterator[Path]:
    """Hold what only one process of the run may build at a time. Yields the run's data folder."""
    data = Path(os.environ["FRONTDESK_DATA"])
    data.mkdir(parents=True, exist_ok=True)
    with (data / "stack.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield data


def exists(database: str, server: str | None = None) -> bool:
    """Return whether there is a database of this name."""
    with _admin(server) as admin:
        return bool(admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone())


def clone(template: str, database: str, server: str | None = None) -> None:
    """Make a database that is a copy of another, to which nobody may be connected."""
    with _admin(server) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {database} TEMPLATE {template}")


def forget_templates() -> None:
    """Drop what an earlier run left on a server that is not the run's own."""
    with _admin() as admin:
        for name in (MIGRATED, TEMPLATE):
            admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def make_template(server: str | None = None) -> Path:
    """Make the demo's database, migrated and seeded, and collect the static files, once a run. A server of its own, as
    some tests bring, gets a copy of that database. Return the static folder."""
    with building() as data:
        static = data / "stack-static"
        if not exists(TEMPLATE):
            _seed(static)
        if server and not exists(TEMPLATE, server):
            _carry(data / "stack.dump", server)
    return static


def _seed(static: Path) -> None:
    made = f"{TEMPLATE}_building"
    clone(MIGRATED if exists(MIGRATED) else "template0", made)
    for command in (["migrate", "--noinput"], ["collectstatic", "--noinput"], ["seed_demo"]):
        if command[0] == "migrate" and exists(MIGRATED):
            continue
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=_env(made, static),
            check=True,
            stdout=subprocess.DEVNULL,
        )
        if command[0] == "migrate":
            clone(made, MIGRATED)
    _rename(made)


def _carry(dump: Path, server: str) -> None:
    """Copy the demo's database to another server: that takes a tenth of making it there again."""
    made = f"{TEMPLATE}_building"
    clone("template0", made, server)
    found = programs.wheel() or next(programs.system())
    if not dump.exists():
        _run(found.bin / "pg_dump", "--format=custom", "--compress=none", f"--file={dump}", database_url(TEMPLATE))
    _run(found.bin / "pg_restore", "--no-owner", f"--dbname={database_url(made, server)}", dump)
    _rename(made, server)


def _run(*command: str | Path) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _rename(made: str, server: str | None = None) -> None:
    with _admin(server) as admin:
        admin.execute(f"ALTER DATABASE {made} RENAME TO {TEMPLATE}")


def _env(database: str, static: Path, server: str | None = None, **extra: str) -> dict[str, str]:
    return {
        **{k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "PYTHONDONTWRITE"))},
        "DJANGO_SETTINGS_MODULE": "settings.local",
        "DATABASE_URL": database_url(database, server),
        "STATIC_ROOT": str(static),
        "PYTHONUNBUFFERED": "1",
        **extra,
    }


class Stack:
    """Web, worker and beat on a clone of the demo database. `env` adds settings, `web` says how many web processes,
    `servers` where PostgreSQL and Redis of this stack's own are, `beat` that beat is a process of its own, as in
    production: within the worker it starts in half the time."""

    def __init__(
        self, *, env: dict[str, str] | None = None, web: int = 1, servers: Urls | None = None, beat: bool = False
    ) -> None:
        self.server = servers.database if servers else None
        if servers:
            env = {"REDIS_URL": servers.redis, **(env or {})}
        static = make_template(self.server)
        self.database = f"stack_{uuid.uuid4().hex[:12]}"
        with _admin(self.server) as admin:
            admin.execute(f"CREATE DATABASE {self.database} TEMPLATE {TEMPLATE}")
            if servers:
                # A cloned sequence believes that the numbers ahead of it are in the log, where they are not; until the
                # next checkpoint a crash would have it give the same numbers again. (Only clones have this.)
                admin.execute("CHECKPOINT")
        self.port = free_port()
        self.env = _env(self.database, static, self.server, **(env or {}))
        self.web = web
        self.names = ("web", "worker", "beat") if beat else ("web", "worker")
        self.log = Path(os.environ["FRONTDESK_DATA"]) / f"{self.database}.log"
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def url(self) -> str:
        """The address of the web process, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def ws(self) -> str:
        """The address for sockets."""
        return f"ws://127.0.0.1:{self.port}"

    def start(self, *names: str) -> None:
        """Start processes (all, if none is named) and wait until they are ready."""
        self.launch(*names)
        self.wait_until_ready("/readyz" if "worker" in self.running else "/healthz")

    def launch(self, *names: str) -> None:
        """Start processes (all, if none is named) and wait for nothing."""
        for name in names or self.names:
            arguments = [*PROCESSES[name]]
            if name == "web":
                arguments += ["--port", str(self.port), "--workers", str(self.web)]
            if name == "worker" and "beat" not in self.names:
                arguments += ["--beat"]
            if name == "beat" or "--beat" in arguments:
                arguments += ["-s", f"{self.log}.schedule"]
            if name == "beat":
                arguments += ["--pidfile="]
            with self.log.open("ab") as log:
                self.running[name] = subprocess.Popen(
                    [sys.executable, *arguments],
                    cwd=ROOT,
                    env=self.env,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )

    def wait_until_ready(self, path: str = "/healthz", seconds: float = 60) -> None:
        """Wait until the web process answers 200 at `path`. Raises AssertionError with the log when it does not."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if httpx.get(self.url + path, timeout=5).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)  # between two looks at what is waited for
        raise AssertionError(f"not ready after {seconds} s:\n{self.tail()}")

    def tail(self) -> str:
        """Return the end of what the processes printed."""
        return self.log.read_text(errors="replace")[-4000:]

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        """End a process and all its children, by default without a word."""
        process = self.running.pop(name)
        os.killpg(process.pid, how)
        process.wait()

    def manage(self, *arguments: str) -> str:
        """Run a command of manage.py and return what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.env,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    @cached_property
    def api_token(self) -> str:
        """A token for the API that may do what the demo's owner may."""
        return self.manage("api_token", "demo")

    def query(self, sql: str, *parameters: object) -> list[tuple[object, ...]]:
        """Return the rows of a query on the stack's database."""
        with psycopg.connect(database_url(self.database, self.server), autocommit=True) as connection:
            return connection.execute(sql, parameters).fetchall()

    def stop(self) -> None:
        """End everything and drop the database."""
        for name in list(self.running):
            self.kill(name, signal.SIGTERM if name == "web" else signal.SIGKILL)
        with _admin(self.server) as admin:
            admin.execute(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")


@contextmanager
def running_stack(*names: str, **options: object) -> Iterator[Stack]:
    """A stack that runs while the block does."""
    stack = Stack(**options)  # type: ignore[arg-type]
    try:
        stack.start(*names)
        yield stack
    finally:
        stack.stop()
