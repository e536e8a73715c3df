"""The connection comes back, whatever became of it; what was refused does not ask for ever."""

from __future__ import annotations

import asyncio
import re
import uuid
from http import HTTPStatus
from pathlib import Path

import pytest
from frontdesk_bell.link import Backoff, Patience, Refused

from tests.bell.ringer.conftest import Pin, Running, running
from tests.bell.ringer.server import BellServer, Session, bell_server, soon

WAIT = re.compile(r"Trying again in ([0-9.e-]+) s")


async def test_a_connection_that_is_lost_is_made_anew(session: Session, server: BellServer) -> None:
    session.ws.transport.abort()
    await (await server.session()).welcome()


async def test_a_connection_that_breaks_in_the_middle_of_a_frame_is_made_anew(
    session: Session, server: BellServer, pin: Pin
) -> None:
    frame = b'{"type":"ring","id":"' + str(uuid.uuid4()).encode() + b'","pattern":[80],"reason":"x"}'
    session.ws.transport.write(bytes([0x81, len(frame)]) + frame[:50])
    session.ws.transport.abort()
    again = await server.session()
    await again.welcome()
    ring = await again.ring([60])
    assert await again.struck() == ring
    assert pin.strikes == 1


async def test_a_frame_as_large_as_a_film_ends_the_connection_and_not_the_ringer(
    session: Session, server: BellServer
) -> None:
    await session.say('{"type": "ring", "reason": "' + "x" * 100_000 + '"}')
    await (await server.session()).welcome()


async def test_a_ring_that_was_struck_while_the_connection_was_lost_is_acknowledged_over_the_next(
    session: Session, server: BellServer, pin: Pin
) -> None:
    ring = await session.ring([100, 100, 100])
    await pin.goes_high()
    session.ws.transport.abort()
    again = await server.session()
    await again.welcome()
    assert await again.struck() == ring
    assert pin.strikes == 2


async def test_after_a_restart_in_the_middle_of_a_pattern_the_ring_is_acknowledged_and_not_struck(
    pin: Pin, server: BellServer, tmp_path: Path
) -> None:
    async with running(server.url, tmp_path / "rings.json"):
        session = await server.session()
        await session.welcome()
        ring = await session.ring([100, 100] * 10)
        await pin.goes_high()
    assert pin.states == [0, 1, 0]
    async with running(server.url, tmp_path / "rings.json"):
        session = await server.session()
        await session.welcome()
        await session.ring([100, 100] * 10, ring)
        assert await session.struck() == ring
    assert pin.states == [0, 1, 0]


async def test_a_server_that_falls_silent_is_left_and_asked_again(pin: Pin, server: BellServer) -> None:
    async with running(server.url, patience=Patience(first=0.01, longest=0.01, answer=1000)):
        session = await server.session()
        await session.welcome(heartbeat=0.1)
        await (await server.session()).welcome()


async def test_a_server_that_takes_the_connection_and_says_nothing_is_left(pin: Pin, server: BellServer) -> None:
    async with running(server.url, patience=Patience(first=0.01, longest=0.01, answer=0.3)):
        await server.session()
        await server.session()


async def test_a_server_that_does_not_even_answer_the_handshake_is_left(
    pin: Pin, capsys: pytest.CaptureFixture[str]
) -> None:
    came: asyncio.Queue[None] = asyncio.Queue()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.put_nowait(None)
        await reader.read()
        writer.close()

    hanging = await asyncio.start_server(hang, "127.0.0.1", 0)
    url = f"ws://127.0.0.1:{hanging.sockets[0].getsockname()[1]}/ws/bell/"
    async with running(url, patience=Patience(first=0.01, longest=0.01, answer=0.3)):
        await soon(came.get())
        await soon(came.get())
    hanging.close()
    assert "is silent" in capsys.readouterr().err


