"""What comes over the connection, and what is done with it."""

from __future__ import annotations

import asyncio
import time

import pytest
from frontdesk_bell import __version__

from tests.bell.ringer.conftest import TOKEN, Pin, Running
from tests.bell.ringer.server import BellServer, Session


async def test_the_ringer_says_who_it_is(ringer: Running, server: BellServer) -> None:
    session = await server.session()
    request = await server.asked.get()
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert request.path == "/ws/bell/"
    assert await session.welcome() == __version__


async def test_a_ring_is_struck_and_then_acknowledged(session: Session, pin: Pin) -> None:
    ring = await session.ring([80, 100, 80])
    assert await session.struck() == ring
    assert pin.states == [0, 1, 0, 1, 0]


async def test_rings_are_struck_one_after_the_other(session: Session, pin: Pin) -> None:
    rings = [await session.ring([60]), await session.ring([60, 50, 60]), await session.ring([60])]
    assert [await session.struck() for _ in rings] == rings
    assert pin.states == [0, *[1, 0] * 4]


async def test_a_heartbeat_is_answered(session: Session) -> None:
    await session.say({"type": "heartbeat", "new": "field"})
    await session.heard("heartbeat")


async def test_a_ring_that_comes_twice_at_once_is_struck_and_acknowledged_once(session: Session, pin: Pin) -> None:
    ring = await session.ring([60])
    await session.ring([60], ring)
    assert await session.struck() == ring
    # The next that is acknowledged is another one: the first was neither struck nor named again.
    another = await session.ring([60])
    assert await session.struck() == another
    assert pin.strikes == 2


async def test_a_ring_that_comes_again_later_is_acknowledged_again_and_not_struck(session: Session, pin: Pin) -> None:
    ring = await session.ring([60])
    assert await session.struck() == ring
    await session.ring([60, 60, 60], ring.upper())
    assert await session.struck() == ring
    assert pin.strikes == 1


@pytest.mark.parametrize("pattern", [[], [-80], [80.5], ["80"], [1] * 10_000, None, [float("nan")]], ids=str)
async def test_a_hostile_pattern_moves_nothing_and_the_next_ring_is_struck(
    pattern: object, session: Session, pin: Pin, capsys: pytest.CaptureFixture[str]
) -> None:
    await session.ring(pattern)
    good = await session.ring([60])
    assert await session.struck() == good
    assert pin.strikes == 1
    assert "nothing is done with it" in capsys.readouterr().err


async def test_junk_and_unknown_kinds_are_passed_over(session: Session, pin: Pin) -> None:
    for junk in (b"\x00\x01", "{", "null", "[" * 10_000, '{"type": "dance"}', '{"type": {"ring": 1}}', "\ud7ff"):
        await session.say(junk)
    ring = await session.ring([60])
    assert await session.struck() == ring
    assert pin.strikes == 1


async def test_a_reason_with_control_characters_is_printed_on_one_line(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    await session.ring([60], reason="Ada\r\n\x1b]0;owned\x07\x1b[2J signed up")
    await session.struck()
    printed = capsys.readouterr().err
    assert "\x1b" not in printed and "\x07" not in printed
    assert r"Ada\r\n\x1b]0;owned\x07\x1b[2J signed up" in printed


@pytest.mark.parametrize("now", [0.0, 4e9], ids=["1970", "2096"])
async def test_the_pis_clock_does_not_matter(
    now: float, session: Session, pin: Pin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", lambda: now)
    ring = await session.ring([60])
    assert await session.struck() == ring
    monkeypatch.setattr(time, "time", lambda: now + 100 * 86_400)
    another = await session.ring([60])
    assert await session.struck() == another
    assert pin.strikes == 2


async def test_more_rings_than_anybody_could_hear_are_dropped_with_a_word(
    session: Session, pin: Pin, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(40):
        await session.ring([60, 60] * 4, reason=f"number {number} of 40")
    await session.ring([60], reason="dropped")
    async with asyncio.timeout(60):
        while "Dropped a ring, as 20 are waiting: dropped" not in capsys.readouterr().err:
            await asyncio.sleep(0.01)
