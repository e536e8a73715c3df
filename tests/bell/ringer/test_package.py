"""The distribution, installed where there is nothing else: it runs without Django, and in little memory."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from frontdesk_bell import __version__

from tests.bell.ringer.conftest import TOKEN
from tests.bell.ringer.server import BellServer, soon

ROOT = Path(__file__).resolve().parents[3]
MOST_MEMORY = 40 * 1024 * 1024
# Everything that the ringer is made of, imported; then the names of what came with it.
IMPORT = """
import importlib, pkgutil, sys
import frontdesk_bell, gpiozero
for module in pkgutil.iter_modules(frontdesk_bell.__path__):
    if module.name != "__main__":
        importlib.import_module(f"frontdesk_bell.{module.name}")
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def run(*command: str | Path) -> str:
    """Run a command to its end and return what it printed; its errors are the test's."""
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, cwd=ROOT, env=os.environ | {"UV_SYSTEM_CERTS": "1"}
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def install(wheel: Path, folder: Path) -> None:
    """Make an environment with the distribution alone: by uv, at the versions that requirements.lock names and with
    their hashes; by pip where there is no uv, or where pip alone is set up for the index (.ci/environment)."""
    found = [shutil.which("uv"), *map(str, [*ROOT.glob(".venv/bin/uv"), *ROOT.glob(".venv/uv/bin/uv")])]
    for uv in filter(None, found):
        try:
            run(uv, "venv", "-q", "--clear", "--python", sys.executable, folder)
            run(uv, "pip", "install", "-q", "--python", folder / "bin/python", "-c", "requirements.lock", wheel)
        except AssertionError as error:
            print(f"uv does not install the ringer, pip is tried: {error}")
        else:
            return
    run(sys.executable, "-m", "venv", "--clear", folder)
    run(folder / "bin/python", "-m", "pip", "install", "-q", "--disable-pip-version-check", wheel)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of an environment in which the wheel is installed."""
    folder = tmp_path_factory.mktemp("ringer")
    run(sys.executable, "-m", "flit_core.wheel", "bell/ringer", "--outdir", folder)
    (wheel,) = folder.glob("*.whl")
    assert wheel.name == f"frontdesk_bell-{__version__}-py3-none-any.whl"
    install(wheel, folder / "env")
    yield folder / "env"
    shutil.rmtree(folder)


def test_it_imports_where_there_is_no_django_and_nothing_of_frontdesk(environment: Path) -> None:
    names = set(run(environment / "bin/python", "-I", "-c", IMPORT).split())
    assert {"frontdesk_bell", "gpiozero", "websockets"} <= names
    assert not names & {"django", "inbox", "notifications", "bell", "settings", "lgpio"}
    missing = "import importlib.util, sys; sys.exit(any(map(importlib.util.find_spec, ['django', 'inbox', 'bell'])))"
    run(environment / "bin/python", "-I", "-c", missing)


def test_its_command_is_installed_and_says_its_version(environment: Path) -> None:
    assert run(environment / "bin/frontdesk-bell", "--version") == f"frontdesk-bell {__version__}\n"


async def test_a_connected_ringer_holds_less_than_40_mb(environment: Path, server: BellServer, tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        environment / "bin/frontdesk-bell", "--url", server.url, "--state", tmp_path / "rings.json",
        env={"PATH": os.environ["PATH"], "FRONTDESK_BELL_TOKEN": TOKEN, "GPIOZERO_PIN_FACTORY": "mock"},
    )  # fmt: skip
    try:
        session = await server.session()
        await session.welcome()
        ring = await session.ring([60, 60, 60])
        assert await session.struck() == ring
        held = psutil.Process(process.pid).memory_info().rss
    finally:
        process.terminate()
        status = await soon(process.wait())
    assert status == 0
    print(f"a connected ringer holds {held / 1024 / 1024:.1f} MB")
    assert held < MOST_MEMORY


def test_the_unit_names_options_and_a_command_that_are_there(environment: Path) -> None:
    unit = (ROOT / "bell/ringer/frontdesk-bell.service").read_text()
    commands = [line.partition("=")[2] for line in unit.splitlines() if line.startswith("Exec")]
    assert [command.split()[0] for command in commands] == ["/usr/local/bin/frontdesk-bell"] * 2
    options = {option for command in commands for option in command.split()[1:]}
    told = run(environment / "bin/frontdesk-bell", "--help")
    assert options
    assert all(option in told for option in options)
