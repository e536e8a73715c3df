"""The data folder: where things lie in it, who uses it, and what it remembers from one start to the next."""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from settings.embedded.errors import ServicesError

PROJECT = Path(__file__).resolve().parent.parent.parent


class Lock:
    """A lock on a file by flock: the kernel lets go of it when its holder dies, however it dies."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd = -1
        self._pid = 0

    @property
    def held(self) -> bool:
        """Whether this process holds it. A forked child shares the descriptor and does not count."""
        return self._fd >= 0 and self._pid == os.getpid()

    def take(self, *, shared: bool = False, wait: bool = True) -> bool:
        """Take it (or change from shared to exclusive). Returns False when `wait` is off and another has it."""
        if self._fd < 0:
            self._fd = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(self._fd, mode if wait else mode | fcntl.LOCK_NB)
        except BlockingIOError:
            self.release()
            return False
        self._pid = os.getpid()
        return True

    def release(self) -> None:
        """Let go of it. Does nothing when it is not held."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Hold it, exclusively, for a block."""
        self.take()
        try:
            yield
        finally:
            self.release()


class Folder:
    """One data folder. Making the object makes the folder (closed to other users).

    Raises ServicesError when it cannot be made or written."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path).expanduser().resolve()
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            for part in (self.locks, self.logs):
                part.mkdir(mode=0o700, exist_ok=True)
            writable = os.access(self.locks, os.W_OK)
        except OSError as error:
            raise ServicesError(f"The data folder {self.path} cannot be used: {error.strerror}.") from error
        if not writable:
            raise ServicesError(
                f"The data folder {self.path} belongs to another user. Set FRONTDESK_DATA to a folder of your own."
            )

    @property
    def locks(self) -> Path:
        return self.path / "locks"

    @property
    def logs(self) -> Path:
        return self.path / "log"

    def lock(self, name: str) -> Lock:
        return Lock(self.locks / f"{name}.lock")

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def remember(self, name: str, value: dict[str, Any]) -> None:
        """Keep a small fact (`NAME.json`, readable by the owner only); all of it or nothing is written."""
        write_private(self.path / f"{name}.json", json.dumps(value, indent=1) + "\n")

    def recall(self, name: str) -> dict[str, Any]:
        """The fact kept under that name, or {} when there is none that can be read."""
        try:
            value = json.loads((self.path / f"{name}.json").read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return value if isinstance(value, dict) else {}


def write_private(path: Path, text: str) -> None:
    """Write a file of mode 0600 in one step: a reader, or a crash, sees the old text or the new."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
