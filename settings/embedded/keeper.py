"""Stops the servers of a data folder when the last process that uses them has gone, however it went.

Run as a program (`python keeper.py FOLDER [--remove]`). Everyone who uses the servers holds the folder's
`users` lock, shared; the keeper waits for it exclusively. The kernel takes a killed process's lock away,
so even `kill -9` of all users leaves no server behind. At most one keeper waits for a folder."""

from __future__ import annotations

import shutil
import signal
import sys
from pathlib import Path

import psutil

if __name__ == "__main__":  # run as a file, from anywhere: the project is not on the path
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from settings.embedded.folder import Folder, Lock
from settings.embedded.postgres import Postgres
from settings.embedded.processes import end, launch
from settings.embedded.valkey import Valkey


def watch(folder: Folder, *, remove: bool) -> None:
    """Start a keeper for the folder. It ends at once when there is one already."""
    command = [
        sys.executable,
        "-I",
        __file__,
        str(folder.path),
        *(["--remove"] if remove else []),
    ]
    keeper = launch(command, log=folder.log("keeper"), environ={"LC_ALL": "C.UTF-8"})
    folder.remember("keeper", {"pid": keeper.pid})


def dismiss(folder: Folder) -> None:
    """End the folder's keeper. Only who holds `users` exclusively, and has stopped the servers, may call this."""
    try:
        process = psutil.Process(int(folder.recall("keeper").get("pid", 0)))
        ours = {__file__, str(folder.path)} <= set(process.cmdline())
    except (psutil.Error, ValueError):
        return
    if ours:
        end(process, ((signal.SIGKILL, 5.0),))


def keep(folder: Folder, *, remove: bool) -> None:
    """Wait until nobody uses the servers, then stop them (and remove the folder, a temporary one)."""
    mine = folder.lock("keeper")
    if not mine.take(wait=False):
        return
    users = folder.lock("users")
    users.take()
    stop_servers(folder)
    if remove:
        shutil.rmtree(folder.path, ignore_errors=True)
    # In this order: who then takes `users` must see that this keeper keeps no longer.
    mine.release()
    users.release()


def stop_servers(folder: Folder) -> None:
    """Stop both servers of the folder. Only who holds `users` exclusively may call this."""
    Valkey(folder, "").stop()
    Postgres(folder, "").stop()


def is_kept(folder: Folder) -> bool:
    """Whether a keeper waits for this folder."""
    probe: Lock = folder.lock("keeper")
    free = probe.take(wait=False)
    probe.release()
    return not free


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    keep(Folder(sys.argv[1]), remove="--remove" in sys.argv)
