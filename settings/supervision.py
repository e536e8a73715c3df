"""supervisord for `make run`: its configuration, its life, and whatever an earlier run left behind."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import psutil

from settings.embedded.folder import PROJECT, Folder, write_private
from settings.embedded.processes import wait_until

TETHER = str(PROJECT / "settings" / "tether.py")
# Every process of a run bears it in its environment, so that what outlives a run can be found.
MARK = "FRONTDESK_RUN"


@dataclass(frozen=True)
class Program:
    """One kind of process: its command, and how many seconds it may take to stop. Stopped in the order given."""

    name: str
    command: list[str]
    seconds: int


def programs(host: str, port: int, data: Path) -> list[Program]:
    """Web, beat and worker, in the order in which they are stopped."""
    python = [sys.executable, "-m"]
    # Root is who runs this in a container; the warning would be all that a newcomer reads.
    celery = [sys.executable, "-W", "ignore:You're running the worker", "-m", "celery", "-q", "-A", "settings.celery"]
    return [
        Program("web", [
            *python, "uvicorn", "settings.asgi:application", "--host", host, "--port", str(port),
            # Frames are small; compressing each costs more than it saves.
            "--ws-max-size", "1048576", "--ws-per-message-deflate", "false",
            "--no-access-log", "--lifespan", "off", "--log-level", "warning", "--timeout-graceful-shutdown", "3",
        ], seconds=5),
        Program("beat", [*celery, "beat", "-s", str(data / "beat"), "--pidfile=", "-l", "warning"], seconds=2),
        Program("worker", [
            *celery, "worker", "-Q", "default,deliveries,imports", "--concurrency", "2", "-l", "warning",
            "--without-gossip", "--without-mingle",
        ], seconds=6),
    ]  # fmt: skip


def configuration(folder: Folder, wanted: list[Program]) -> str:
    """supervisord's configuration file. It stops what has the highest priority first."""
    lines = [
        "[supervisord]",
        "nodaemon=true",
        *(["user=root"] if os.geteuid() == 0 else []),
        f"directory={escaped(str(PROJECT))}",
        f"logfile={escaped(str(folder.log('supervisord')))}",
        f"pidfile={escaped(str(folder.path / 'supervisord.pid'))}",
        f"childlogdir={escaped(str(folder.logs))}",
        "loglevel=warn",
    ]
    for place, program in enumerate(wanted):
        command = [sys.executable, "-I", TETHER, "TERM", *program.command]
        lines += [
            f"[program:{program.name}]",
            f"command={escaped(shlex.join(command))}",
            f"priority={900 - place}",
            "autorestart=true",
            "startretries=10",
            f"stopwaitsecs={program.seconds}",
            "killasgroup=true",
            "redirect_stderr=true",
            "stdout_logfile=/dev/fd/1",
            "stdout_logfile_maxbytes=0",
        ]
    return "\n".join([*lines, ""])


def escaped(value: str) -> str:
    """A value as it must stand in supervisord's file, where % and ; mean something."""
    return value.replace("%", "%%").replace(" ;", " \\;")


def tied(command: list[str], folder: Folder) -> tuple[list[str], dict[str, str]]:
    """A command, and its environment, such that it ends with this process and is known as part of this run."""
    environ = {**os.environ, MARK: str(folder.path), "TETHER_PARENT": str(os.getpid())}
    return [sys.executable, "-I", TETHER, "TERM", *command], environ


class Supervisor:
    """supervisord over web, beat and worker, tied to this process; its output is copied to ours."""

    def __init__(self, folder: Folder, wanted: list[Program]) -> None:
        self.folder = folder
        self.stopping = False
        config = folder.path / "supervisord.conf"
        write_private(config, configuration(folder, wanted))
        command = [
            sys.executable,
            "-m",
            "supervisor.supervisord",
            "-n",
            "-c",
            str(config),
        ]
        environ = {
            **os.environ,
            MARK: str(folder.path),
            "TETHER_PARENT": str(os.getpid()),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-I", TETHER, "TERM", *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=PROJECT,
            env=environ,
            start_new_session=True,  # a Ctrl-C is for us alone: we stop the others in order
        )
        self._copier = threading.Thread(target=self._copy, daemon=True)
        self._copier.start()

    def _copy(self) -> None:
        """A pipe of our own, because supervisord cannot open every kind of standard output anew."""
        assert self.process.stdout
        for line in self.process.stdout:
            if self.stopping and b" WARN " in line:
                continue  # supervisord's remarks on what it was just told to do
            # Who reads our output may have gone; the children must not stop for that.
            with contextlib.suppress(OSError, ValueError):
                sys.stdout.buffer.write(line)
                sys.stdout.buffer.flush()

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def stop(self, seconds: float = 15) -> None:
        """Stop web, beat and worker, in this order; then whatever did not listen."""
        self.stopping = True
        if self.alive:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
        sweep(self.folder, seconds=1)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        self._copier.join(2)


def sweep(folder: Folder, *, seconds: float) -> None:
    """End every process of a run over this folder that still lives: first asked, after `seconds` forced."""
    left = members(folder)
    for number in (signal.SIGTERM, signal.SIGKILL):
        for process in left:
            with contextlib.suppress(psutil.Error):
                process.send_signal(number)
        wait_until(lambda: not members(folder), seconds)
        left = members(folder)
        if not left:
            return


def members(folder: Folder) -> list[psutil.Process]:
    """The live processes that bear this folder's mark."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            marked = process.pid != os.getpid() and process.environ().get(MARK) == str(folder.path)
            if marked and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found
