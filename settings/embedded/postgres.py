"""PostgreSQL of one data folder: initialise, start, recover and stop it with a launcher of our own."""

from __future__ import annotations

import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING

import psutil

from settings.embedded import processes
from settings.embedded.errors import PortTaken, ServicesError
from settings.embedded.folder import Folder
from settings.embedded.programs import Binaries, binaries, major_of
from settings.embedded.users import RunAs, ways

if TYPE_CHECKING:
    import psycopg

NAMES = ("postgres",)
# Fast shutdown, then immediate shutdown (recovers at the next start), then the end.
STOP = ((signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))
START_SECONDS = 300.0  # recovery after a kill may have much to replay
LOCK_SECONDS = 5.0
IN_USE = (
    "is already in use",
    "is still in use",
    "lock file",
    "could not access shared memory",
)


@dataclass
class Postgres:
    """The server of one folder. `options` are further settings (name to value) for its command line."""

    folder: Folder
    password: str
    options: dict[str, str] = field(default_factory=dict)
    durable: bool = True
    database: str = "frontdesk"

    def url(self, port: int) -> str:
        return f"postgres://frontdesk:{self.password}@127.0.0.1:{port}/{self.database}"

    @property
    def data(self) -> Path:
        """Its data directory: in the data folder, unless another user runs the server and cannot get there."""
        return self.folder.path / str(self.folder.recall("postgres").get("data", "postgres"))

    def process(self) -> psutil.Process | None:
        """The live postmaster of this folder, whoever started it; None when there is none."""
        pid, _ = self._lock_file()
        return processes.running(pid, names=NAMES, folder=self.data) if pid else None

    def _lock_file(self) -> tuple[int, int]:
        """(pid, port) as postmaster.pid gives them; zeros for what it does not."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return abs(int(lines[0])), int(lines[3]) if len(lines) > 3 else 0
        except (OSError, ValueError, IndexError):
            return 0, 0

    def start(self) -> int:
        """Start it, or find it running, and return its port.

        Makes the data directory and the database when they are missing, and clears what a killed
        server left behind. Raises ServicesError, with the reasons, when no way of running it works."""
        port = self._join() or self._start()
        self._ensure_database(port)
        return port

    def _join(self) -> int:
        """The port of the live server once it is ready; 0 when there is none. A live one is never stopped here:
        that it is slow to answer, or has no connection to spare, is no reason to cut everyone off."""

        def settled() -> bool:
            process = self.process()
            return process is None or self._ready(process.pid)

        if not processes.wait_until(settled, START_SECONDS):
            raise ServicesError("PostgreSQL runs and does not become ready; see log/postgres.log in the data folder.")
        return self._lock_file()[1] if self.process() else 0

    def _start(self) -> int:
        programs = binaries(major_of(self.data))
        problems = []
        for program in programs:
            for way in ways(self.folder, self.data):
                try:
                    return self._start_with(program, way)
                except ServicesError as error:
                    problems.append(f"{program.source}, {way.name}: {error}")
        raise ServicesError("PostgreSQL cannot be started here.\n" + "\n".join(problems))

    def _start_with(self, program: Binaries, way: RunAs) -> int:
        program, data = way.prepare(program, self.data)
        if data != self.data:
            inside = data.is_relative_to(self.folder.path)
            place = data.relative_to(self.folder.path) if inside else data
            self._note(data=str(place))
        if major_of(data) is None:
            self._initialise(program, way, data)
        preferred = int(self.folder.recall("postgres").get("port", 0))
        for _ in range(5):
            port = processes.free_port(preferred)
            try:
                self._launch(program, way, port)
            except PortTaken:
                preferred = 0
                continue
            self._note(port=port)
            return port
        raise ServicesError("it found no free port on 127.0.0.1.")

    def _note(self, **facts: object) -> None:
        self.folder.remember("postgres", {**self.folder.recall("postgres"), **facts})

    def _initialise(self, program: Binaries, way: RunAs, data: Path) -> None:
        """Make the cluster beside its place and move it there: a kill half-way leaves nothing half-made."""
        new = data.with_name(data.name + ".new")
        rmtree(new, ignore_errors=True)
        secret = way.secret_file(self.folder, self.password)
        command = [str(program.bin / "initdb"), "-D", str(new), "-U", "frontdesk", *program.locale(),
                   "-E", "UTF8", "-A", "scram-sha-256", f"--pwfile={secret}"]  # fmt: skip
        try:
            done = subprocess.run(
                way.command(command + ([] if self.durable else ["--no-sync"])),
                check=False, stdin=subprocess.DEVNULL, capture_output=True, cwd="/",
                env=program.environ(), **way.identity(),
            )  # fmt: skip
        except OSError as error:
            raise ServicesError(f"initdb cannot be run: {error.strerror}") from error
        finally:
            secret.unlink(missing_ok=True)
        if done.returncode:
            raise ServicesError(f"initdb failed: {done.stderr.decode(errors='replace').strip()}")
        if data.exists():
            data.rmdir()  # only ever an empty one: a cluster has a PG_VERSION
        new.rename(data)

    def _launch(self, program: Binaries, way: RunAs, port: int) -> None:
        """Start the postmaster; for some seconds again and again while a killed one is still being cleared away."""
        deadline = time.monotonic() + LOCK_SECONDS
        while True:
            self._clear_stale_lock()
            log = self.folder.log("postgres")
            before = log.stat().st_size if log.exists() else 0
            child = processes.launch(
                way.command(self._command(program, port)),
                log=log,
                environ=program.environ(),
                user=way.user,
            )
            if self._await(child):
                return
            said = log.read_bytes()[before if log.stat().st_size > before else 0 :].decode(errors="replace")
            if "could not bind" in said or "could not create any TCP/IP sockets" in said:
                raise PortTaken(f"Port {port} is taken.")
            if not any(words in said for words in IN_USE):
                raise ServicesError(f"the server did not start. The end of its log:\n{processes.tail(log)}")
            if time.monotonic() > deadline:
                self._end_survivors()
                if time.monotonic() > deadline + LOCK_SECONDS:
                    raise ServicesError(f"the data directory stays in use.\n{processes.tail(log)}")
            time.sleep(0.1)

    def _command(self, program: Binaries, port: int) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": "",  # a data folder's path may be longer than a socket's may be
            "logging_collector": "off",
            "log_destination": "stderr",
            **(
                {}
                if self.durable
                else {
                    "fsync": "off",
                    "synchronous_commit": "off",
                    "full_page_writes": "off",
                }
            ),
            **self.options,
        }
        pairs = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(program.bin / "postgres"), "-D", str(self.data), *pairs]

    def _await(self, child: subprocess.Popen[bytes]) -> bool:
        """Whether the postmaster says that it is ready. False when it ended instead."""

        def settled() -> bool:
            return child.poll() is not None or self._ready(child.pid)

        if not processes.wait_until(settled, START_SECONDS):
            self.stop()
        return child.poll() is None

    def _ready(self, pid: int) -> bool:
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def _clear_stale_lock(self) -> None:
        """Remove postmaster.pid when its process is gone, a zombie, or not a server of this folder.

        PostgreSQL itself trusts the bare number, and a killed postmaster's may still (or again) be in use.
        Live backends of it are found by PostgreSQL all the same, by their shared memory."""
        pid, _ = self._lock_file()
        if pid and not processes.running(pid, names=NAMES, folder=self.data):
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _end_survivors(self) -> None:
        """Kill backends that a killed postmaster left behind and that do not leave by themselves."""
        for process in processes.strays(names=NAMES, folder=self.data):
            processes.end(process, ((signal.SIGQUIT, 1.0), (signal.SIGKILL, 2.0)))

    def _ensure_database(self, port: int) -> None:
        from psycopg import sql

        with self._connect(port, "postgres") as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.database]).fetchone()
            if not known:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.database)))

    def _connect(self, port: int, database: str) -> psycopg.Connection[tuple[object, ...]]:
        """A connection; tried for some seconds while all are in use. Raises ServicesError when there is none."""
        import psycopg  # here, because the keeper has no use for it

        deadline = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                return psycopg.connect(
                    host="127.0.0.1",
                    port=port,
                    user="frontdesk",
                    password=self.password,
                    dbname=database,
                    connect_timeout=5,
                    autocommit=True,
                )
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline:
                    raise ServicesError(f"PostgreSQL of {self.folder.path} runs but refuses us: {error}") from error
                time.sleep(0.1)

    def stop(self) -> None:
        """Stop the server of this folder, if any: clients are cut off, everything committed stays."""
        if process := self.process():
            processes.end(process, STOP)
