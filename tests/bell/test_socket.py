"""A bell's socket, against the running product: who gets in, what is rung, and what a bell can do wrong."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import websockets

from tests.bell.product import forget, locked_bells, new_bell, remove_the_bell, token_of, write
from tests.stack import Stack


class Bell:
    """A bell without a Pi: says hello, keeps the rings it hears, and acknowledges those it is told to."""

    def __init__(self, stack: Stack, token: str) -> None:
        self.stack, self.token = stack, token

    async def __aenter__(self) -> Bell:
        await self.connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.socket.close()

    async def connect(self, hello: bool = True) -> None:
        headers = {"Authorization": f"Bearer {self.token}"}
        self.socket = await websockets.connect(f"{self.stack.ws}/ws/bell/", additional_headers=headers)
        if hello:
            await self.say(type="hello", version="9.9")
            ready = await self.next()
            assert ready == {"type": "ready", "heartbeat": 25.0}

    async def say(self, **frame: Any) -> None:
        await self.socket.send(json.dumps(frame))

    async def next(self, seconds: float = 10) -> dict[str, Any]:
        return dict(json.loads(await asyncio.wait_for(self.socket.recv(), seconds)))

    async def ring(self, *, strike: bool = True) -> dict[str, Any]:
        """Return the next ring, acknowledged if `strike`."""
        while (frame := await self.next())["type"] != "ring":
            pass
        if strike:
            await self.say(type="struck", id=frame["id"])
        return frame

    async def closed(self) -> int:
        """Return the code with which the server closes."""
        with pytest.raises(websockets.ConnectionClosed) as end:
            while True:
                await self.next()
        assert end.value.rcvd is not None
        return end.value.rcvd.code


@pytest.fixture
def bell(stack: Stack) -> Iterator[Bell]:
    """A bell of its own, with every other one removed, so that all rings are its."""
    forget(stack)
    yield Bell(stack, new_bell(stack))
    forget(stack)


def api(stack: Stack) -> httpx.Client:
    return httpx.Client(
        base_url=f"{stack.url}/api/v1/", headers={"Authorization": f"Bearer {token_of(stack)}"}, timeout=30
    )


async def becomes(stack: Stack, wanted: tuple[object, ...], sql: str, *values: object) -> None:
    """Wait until a query finds one row, the one that is wanted."""
    deadline = time.monotonic() + 10
    while (found := stack.query(sql, *values)) != [wanted]:
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.02)  # between two looks


async def state_of(stack: Stack, ring: str, wanted: str) -> None:
    """Wait until a ring is in the state that is wanted."""
    await becomes(stack, (wanted,), "SELECT state FROM bell_ring WHERE public_id = %s", ring)


@pytest.mark.parametrize("token", ["", "bell_wrong", "Basic x"])
async def test_a_wrong_token_is_refused_at_the_handshake(stack, token) -> None:
    with pytest.raises(websockets.InvalidStatus) as refused:
        await Bell(stack, token).connect()
    assert refused.value.response.status_code == 403


async def test_an_api_token_opens_no_bell(stack) -> None:
    with pytest.raises(websockets.InvalidStatus):
        await Bell(stack, token_of(stack)).connect()


async def test_a_sign_up_posted_to_the_api_rings_and_is_acknowledged(stack, bell) -> None:
    with api(stack) as client:
        async with bell:
            event = {
                "kind": "contact.signed_up",
                "contact": {"email": f"{uuid.uuid4()}@x.test", "name": "Nadia Okafor"},
            }
            answer = client.post("events/", json=event)
            assert answer.status_code == 202
            ring = await bell.ring()
            assert ring["pattern"] == [80]
            assert "Nadia Okafor" in ring["reason"]
            await state_of(stack, ring["id"], "struck")
        [row] = client.get("rings/").json()["results"]
        assert (row["id"], row["status"], row["event"]) == (ring["id"], "struck", answer.json()["id"])
        assert row["acknowledged_at"] is not None


async def test_one_ring_is_on_its_way_at_a_time_and_a_burst_becomes_a_roll(stack, bell) -> None:
    with api(stack) as client:
        async with bell:
            client.post("rings/", json={"reason": "one"})
            first = await bell.ring(strike=False)
            for n in range(6):
                client.post("rings/", json={"reason": f"more {n}"})
            await bell.say(type="struck", id=first["id"])
            roll = await bell.ring()
            assert len(roll["pattern"]) == 19
            assert roll["reason"] == "6 in a row, the first: more 0"
            await state_of(stack, roll["id"], "struck")
    assert stack.query("SELECT state, count(*) FROM bell_ring GROUP BY 1 ORDER BY 1") == [("folded", 5), ("struck", 2)]


async def test_a_ring_that_was_lost_on_the_way_comes_again_under_its_id(stack, bell) -> None:
    with api(stack) as client:
        await bell.connect()
        client.post("rings/", json={"reason": "lost"})
        ring = await bell.ring(strike=False)
        bell.socket.transport.abort()
        async with bell:
            assert (await bell.ring())["id"] == ring["id"]
            await state_of(stack, ring["id"], "struck")
            client.post("rings/", json={"reason": "next"})
            assert (await bell.ring())["reason"] == "next", "no roll: nothing was missed"


async def test_a_bell_that_was_away_rolls_once_when_it_is_back(stack, bell) -> None:
    with api(stack) as client:
        for n in range(3):
            client.post("rings/", json={"reason": f"away {n}"})
        async with bell:
            roll = await bell.ring()
            assert len(roll["pattern"]) == 19
            assert roll["reason"] == "3 rings were missed while this bell was away"
            await state_of(stack, roll["id"], "struck")
    assert len(stack.query("SELECT 1 FROM bell_ring")) == 4


async def test_a_removed_bell_is_turned_away_at_once_and_for_good(stack, bell) -> None:
    silent = Bell(stack, bell.token)
    await silent.connect(hello=False)
    await bell.connect()
    remove_the_bell(stack)
    assert await bell.closed() == 4401
    assert await silent.closed() == 4401, "one that has not said hello, too"
    with pytest.raises(websockets.InvalidStatus):
        await bell.connect()


async def test_the_newest_socket_of_a_bell_rings_and_the_older_one_ends(stack, bell) -> None:
    older = Bell(stack, bell.token)
    await older.connect()
    async with bell:
        assert await older.closed() == 4409
        with api(stack) as client:
            client.post("rings/", json={"reason": "here"})
        assert (await bell.ring())["reason"] == "here"


async def test_frames_that_make_no_sense_are_answered_and_the_bell_stays(stack, bell) -> None:
    async with bell:
        for junk in ("", "[]", "{", "null", '{"type":"x"}', '{"type":"struck","id":7}', "[" * 4000, "x" * 4097):
            await bell.socket.send(junk)
            answer = await bell.next()
            assert answer["type"] == "error"
        await bell.say(type="struck", id=str(uuid.uuid4()))
        await bell.say(type="hello", version="again")
        with api(stack) as client:
            client.post("rings/", json={"reason": "still here"})
        assert (await bell.ring())["reason"] == "still here"


async def test_a_flood_of_frames_ends_the_socket(stack, bell) -> None:
    await bell.connect()
    for _ in range(200):
        try:
            await bell.say(type="heartbeat")
        except websockets.ConnectionClosed:
            break
    assert await bell.closed() == 4429
    await becomes(stack, ("",), "SELECT channel FROM bell_device")


async def test_a_bell_that_goes_in_the_middle_of_its_hello_is_not_there(stack, bell) -> None:
    await bell.connect(hello=False)
    with locked_bells(stack):  # so that it is in the middle until the server has heard that the line is gone
        await bell.say(type="hello", version="9.9")
        bell.socket.transport.write_eof()
        await bell.socket.wait_closed()
    await becomes(stack, ("", "9.9"), "SELECT channel, version FROM bell_device")


async def test_a_socket_that_cannot_ring_ends_so_that_its_bell_comes_back(stack, bell) -> None:
    async with bell:
        write(
            stack,
            "INSERT INTO bell_ring (public_id, workspace_id, device_id, pattern, reason, state, created_at) "
            "SELECT gen_random_uuid(), workspace_id, id, '[[]]', 'broken', 'waiting', now() FROM bell_device",
        )
        with api(stack) as client:
            client.post("rings/", json={"reason": "wakes it"})
        assert await bell.closed() == 1013


async def test_acknowledging_twice_is_nothing_new(stack, bell) -> None:
    with api(stack) as client:
        async with bell:
            client.post("rings/", json={"reason": "x"})
            ring = await bell.ring()
            await state_of(stack, ring["id"], "struck")
            [before] = stack.query("SELECT acknowledged_at FROM bell_ring")
            await bell.say(type="struck", id=ring["id"])
            client.post("rings/", json={"reason": "y"})
            await bell.ring()
            assert before in stack.query("SELECT acknowledged_at FROM bell_ring")
