"""Pins that remember, and a ringer on them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from frontdesk_bell.actuators import Actuator, Solenoid
from frontdesk_bell.link import Link, Patience
from frontdesk_bell.memory import Memory
from frontdesk_bell.ringer import Ringer
from frontdesk_bell.safety import Guard
from frontdesk_bell.striker import Striker
from gpiozero import Device
from gpiozero.pins.mock import MockFactory, MockPWMPin

from tests.bell.ringer.server import BellServer, Session, bell_server

TOKEN = "bell_0123456789abcdef"
QUICK = Patience(first=0.01, longest=0.04, steady=1000, answer=30, refused=0.01)
MAX_ON = 0.12


class Pin:
    """What was done to one GPIO."""

    def __init__(self, pin: MockPWMPin) -> None:
        self.pin = pin

    @property
    def states(self) -> list[float]:
        """What it has been, from the beginning. (gpiozero's assert_states passes where the lengths differ.)"""
        return [state.state for state in self.pin.states]

    @property
    def strikes(self) -> int:
        return sum(1 for state in self.states if state)

    @property
    def high(self) -> bool:
        return bool(self.pin.state)

    async def goes_high(self) -> None:
        async with asyncio.timeout(60):
            while not self.high:
                await asyncio.sleep(0)


@pytest.fixture
def pin() -> Iterator[Pin]:
    """GPIO 17 of a Pi that is none."""
    factory = MockFactory(pin_class=MockPWMPin)
    before, Device.pin_factory = Device.pin_factory, factory
    yield Pin(factory.pin(17))
    factory.reset()
    Device.pin_factory = before


@dataclass
class Running:
    """A ringer that is connected, or tries to be."""

    keeping: asyncio.Task[None]
    striking: asyncio.Task[None]


@asynccontextmanager
async def running(
    url: str, state: Path | None = None, patience: Patience = QUICK, actuator: Actuator | None = None
) -> AsyncIterator[Running]:
    """A ringer with a solenoid on GPIO 17, in this process and on this loop."""
    guard = Guard(actuator or Solenoid(17), MAX_ON)
    ringer = Ringer(Striker(guard, MAX_ON), Memory(state))
    link = Link(url, TOKEN, ringer, patience)
    tasks = [asyncio.create_task(link.keep()), asyncio.create_task(ringer.work())]
    try:
        yield Running(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        guard.close()


@pytest_asyncio.fixture
async def server() -> AsyncIterator[BellServer]:
    async with bell_server() as listening:
        yield listening


@pytest_asyncio.fixture
async def ringer(pin: Pin, server: BellServer, tmp_path: Path) -> AsyncIterator[Running]:
    async with running(server.url, tmp_path / "rings.json") as started:
        yield started


@pytest_asyncio.fixture
async def session(ringer: Running, server: BellServer) -> Session:
    """A ringer that is connected and welcome."""
    session = await server.session()
    await session.welcome()
    return session
