"""Makes what the Dockerfile makes, without Docker, and runs it as the container would.

The Dockerfile's own lines are read: what it copies is copied, and its calls of settings/image.sh are made, with the
image's folders under a temporary one. The tree belongs to somebody else than the one who runs it, where root tests."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOBODY = 65534
IGNORED = shutil.ignore_patterns("__pycache__", "*.pyc")


def instructions(dockerfile: Path = ROOT / "Dockerfile") -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions: (name, rest), continued lines joined, comments left out."""
    text = re.sub(r"^\s*#.*\n", "", dockerfile.read_text(), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines if line.strip()]


class Image:
    """The image, unpacked in `root`: /app, /venv and /data of the container are folders there."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("app", "data", "tmp"):
            (root / name).mkdir()
        self.user = NOBODY if os.geteuid() == 0 and shutil.which("setpriv") else None
        self.environ: dict[str, str] = {}

    def path(self, inside: str) -> str:
        """Return where a path of the container, or several in a text, are here."""
        return re.sub(r"(?<![\w.])/(app|venv|data)\b", lambda match: f"{self.root}/{match[1]}", inside)

    def build(self) -> None:
        """Take every step of the Dockerfile that has a meaning here. Raises if one fails, or is not known."""
        for name, rest in instructions():
            if name == "COPY" and not rest.startswith("--from"):
                *sources, target = rest.split()
                for source in sources:
                    self._copy(source, target)
            elif name == "RUN" and "settings/image.sh" in rest:
                self._run(rest)
            elif name == "ENV":
                self.environ |= {k: self.path(v) for k, v in (pair.split("=", 1) for pair in shlex.split(rest))}
        self._give_away()

    def _copy(self, source: str, target: str) -> None:
        here, there = ROOT / source, self.root / "app" / target
        if here.is_dir():
            shutil.copytree(here, there, ignore=IGNORED, dirs_exist_ok=True)
        else:
            there = there / here.name if target.endswith("/") else there
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(here, there)

    def _run(self, line: str) -> None:
        environ = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": os.environ.get("HOME", "/"),
            "PYTHON": self._interpreter(),
            **{name: value for name, value in os.environ.items() if name.startswith(("UV_", "PIP_", "SSL_", "HTTP"))},
        }
        done = subprocess.run(
            ["sh", "-c", self.path(line)], cwd=self.root / "app", env=environ, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"

    def _interpreter(self) -> str:
        """Return a Python that the container's user may run: a developer's own often lies in a closed home."""
        names = [os.path.realpath(sys.executable), "python3", "python3.13", "python3.12", "/usr/bin/python3"]
        known = [found for name in names if (found := shutil.which(name))]
        for python in known:
            # It must find its own library too: one that cannot goes on with another Python's.
            ours, theirs = (_library(prefix, python) for prefix in ([], self._as_user()))
            if ours and ours == theirs:
                return python
        self.user = None
        return known[0]

    def _give_away(self) -> None:
        """Leave the tree to be read only, and data and tmp to the container's user."""
        for folder, _, files in os.walk(self.root / "app"):
            for path in [Path(folder), *(Path(folder) / name for name in files)]:
                mode = path.stat().st_mode
                path.chmod((mode | stat.S_IRGRP | stat.S_IROTH) & ~0o222 | (0o111 if path.is_dir() else 0))
        if self.user is not None:
            for name in ("data", "tmp"):
                os.chown(self.root / name, self.user, self.user)

    def _as_user(self) -> list[str]:
        if self.user is None:
            return []
        return ["setpriv", f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups"]

    def command(self, *arguments: str) -> list[str]:
        """Return the container's command line for these arguments of its entry point."""
        (entry,) = [rest for name, rest in instructions() if name == "ENTRYPOINT"]
        words = [word.strip('" ') for word in entry.strip("[]").split(",")]
        return [*self._as_user(), f"{self.root}/venv/bin/{words[0]}", *words[1:], *arguments]

    def env(self, **given: str) -> dict[str, str]:
        """Return the container's whole environment."""
        return {**self.environ, "TMPDIR": str(self.root / "tmp"), **given}

    def run(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run the container with these arguments to its end."""
        return subprocess.run(
            self.command(*arguments),
            cwd=self.root / "app",
            env=self.env(**environ),
            capture_output=True,
            text=True,
            timeout=120,
        )

    @contextmanager
    def running(self, *arguments: str, log: Path, **environ: str) -> Iterator[subprocess.Popen[bytes]]:
        """Run the container while the block runs; its output goes to `log`."""
        with log.open("ab") as out:
            process = subprocess.Popen(
                self.command(*arguments), cwd=self.root / "app", env=self.env(**environ), stdout=out, stderr=out
            )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def remove(self) -> None:
        """Take everything away again."""
        for folder, _, _ in os.walk(self.root / "app"):
            Path(folder).chmod(0o755)
        shutil.rmtree(self.root, ignore_errors=True)


def _library(prefix: list[str], python: str) -> str:
    """Return where a Python of 3.11 or later finds its library, "" if it does not run."""
    code = "import ssl, sys; assert sys.version_info >= (3, 11); print(ssl.__file__)"
    return subprocess.run([*prefix, python, "-I", "-c", code], cwd="/", capture_output=True, text=True).stdout
