"""Server processes: whether one is ours, starting it, waiting for it, ending it."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import psutil

LOG_LIMIT = 5 * 1024 * 1024
_children: list[subprocess.Popen[bytes]] = []


def running(pid: int, *, names: Iterable[str], folder: Path) -> psutil.Process | None:
    """The process `pid` when it is alive, bears one of the names and works in `folder`; else None.

    Both servers change into their data folder, so name and working directory prove that a number
    left in a file still means the same process. A zombie is gone: its parent has only not noticed."""
    try:
        process = psutil.Process(pid)
        with process.oneshot():
            if process.status() == psutil.STATUS_ZOMBIE or not process.name().startswith(tuple(names)):
                return None
            return process if _works_in(process, folder) else None
    except (psutil.NoSuchProcess, ValueError):
        return None


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return Path(process.cwd()).samefile(folder)
    except psutil.AccessDenied:
        # Some containers do not show it even to root: then the command line must name the folder.
        return str(folder) in process.cmdline()
    except OSError:
        return False


def strays(*, names: Iterable[str], folder: Path) -> list[psutil.Process]:
    """All live processes of these names that work in `folder`, whoever started them."""
    wanted = tuple(names)
    return [
        process
        for process in psutil.process_iter(["name"])
        if (process.info["name"] or "").startswith(wanted) and running(process.pid, names=wanted, folder=folder)
    ]


def launch(
    command: list[str], *, log: Path, environ: dict[str, str], user: int | None = None
) -> subprocess.Popen[bytes]:
    """Start a server in a session of its own (a Ctrl-C at the terminal is not for it), output to `log`."""
    mode = "wb" if log.exists() and log.stat().st_size > LOG_LIMIT else "ab"
    with log.open(mode) as output:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            env=environ,
            start_new_session=True,
            user=user,
            group=user,
            extra_groups=[] if user is not None else None,
        )
    _children.append(child)  # kept, so that it is reaped and not warned about
    return child


def end(process: psutil.Process, steps: Iterable[tuple[signal.Signals, float]]) -> None:
    """Send each signal in turn, each with its seconds to work, until the process is gone."""
    for number, seconds in steps:
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            break
        if wait_until(lambda: gone(process), seconds):
            break
    reap()


def gone(process: psutil.Process) -> bool:
    """Whether the process has ended (reaped or not)."""
    reap()
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def reap() -> None:
    """Collect children of this process that have ended."""
    _children[:] = [child for child in _children if child.poll() is None]


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Ask every few milliseconds until `condition` holds. Returns False when the seconds are over."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def free_port(preferred: int = 0) -> int:
    """`preferred` when nothing listens on it, else a port that the system picks."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port on 127.0.0.1")


def tail(log: Path, lines: int = 12) -> str:
    """The last lines of a log, for an error message."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return "(no log)"
