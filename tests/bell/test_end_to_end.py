"""From a sign-up at the API to the pin: the real server, the real ringer, and a pin that writes down what it did."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import uuid
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from tests.bell.product import forget, new_bell, remove_the_bell, token_of
from tests.stack import ROOT, Stack

SCRIPT = Path(__file__).parent / "ringer" / "with_history.py"
SIGN_UP, UPGRADE = "contact.signed_up", "plan.upgraded"


class Office:
    """A Pi in an office: a bell of the demo workspace, its disk, and a server that posts events."""

    def __init__(self, stack: Stack, disk: Path) -> None:
        self.stack, self.disk = stack, disk
        self.token = new_bell(stack)

    @property
    def pin(self) -> str:
        """What the pin has been since the beginning: "10" is one strike."""
        history = self.disk / "history"
        return history.read_text() if history.exists() else ""

    @asynccontextmanager
    async def ringer(self) -> AsyncIterator[Process]:
        """The ringer, until it is left; connected when this begins."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(SCRIPT), str(self.disk / "history"), "--", "--url", self.stack.url,
            env={
                "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "bell/ringer/src"),
                "FRONTDESK_BELL_TOKEN": self.token, "FRONTDESK_BELL_STATE": str(self.disk / "rings.json"),
            },
        )  # fmt: skip
        try:
            await until(self.is_online)
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    def is_online(self) -> bool:
        return self.stack.query("SELECT 1 FROM bell_device WHERE channel <> ''") != []

    def happens(self, kind: str) -> str:
        """Post an event about somebody, as a customer's server does, and return its id."""
        event = {"kind": kind, "contact": {"email": f"{uuid.uuid4().hex}@x.test", "name": "Nadia Okafor"},
                 "data": {"plan": "pro"} if kind == UPGRADE else {}}  # fmt: skip
        headers = {"Authorization": f"Bearer {token_of(self.stack)}"}
        answer = httpx.post(f"{self.stack.url}/api/v1/events/", json=event, headers=headers, timeout=30)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    def struck(self, event: str) -> bool:
        found = self.stack.query(
            "SELECT state, acknowledged_at FROM bell_ring r JOIN notifications_event e ON e.id = r.event_id "
            "WHERE e.public_id = %s",
            event,
        )
        return [state for state, at in found if at is not None] == ["struck"]


async def until(true: Callable[[], bool], seconds: float = 90) -> None:
    """Wait until something is true."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.02)  # between two looks


@pytest.fixture
def office(stack: Stack, tmp_path: Path) -> Iterator[Office]:
    """An office with the one bell that there is."""
    forget(stack)
    yield Office(stack, tmp_path)
    if "web" not in stack.running:  # a test that killed it has failed, and others need it
        stack.start("web")
    forget(stack)


async def test_a_sign_up_is_one_strike_and_an_upgrade_two(office: Office) -> None:
    async with office.ringer():
        event = office.happens(SIGN_UP)
        await until(lambda: office.struck(event))
        assert office.pin == "10"
        event = office.happens(UPGRADE)
        await until(lambda: office.struck(event))
        assert office.pin == "101010"


async def test_a_killed_server_costs_no_ring_and_doubles_none(office: Office) -> None:
    async with office.ringer():
        event = office.happens(SIGN_UP)
        await until(lambda: office.struck(event))
        office.stack.kill("web")
        # Tracked while nobody serves sockets: the worker makes the ring, the bell hears it once it is back.
        event = office.stack.manage("shell", "--no-imports", "-c", TRACK).splitlines()[-1]
        office.stack.start("web")
        await until(lambda: office.struck(event))
        assert office.pin == "1010"


async def test_a_ringer_that_is_killed_and_comes_back_strikes_nothing_twice(office: Office) -> None:
    async with office.ringer() as process:
        event = office.happens(SIGN_UP)
        await until(lambda: office.pin.startswith("1"))
        process.send_signal(signal.SIGKILL)
        await process.wait()
    async with office.ringer():
        await until(lambda: office.struck(event))
        following = office.happens(SIGN_UP)
        await until(lambda: office.struck(following))
    assert office.pin.count("1") == 2
    assert office.pin.endswith("0")


async def test_a_removed_bell_stops_its_ringer_with_a_status_of_its_own(office: Office) -> None:
    async with office.ringer() as process:
        remove_the_bell(office.stack)
        async with asyncio.timeout(90):
            assert await process.wait() == 77
    assert office.pin == ""


TRACK = """
import uuid
from inbox.events import ContactSignedUp
from inbox.people.models import Workspace
from notifications.events import track
from notifications.kind import Who
nadia = Who(str(uuid.uuid4()), "Nadia Okafor")
print(track(ContactSignedUp(), workspace=Workspace.objects.get(slug="demo"), contact=nadia))
"""
