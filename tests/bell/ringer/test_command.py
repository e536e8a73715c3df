"""The command as systemd runs it: a process that is told to end, killed, started again; its pins write a history."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.bell.ringer.conftest import TOKEN
from tests.bell.ringer.server import BellServer, soon

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = Path(__file__).with_name("with_history.py")
LONG = [100, 400] * 15


class Pi:
    """A machine with one pin and one disk, on which the command runs again and again."""

    def __init__(self, disk: Path) -> None:
        self.history = disk / "history"
        self.state = disk / "rings.json"

    @property
    def states(self) -> str:
        return self.history.read_text() if self.history.exists() else ""

    @asynccontextmanager
    async def running(self, *options: str, at_high: str = "", **environment: str) -> AsyncIterator[Process]:
        """The command, until it is left."""
        more = ["--at-high", at_high] if at_high else []
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(SCRIPT), str(self.history), *more, "--", *options,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(ROOT / "bell/ringer/src"),
                "FRONTDESK_BELL_STATE": str(self.state),
                "FRONTDESK_BELL_TOKEN": TOKEN,
                **environment,
            },
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def run(self, *options: str, **more: str) -> tuple[int, str]:
        """Run the command to its end; return its status and what it said."""
        async with self.running(*options, **more) as process:
            _, said = await soon(process.communicate())
            return process.returncode or 0, said.decode()


@pytest.fixture
def pi(tmp_path: Path) -> Pi:
    return Pi(tmp_path)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
async def test_a_signal_in_the_middle_of_a_strike_leaves_the_pin_low(name: str, pi: Pi, server: BellServer) -> None:
    async with pi.running("--url", server.url, at_high=name) as process:
        session = await server.session()
        await session.welcome()
        await session.ring(LONG)
        assert await soon(process.wait()) == 0
    assert pi.states == "10"


async def test_a_signal_from_outside_ends_a_long_pattern_with_the_pin_low(pi: Pi, server: BellServer) -> None:
    async with pi.running("--url", server.url) as process:
        session = await server.session()
        await session.welcome()
        await session.ring(LONG)
        async with asyncio.timeout(60):
            while "1" not in pi.states:
                await asyncio.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        assert await soon(process.wait()) == 0
    assert pi.states.endswith("0")
    assert pi.states.count("1") < 15


async def test_a_server_that_hangs_does_not_keep_the_ringer_from_ending(pi: Pi) -> None:
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        hanging.settimeout(60)
        async with pi.running("--url", f"ws://127.0.0.1:{hanging.getsockname()[1]}") as process:
            connection, _ = await asyncio.to_thread(hanging.accept)
            process.send_signal(signal.SIGTERM)
            assert await soon(process.wait()) == 0
            connection.close()


async def test_after_kill_9_systemd_lowers_the_pin_and_the_ring_is_not_struck_again(pi: Pi, server: BellServer) -> None:
    async with pi.running("--url", server.url, at_high="SIGKILL") as process:
        session = await server.session()
        await session.welcome()
        ring = await session.ring(LONG)
        assert await soon(process.wait()) == -signal.SIGKILL
    # The level stays, and no program of ours is left to change it: systemd runs this one then.
    assert pi.states == "1"
    assert "ExecStopPost=/usr/local/bin/frontdesk-bell --low" in unit_lines()
    assert await pi.run("--low") == (0, "")
    assert pi.states == "10"

    async with pi.running("--url", server.url):
        session = await server.session()
        await session.welcome()
        await session.ring(LONG, ring)
        assert await session.struck() == ring
    assert pi.states == "10"


def unit_lines() -> list[str]:
    return (ROOT / "bell/ringer/frontdesk-bell.service").read_text().splitlines()


async def test_an_exception_in_the_middle_of_a_pattern_leaves_the_pin_low_and_says_so(
    pi: Pi, server: BellServer
) -> None:
    async with pi.running("--url", server.url, at_high="SIGUSR1") as process:
        session = await server.session()
        await session.welcome()
        await session.ring(LONG)
        _, said = await soon(process.communicate())
    assert process.returncode == 1
    assert b"the chip has gone" in said
    assert pi.states == "10"


async def test_a_revoked_token_ends_with_77_and_a_clear_sentence(pi: Pi, server: BellServer) -> None:
    async with pi.running("--url", server.url) as process:
        session = await server.session()
        await session.welcome()
        await session.close(4401)
        _, said = await soon(process.communicate())
    assert process.returncode == 77
    assert b"The server has revoked this bell's token. Make a new one on the Bell page" in said
    assert TOKEN.encode() not in said
    assert "RestartPreventExitStatus=2 77" in unit_lines()


async def test_wrong_options_end_with_2_and_touch_no_pin(pi: Pi) -> None:
    status, said = await pi.run("--url", "http://desk.example.com")
    assert status == 2
    assert "without TLS" in said
    assert pi.states == ""


async def test_test_strikes_once(pi: Pi) -> None:
    assert await pi.run("--test") == (0, "")
    assert pi.states == "10"


async def test_test_strikes_once_with_a_servo(pi: Pi) -> None:
    assert await pi.run("--test", "--actuator", "servo") == (0, "")
    # To the bell and back, and then no pulses any more.
    assert pi.states.count("1") == 2
    assert pi.states.endswith("0")


async def test_a_dry_run_prints_and_acknowledges_and_touches_no_pin(pi: Pi, server: BellServer) -> None:
    async with pi.running("--url", server.url, "--dry-run") as process:
        session = await server.session()
        await session.welcome()
        ring = await session.ring([80, 100, 80], reason="Ada signed up")
        assert await session.struck() == ring
        process.send_signal(signal.SIGTERM)
        _, said = await soon(process.communicate())
    lines = said.decode().splitlines()
    assert lines[1:] == ["ring (80 100 80 ms): Ada signed up", "strike", "strike"]
    assert pi.states == ""
    assert not pi.state.exists()


async def test_a_dry_test_prints_one_strike(pi: Pi) -> None:
    assert await pi.run("--test", "--dry-run") == (0, "strike\n")


async def test_a_machine_without_pins_says_what_to_install(pi: Pi) -> None:
    # The command without this test's pins; a machine that is no Pi has none of its own.
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "frontdesk_bell", "--test",
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "bell/ringer/src"), "GPIOZERO_PIN_FACTORY": "lgpio"},
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, said = await soon(process.communicate())
    assert process.returncode == 1
    assert b"sudo apt install python3-lgpio" in said
    assert b"Traceback" not in said


async def test_systemd_hears_that_the_ringer_is_up_and_that_its_loop_runs(pi: Pi, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(60)
        async with pi.running(
            "--url", "ws://127.0.0.1:9", NOTIFY_SOCKET=str(tmp_path / "notify"), WATCHDOG_USEC="300000"
        ):
            heard = [await asyncio.to_thread(systemd.recv, 100) for _ in range(4)]
    assert heard == [b"READY=1"] + [b"WATCHDOG=1"] * 3
