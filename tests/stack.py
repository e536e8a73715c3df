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
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "frontdesk_stack_template"
PROCESSES = {
    "web": ["-m", "uvicorn", "settings.asgi:application", "--host", "127.0.0.1", "--no-access-log",
            "--ws-max-size", "1048576", "--ws-per-message-deflate", "false", "--timeout-graceful-shutdown", "3",
            "--log-level", "warning", "--lifespan", "off"],
    "worker": ["-m", "celery", "-A", "settings.celery", "worker", "-Q", "default,deliveries,imports",
               "--concurrency", "1", "--loglevel", "WARNING"],
    "beat": ["-m", "celery", "-A", "settings.celery", "beat", "--loglevel", "WARNING"],
}  # fmt: skip


def database_url(name: str) -> str:
    """Return the run's DATABASE_URL with another database in it."""
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _admin() -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url("postgres"), autocommit=True) as connection:
        yield connection


def make_template() -> Path:
    """Migrate and seed the template database and collect the static files, once a run. Return the static folder."""
    data = Path(os.environ["FRONTDESK_DATA"])
    data.mkdir(parents=True, exist_ok=True)
    static = data / "stack-static"
    with (data / "stack.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with _admin() as admin:
            if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone():
                return static
            building = f"{TEMPLATE}_building"
            admin.execute(f"DROP DATABASE IF EXISTS {building} WITH (FORCE)")
            admin.execute(f"CREATE DATABASE {building}")
            env = _env(building, static)
            for command in (["migrate", "--noinput"], ["collectstatic", "--noinput"], ["seed_demo"]):
                subprocess.run(
                    [sys.executable, "manage.py", *command],
                    cwd=ROOT,
                    env=env,
                    check=True,
                    stdout=subprocess.DEVNULL,
                )
            admin.execute(f"ALTER DATABASE {building} RENAME TO {TEMPLATE}")
    return static


def _env(database: str, static: Path, **extra: str) -> dict[str, str]:
    return {
        **{k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "PYTHONDONTWRITE"))},
        "DJANGO_SETTINGS_MODULE": "settings.local",
        "DATABASE_URL": database_url(database),
        "STATIC_ROOT": str(static),
        "PYTHONUNBUFFERED": "1",
        **extra,
    }


class Stack:
    """Web, worker and beat on a clone of the demo database. `env` adds settings, `web` says how many web processes."""

    def __init__(self, *, env: dict[str, str] | None = None, web: int = 1) -> None:
        static = make_template()
        self.database = f"stack_{uuid.uuid4().hex[:12]}"
        with _admin() as admin:
            admin.execute(f"CREATE DATABASE {self.database} TEMPLATE {TEMPLATE}")
        self.port = free_port()
        self.env = _env(self.database, static, **(env or {}))
        self.web = web
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
        for name in names or tuple(PROCESSES):
            arguments = [*PROCESSES[name]]
            if name == "web":
                arguments += ["--port", str(self.port), "--workers", str(self.web)]
            if name == "beat":
                arguments += ["-s", f"{self.log}.schedule", "--pidfile", f"{self.log}.pid"]
            with self.log.open("ab") as log:
                self.running[name] = subprocess.Popen(
                    [sys.executable, *arguments],
                    cwd=ROOT,
                    env=self.env,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
        self.wait_until_ready("/readyz" if "worker" in self.running else "/healthz")

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

    def query(self, sql: str, *parameters: object) -> list[tuple[object, ...]]:
        """Return the rows of a query on the stack's database."""
        with psycopg.connect(database_url(self.database), autocommit=True) as connection:
            return connection.execute(sql, parameters).fetchall()

    def stop(self) -> None:
        """End everything and drop the database."""
        for name in list(self.running):
            self.kill(name, signal.SIGTERM if name == "web" else signal.SIGKILL)
        with _admin() as admin:
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
