"""A Chromium for the browser tests: `python -m tests.browser.install` prints the path of one, installed if need be.

In this order: FRONTDESK_CHROMIUM, one on PATH, Playwright's own if it is there, Debian's package (as root),
Playwright's download. A browser counts only when it says its version."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class NoBrowser(Exception):
    """There is no Chromium and none could be installed. The message says what was tried."""


def chromium() -> Path:
    """The Chromium to launch (as root with --no-sandbox), installed when there is none. Raises NoBrowser."""
    if named := os.environ.get("FRONTDESK_CHROMIUM"):
        if runs(Path(named)):
            return Path(named)
        raise NoBrowser(f"FRONTDESK_CHROMIUM names {named}, which is no browser that runs.")
    return present() or installed()


def present() -> Path | None:
    """A Chromium that is here already, or None."""
    on_path = (Path(found) for name in NAMES if (found := shutil.which(name)))
    if (first := next(filter(runs, on_path), None)) is not None:
        return first
    playwrights = playwright_path()
    return playwrights if playwrights and runs(playwrights) else None


def runs(path: Path) -> bool:
    """Whether it is there, with all libraries that it needs."""
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0 and b"." in done.stdout


def playwright_path() -> Path | None:
    """Where Playwright keeps its own Chromium, whether it is there or not."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return Path(path) if path else None


def installed() -> Path:
    """Install one (one process at a time) and return its path. Raises NoBrowser with what each way said."""
    with (Path(tempfile.gettempdir()) / f"frontdesk-browser-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if found := present():
            return found
        said = []
        for command in commands():
            print("installing a browser:", " ".join(command), file=sys.stderr, flush=True)
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            )  # fmt: skip
            said.append(f"$ {' '.join(command)}\n{(done.stdout + done.stderr)[-1500:]}")
            if found := present():
                return found
    raise NoBrowser(
        "There is no Chromium for the browser tests. Install one (on Debian: apt-get install chromium), "
        "or name one in FRONTDESK_CHROMIUM. What was tried:\n" + "\n".join(said)
    )


def commands() -> list[list[str]]:
    """The commands that may bring one, the likeliest first."""
    apt = [
        ["apt-get", "update"],
        ["apt-get", "install", "-y", "--no-install-recommends", "chromium"],
    ]
    own = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    return [*apt, *own] if os.geteuid() == 0 and shutil.which("apt-get") else own


if __name__ == "__main__":
    try:
        print(chromium())
    except NoBrowser as problem:
        sys.exit(str(problem))
