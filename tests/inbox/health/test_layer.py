"""Groups within a process and between processes, with Redis there, away, and back."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from inbox.layer import RedisLayer
from settings.services import Servers
from tests.stack import free_port


@pytest.fixture
def prefix() -> str:
    return f"test-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def redis_of_its_own(tmp_path: Any) -> Iterator[Servers]:
    """A Redis that may be stopped and started at the same address."""
    servers = Servers(tmp_path, postgres=False, durable=False, temporary=True)
    servers.start()
    yield servers
    servers.stop()


async def member(layer: RedisLayer, *groups: str) -> str:
    """Join groups as a socket does, and return its channel."""
    channel = await layer.new_channel()
    for group in groups:
        await layer.group_add(group, channel)
    return channel


async def heard(layer: RedisLayer, channel: str, seconds: float = 10) -> dict[str, Any]:
    return await asyncio.wait_for(layer.receive(channel), seconds)


@pytest.fixture
async def two(prefix: str) -> AsyncIterator[tuple[RedisLayer, RedisLayer]]:
    """The layers of two processes."""
    yield RedisLayer(os.environ["REDIS_URL"], prefix), RedisLayer(os.environ["REDIS_URL"], prefix)


def test_its_line_ends_with_the_event_loop_whatever_it_is_doing_then(prefix: str) -> None:
    async def leave_after(steps: int) -> None:
        await RedisLayer(os.environ["REDIS_URL"], prefix).new_channel()
        for _ in range(steps):
            await asyncio.sleep(0)

    for steps in range(120):
        asyncio.run(leave_after(steps))


async def test_a_frame_reaches_the_members_of_its_group_in_every_process_once(
    two: tuple[RedisLayer, RedisLayer],
) -> None:
    here, there = two
    mine, theirs, stranger = await member(here, "a"), await member(there, "a", "b"), await member(there, "b")
    here.publish([("a", {"n": 1}), ("a", {"n": 2})])
    for layer, channel in ((here, mine), (there, theirs)):
        assert [(await heard(layer, channel))["n"] for _ in range(2)] == [1, 2]
    there.publish([("b", {"n": 3}), ("a", {"n": 4})])
    assert [(await heard(there, theirs))["n"] for _ in range(2)] == [3, 4]
    assert (await heard(there, stranger))["n"] == 3
    assert (await heard(here, mine))["n"] == 4  # and not once more what it sent itself


async def test_who_left_a_group_hears_no_more_of_it(two: tuple[RedisLayer, RedisLayer]) -> None:
    here, there = two
    channel, other = await member(there, "a", "b"), await member(there, "a")
    await there.group_discard("a", channel)
    here.publish([("a", {"n": 1}), ("b", {"n": 2})])
    assert (await heard(there, channel))["n"] == 2
    assert (await heard(there, other))["n"] == 1


async def test_a_process_without_sockets_is_heard_too(prefix: str) -> None:
    layer, worker = (RedisLayer(os.environ["REDIS_URL"], prefix) for _ in range(2))
    channel = await member(layer, "a")
    await asyncio.to_thread(worker.publish, [("a", {"n": 1})])
    assert (await heard(layer, channel))["n"] == 1


async def test_a_reader_that_gave_up_leaves_nothing_behind(two: tuple[RedisLayer, RedisLayer]) -> None:
    here, _ = two
    channel = await member(here, "a", "b")
    with pytest.raises(TimeoutError):
        await heard(here, channel, 0.05)
    station = here._station()
    assert station.channels == {}
    assert station.groups == {}


async def test_a_socket_that_does_not_read_does_not_fill_the_memory(prefix: str) -> None:
    layer = RedisLayer(os.environ["REDIS_URL"], prefix, capacity=10)
    channel = await member(layer, "a")
    layer._station().post([("a", {"n": n}) for n in range(50)])
    assert layer._station().channels[channel].queue.qsize() == 10


async def test_without_redis_sockets_come_and_hear_their_own_process(prefix: str) -> None:
    layer = RedisLayer(f"redis://127.0.0.1:{free_port()}/0", prefix)
    said: list[bool] = []
    layer.watch(said.append)
    channel = await member(layer, "a")
    layer.publish([("a", {"n": 1})])
    assert (await heard(layer, channel))["n"] == 1
    assert said == [False]


async def test_after_redis_was_away_processes_hear_each_other_again_without_anybody_coming_anew(
    prefix: str, redis_of_its_own: Servers
) -> None:
    url = redis_of_its_own.start().redis
    here, there = RedisLayer(url, prefix), RedisLayer(url, prefix)
    said: asyncio.Queue[bool] = asyncio.Queue()
    there.watch(said.put_nowait)
    before = await member(there, "a")
    await member(here, "z")
    from settings.embedded.folder import Folder
    from settings.embedded.valkey import Valkey

    process = Valkey(Folder(redis_of_its_own.path), "").process()
    assert process is not None
    process.kill()
    process.wait()
    assert await asyncio.wait_for(said.get(), 20) is False
    during = await member(there, "b")
    await asyncio.to_thread(redis_of_its_own.start)
    assert await asyncio.wait_for(said.get(), 20) is True

    async def publish() -> None:
        while True:  # the other one may not be back yet
            here.publish([("a", {"n": 1}), ("b", {"n": 2})])
            await asyncio.sleep(0.1)

    publishing = asyncio.create_task(publish())
    assert (await heard(there, before, 20))["n"] == 1
    assert (await heard(there, during, 20))["n"] == 2
    publishing.cancel()