async def test_a_server_that_was_away_is_found_when_it_comes_back(
    pin: Pin, capsys: pytest.CaptureFixture[str], unused_tcp_port: int
) -> None:
    async with running(f"ws://127.0.0.1:{unused_tcp_port}/ws/bell/"):
        async with asyncio.timeout(60):
            while "Nothing answers" not in capsys.readouterr().err:
                await asyncio.sleep(0)
        async with bell_server(unused_tcp_port) as server:
            await (await server.session()).welcome()


async def test_a_revoked_token_ends_the_ringer_at_once(session: Session, ringer: Running) -> None:
    await session.close(4401)
    with pytest.raises(Refused, match="revoked"):
        await soon(ringer.keeping)


@pytest.mark.parametrize("status", [HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN])
async def test_a_token_that_is_refused_is_shown_three_times_more(
    status: HTTPStatus, pin: Pin, server: BellServer
) -> None:
    server.status = status
    async with running(server.url) as ringer:
        with pytest.raises(Refused, match="refused this bell's token 4 times"):
            await soon(ringer.keeping)
    assert server.asked.qsize() == 4


async def test_a_refusal_that_was_a_mistake_is_forgotten(pin: Pin, server: BellServer) -> None:
    server.status = HTTPStatus.FORBIDDEN
    async with running(server.url) as ringer:
        for _ in range(2):
            await soon(server.asked.get())
        server.status = None
        session = await server.session()
        server.status = HTTPStatus.FORBIDDEN
        while not server.asked.empty():
            server.asked.get_nowait()
        await session.close()
        with pytest.raises(Refused, match="4 times"):
            await soon(ringer.keeping)
    assert server.asked.qsize() == 4


async def test_another_ringer_with_the_same_token_is_named_and_given_way(
    session: Session, server: BellServer, capsys: pytest.CaptureFixture[str]
) -> None:
    await session.close(4409)
    await server.session()
    assert "Another ringer has come with this bell's token" in capsys.readouterr().err


async def test_the_token_follows_no_redirect(pin: Pin, server: BellServer, capsys: pytest.CaptureFixture[str]) -> None:
    async with bell_server() as elsewhere, running(server.url):
        server.location = elsewhere.url
        server.status = HTTPStatus.FOUND
        for _ in range(3):
            await soon(server.asked.get())
        assert elsewhere.asked.empty()
    assert "sends us elsewhere" in capsys.readouterr().err


def test_waits_double_up_to_the_longest_and_have_a_random_half() -> None:
    waits = []
    for _ in range(200):
        backoff = Backoff(Patience(first=1, longest=10))
        waits.append([backoff.wait() for _ in range(6)])
    for at, full in enumerate((1, 2, 4, 8, 10, 10)):
        taken = [wait[at] for wait in waits]
        assert full / 2 <= min(taken) <= max(taken) <= full
        assert max(taken) - min(taken) > full / 4


async def waits_of(server: BellServer, steady: float, capsys: pytest.CaptureFixture[str]) -> list[float]:
    """Return the waits after six connections that were welcome and then lost."""
    async with running(server.url, patience=Patience(first=0.02, longest=10, steady=steady)):
        for _ in range(6):
            session = await server.session()
            await session.welcome()
            session.ws.transport.abort()
        await server.session()
    return [float(wait) for wait in WAIT.findall(capsys.readouterr().err)]


async def test_after_a_good_connection_the_wait_is_a_short_one_again(
    pin: Pin, server: BellServer, capsys: pytest.CaptureFixture[str]
) -> None:
    waits = await waits_of(server, 0, capsys)
    assert len(waits) == 6
    assert max(waits) <= 0.02


async def test_a_server_that_welcomes_and_drops_is_asked_less_and_less(
    pin: Pin, server: BellServer, capsys: pytest.CaptureFixture[str]
) -> None:
    waits = await waits_of(server, 1000, capsys)
    assert len(waits) == 6
    assert waits[-1] >= 0.02 * 2**5 / 2
