"""`make run`: everything on this machine, in the foreground, until Ctrl-C.

    python -m settings.run [--parent PID]

HOST (127.0.0.1) and PORT (8000) say where, FRONTDESK_DATA (.data) with which data; DATABASE_URL and
REDIS_URL replace the embedded servers. `--parent` ties this process to the `make` that runs it."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from shutil import rmtree
from types import FrameType

from settings import services, tether
from settings.embedded.folder import PROJECT, Folder, Lock
from settings.supervision import Supervisor, programs, sweep, tied

HEALTH_SECONDS = 90
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Refused(Exception):
    """It cannot run; the message says why, to the person at the terminal."""


class Run:
    """One `make run`: owns the data folder, prepares, starts, watches, stops."""

    def __init__(self, parent: int = 0) -> None:
        self.parent = parent
        self.host = os.environ.get("HOST") or "127.0.0.1"
        self.port = port_from(os.environ.get("PORT") or "8000")
        self.folder = Folder(services.data_folder())
        self.lock: Lock = self.folder.lock("run")
        self.stopping = threading.Event()
        self.supervisor: Supervisor | None = None
        self._step: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)
        return f"http://{host}:{self.port}"

    def main(self) -> int:
        """Run until a signal comes. Returns the exit status: 0 when it was stopped, 1 when it failed."""
        for number in SIGNALS:
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup means it
                signal.signal(number, self._signalled)
        if self.parent and not tether.tie(signal.SIGTERM, self.parent):
            return 1
        try:
            self.own()
            self.prepare()
            self.serve()
            return self.watch()
        except (Refused, services.ServicesError) as problem:
            if self.stopping.is_set():
                return 0
            say(f"make run: {problem}")
            return 1
        finally:
            self.close()

    def _signalled(self, number: int, frame: FrameType | None) -> None:
        self.stopping.set()
        if self._step:
            self._step.terminate()

    def own(self) -> None:
        """Take the folder, clear what a killed run left, and see that the port is free. Raises Refused."""
        if not self.lock.take(wait=False):
            other = self.folder.recall("run")
            raise Refused(
                f"already running in {self.folder.path}, as process {other.get('pid', '?')}, "
                f"at {other.get('address', '?')}."
            )
        # A killed run's processes are on their way out; whoever is not gets told.
        sweep(self.folder, seconds=8)
        with socket.socket(socket.AF_INET6 if ":" in self.host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError as error:
                raise Refused(
                    f"{self.host}:{self.port} cannot be used ({error.strerror}). "
                    "Stop what uses it, or choose another: PORT=8001 make run."
                ) from error
        self.folder.remember("run", {"pid": os.getpid(), "address": self.address})

    def prepare(self) -> None:
        """Servers, tables, static files, demo data. Raises Refused when that fails."""
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.local")
        services.provide()
        # Web and worker add up what they count in files; a former run's must not be counted again.
        counts = self.folder.path / "metrics"
        rmtree(counts, ignore_errors=True)
        counts.mkdir(mode=0o700)
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(counts)
        if not self.stopping.is_set():
            command, environ = tied([sys.executable, "-m", "settings.prepare"], self.folder)
            self._step = subprocess.Popen(
                command, cwd=PROJECT, env=environ, stdin=subprocess.DEVNULL, start_new_session=True
            )
            if self._step.wait():
                raise Refused("the preparation failed.")
            self._step = None

    def serve(self) -> None:
        """Start web, worker and beat, and wait until the site answers. Raises Refused when it does not."""
        if self.stopping.is_set():
            return
        self.supervisor = Supervisor(self.folder, programs(self.host, self.port, self.folder.path))
        deadline = time.monotonic() + HEALTH_SECONDS
        while not self.stopping.is_set() and not self.healthy():
            if not self.supervisor.alive:
                raise Refused("the process manager ended. Its output is above.")
            if time.monotonic() > deadline:
                raise Refused(f"{self.address}/healthz did not answer within {HEALTH_SECONDS} seconds.")
            self.stopping.wait(0.1)
        if not self.stopping.is_set():
            say(WELCOME.format(address=self.address))

    def healthy(self) -> bool:
        """Whether /healthz answers with 200."""
        connection = http.client.HTTPConnection(self.address.removeprefix("http://"), timeout=2)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def watch(self) -> int:
        """Wait for a signal. A database or Redis that dies meanwhile is started again at its address."""
        while not self.stopping.wait(0.5):
            if self.supervisor and not self.supervisor.alive:
                raise Refused("the process manager ended; stopping.")
            if self.parent and tether.interrupted(self.parent):
                break
            services.revive()
        say("Stopping …")
        return 0

    def close(self) -> None:
        """Everything down in order, the servers last, then let go of the folder."""
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)  # it is being done: a second Ctrl-C must not leave orphans
        if self.supervisor:
            self.supervisor.stop()
        services.leave()
        if self.lock.held:
            (self.folder.path / "run.json").unlink(missing_ok=True)
        self.lock.release()


WELCOME = """
Frontdesk runs at {address}

  the desk         {address}/        sign in as ada@demo.test, password frontdesk-demo
  the demo shop    {address}/demo/   write there as a visitor

Ctrl-C stops it.
"""


def port_from(value: str) -> int:
    """PORT as a number. Raises Refused when it is none."""
    if value.isdecimal() and 0 < int(value) < 65536:
        return int(value)
    raise Refused(f"PORT must be a number from 1 to 65535, not {value!r}.")


def say(text: str) -> None:
    """Print at once; a reader that has gone is no reason to stop."""
    try:
        print(text, flush=True)
    except OSError:
        pass


def main(arguments: list[str]) -> int:
    """Run with the arguments of the command line; returns the exit status."""
    services.read_env_file()
    parent = int(arguments[1]) if arguments[:1] == ["--parent"] else 0
    try:
        return Run(parent).main()
    except (Refused, services.ServicesError) as problem:
        say(f"make run: {problem}")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
