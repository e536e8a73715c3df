"""The channels of one process' sockets, and its line to Redis (see inbox/layer.py)."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgpack  # type: ignore[import-untyped]
from redis.asyncio import ConnectionPool
from redis.asyncio import Redis as AsyncRedis
from redis.exceptions import RedisError

if TYPE_CHECKING:
    from inbox.layer import RedisLayer

log = logging.getLogger(__name__)

AWAY = (RedisError, OSError, asyncio.TimeoutError)
CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 2.0
PING_SECONDS = 5.0  # a line on which nothing was heard for so long is asked whether it is alive
BATCH = 500
KEPT = 10_000  # frames that wait for Redis; more are dropped, as all are that wait while it is away

Event = dict[str, Any]


def _end_if_cancelled() -> None:
    """Raise CancelledError in a task that was told to end.

    redis-py sends within asyncio.wait_for, which in Python 3.11 loses a cancellation that comes just as it is done.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


class Channel:
    """What one socket has still to hear, and the groups that it hears."""

    __slots__ = ("groups", "queue")

    def __init__(self) -> None:
        self.queue: asyncio.Queue[Event] = asyncio.Queue()
        self.groups: set[str] = set()


class Station:
    """The channels of one event loop, and its line to Redis."""

    def __init__(self, layer: RedisLayer, loop: asyncio.AbstractEventLoop) -> None:
        self.layer = layer
        self.channels: dict[str, Channel] = {}
        self.groups: dict[str, set[str]] = {}
        self.live = True  # until it is known better
        self._count = 0
        self._outgoing: deque[tuple[str, bytes]] = deque(maxlen=KEPT)
        self._pool: Any = ConnectionPool.from_url(
            layer.url, socket_connect_timeout=CONNECT_SECONDS, socket_timeout=ANSWER_SECONDS, protocol=2, retry=None
        )
        self._line: Any = None
        self._settled = asyncio.Event()
        self._listening = loop.create_task(self._listen(), name="redis: listen")
        self._flushing: asyncio.Task[None] | None = None

    def open(self, prefix: str) -> str:
        """Return a new channel's name."""
        self._count += 1
        name = f"{prefix}.{self.layer.me.hex()}.{self._count}"  # a frame names its sender by it, in all processes
        self.channels[name] = Channel()
        return name

    async def receive(self, name: str) -> Event:
        """Return the next event of a channel."""
        try:
            return await self.channels[name].queue.get()
        except BaseException:
            await self._close(name)
            raise

    async def _close(self, name: str) -> None:
        channel = self.channels.pop(name, None)
        for group in list(channel.groups) if channel else ():
            await self._left(group, name)

    async def join(self, group: str, name: str) -> None:
        """Add a channel to a group; returns when this process listens to the group, if Redis is there."""
        self.channels[name].groups.add(group)
        members = self.groups.setdefault(group, set())
        members.add(name)
        if not self._settled.is_set():
            # The very first sockets wait for the line, as there is no "it is back" that would make them read again.
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._settled.wait(), CONNECT_SECONDS)
        if len(members) == 1:
            await self._say("SUBSCRIBE", group)

    async def leave(self, group: str, name: str) -> None:
        """Take a channel out of a group."""
        if name in self.channels:
            self.channels[name].groups.discard(group)
        await self._left(group, name)

    async def _left(self, group: str, name: str) -> None:
        members = self.groups.get(group, set())
        members.discard(name)
        if not members and self.groups.pop(group, None) is not None:
            await self._say("UNSUBSCRIBE", group)

    async def _say(self, command: str, *groups: str) -> None:
        """Tell Redis what this process listens to. While it is away nothing is said: once it is back, it hears all."""
        line = self._line
        # A line that broke must not be made anew here, where it would hear nothing: who listens on it notices.
        if line is None or not line.is_connected or not groups:
            return
        with contextlib.suppress(*AWAY):
            await line.send_command(command, *(self.layer.name(group) for group in groups))

    def hand(self, names: Sequence[str], event: Event) -> None:
        """Give an event to channels. One that has too much to hear already misses it, and sees so by the numbers."""
        for name in names:
            channel = self.channels.get(name)
            if channel is not None and channel.queue.qsize() < self.layer.capacity:
                channel.queue.put_nowait(event)

    def post(self, events: Sequence[tuple[str, Event]], abroad: bool = True) -> None:
        """Hand events to the groups' members here and, `abroad`, send them to the other processes."""
        for group, event in events:
            self.hand(tuple(self.groups.get(group, ())), event)
            if abroad:
                self._outgoing.append((self.layer.name(group), self.layer.packed(event)))
        if abroad and (self._flushing is None or self._flushing.done()):
            self._flushing = asyncio.get_running_loop().create_task(self._flush(), name="redis: publish")

    async def _flush(self) -> None:
        """Publish what waits, all of it in one go. What cannot be published is dropped: it would come too late."""
        client = AsyncRedis(connection_pool=self._pool)
        while self._outgoing:
            batch = [self._outgoing.popleft() for _ in range(min(BATCH, len(self._outgoing)))]
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    pipe = client.pipeline(transaction=False)
                    for name, data in batch:
                        pipe.publish(name, data)
                    await pipe.execute()
            except AWAY as error:
                if self.live:
                    log.warning("could not publish %d frames: %r", len(batch), error)

    async def _listen(self) -> None:
        """Be connected, again and again."""
        wait = 0.1
        while True:
            _end_if_cancelled()
            line = self._pool.make_connection()
            try:
                await self._connect(line)
                wait = 0.1
                await self._hear(line)
            except AWAY as error:
                self._note(False, error)
            except Exception:
                log.exception("the line to the other processes broke")
                self._note(False)
            finally:
                self._line = None
                with contextlib.suppress(Exception):
                    await line.disconnect(nowait=True)
            await asyncio.sleep(wait * random.uniform(0.5, 1))  # noqa: S311
            wait = min(wait * 2, 2.0)

    async def _connect(self, line: Any) -> None:
        async with asyncio.timeout(CONNECT_SECONDS):
            await line.connect()
            told = set(self.groups)
            # A channel of nobody's, so that the line counts as one that listens even if nobody does yet.
            await line.send_command("SUBSCRIBE", self.layer.name("-"), *(self.layer.name(group) for group in told))
        self._line = line
        await self._say("SUBSCRIBE", *(set(self.groups) - told))
        await self._say("UNSUBSCRIBE", *(told - set(self.groups)))
        self._note(True)

    async def _hear(self, line: Any) -> None:
        """Hand over what comes, until the line breaks. Raises one of AWAY."""
        asked = False
        begin = len(self.layer.prefix) + 1
        while True:
            _end_if_cancelled()
            found = await line.read_response(timeout=PING_SECONDS, disconnect_on_error=False)
            if found is None:
                if asked or not line.is_connected:
                    raise TimeoutError("nothing is heard")
                await line.send_command("PING")
            elif found[0] == b"message" and not found[2].startswith(self.layer.me):
                members = self.groups.get(found[1].decode()[begin:], ())
                if members:
                    self.hand(tuple(members), msgpack.unpackb(found[2][len(self.layer.me) :]))
            asked = found is None

    def _note(self, live: bool, why: object = None) -> None:
        self._settled.set()
        if live == self.live:
            return
        self.live = live
        if live:
            log.warning("live updates of other processes are back")
        else:
            log.warning("no live updates of other processes: %r", why)
        self.layer.changed(live)
