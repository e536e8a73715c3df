"""PostgreSQL and Redis of a test's own, which keep what they were told like a customer's, and may be killed."""

from __future__ import annotations

import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from settings.embedded.folder import Folder
from settings.embedded.postgres import Postgres
from settings.embedded.valkey import Valkey
from settings.services import Servers, Urls


class KillableServers:
    """Both servers of a temporary folder, with all that makes them keep what they have said is kept."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="frontdesk-chaos-"))
        self._servers = Servers(self.path, durable=True, temporary=True, options={"max_connections": "120"})
        self.urls: Urls = self._servers.start()

    def process(self, name: str) -> psutil.Process:
        """Return the live process of "postgres" or "redis"."""
        folder = Folder(self.path)
        found = Postgres(folder, "").process() if name == "postgres" else Valkey(folder, "").process()
        assert found is not None, f"{name} does not run"
        return found

    def kill(self, name: str) -> None:
        """End it as a power cut would: kill -9, for PostgreSQL of all its processes."""
        process = self.process(name)
        family = [process, *process.children(recursive=True)]
        for member in family:
            member.kill()
        psutil.wait_procs(family, timeout=10)

    def pause(self) -> None:
        """Have Redis hang: it takes connections and answers nothing."""
        self.process("redis").send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Have Redis go on after `pause`."""
        self.process("redis").send_signal(signal.SIGCONT)

    def start(self) -> None:
        """Start what was killed again, at the same address, and wait until it answers."""
        assert self._servers.start() == self.urls

    def stop(self) -> None:
        """Stop both and remove the folder."""
        self._servers.stop()


@contextmanager
def killable_servers() -> Iterator[KillableServers]:
    """Servers that run while the block does."""
    servers = KillableServers()
    try:
        yield servers
    finally:
        servers.stop()
