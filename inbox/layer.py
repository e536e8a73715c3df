"""The channel layer: which sockets of this process hear which groups, and the line by which processes hear each other.

Members are known here, and frames for them are handed over here, at once. Redis carries frames between processes and
nothing else: it is told which groups this process listens to, whenever it is there. So sockets come, go and are heard
by those of their own process while Redis is away; `watch` says when it went and when it is back, and whoever may have
missed something reads it from the database.

The layer that comes with Channels refuses every new socket while Redis is away, and keeps all senders waiting for it.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Sequence
from weakref import WeakKeyDictionary

import msgpack  # type: ignore[import-untyped]
from channels.layers import BaseChannelLayer, get_channel_layer
from redis import Redis

from inbox.people.breaker import Breaker
from inbox.station import AWAY, Event, Station

log = logging.getLogger(__name__)


class RedisLayer(BaseChannelLayer):
    """Groups over Redis' pub/sub. `url` says where it is, `prefix` what our channels begin with."""

    extensions = ("groups",)

    def __init__(self, url: str, prefix: str, capacity: int = 1000) -> None:
        super().__init__(capacity=capacity)
        self.url, self.prefix = url, prefix
        # By what a process knows its own frames, which it has handed over already.
        self.me = os.urandom(12)
        self._stations: WeakKeyDictionary[asyncio.AbstractEventLoop, Station] = WeakKeyDictionary()
        self._watchers: list[Callable[[bool], None]] = []
        self._client: Redis | None = None
        self._breaker = Breaker(seconds=3.0)

    def watch(self, watcher: Callable[[bool], None]) -> None:
        """Have `watcher(live)` called, on the event loop, when the line to the other processes went or came back."""
        if watcher not in self._watchers:
            self._watchers.append(watcher)

    def changed(self, live: bool) -> None:
        """Tell the watchers."""
        for watcher in self._watchers:
            watcher(live)

    def _station(self) -> Station:
        loop = asyncio.get_running_loop()
        if loop not in self._stations:
            self._stations[loop] = Station(self, loop)
        return self._stations[loop]

    async def new_channel(self, prefix: str = "specific") -> str:
        """Return the name of a new channel, which one socket of this process hears."""
        return self._station().open(prefix)

    async def receive(self, channel: str) -> Event:
        """Return the next event of a channel. A reader that gives up gives up the channel."""
        return await self._station().receive(channel)

    async def send(self, channel: str, message: Event) -> None:
        """Hand an event to one channel of this process."""
        self._station().hand([channel], message)

    async def group_add(self, group: str, channel: str) -> None:
        """Have a channel hear a group from now on."""
        await self._station().join(group, channel)

    async def group_discard(self, group: str, channel: str) -> None:
        """Have a channel no longer hear a group."""
        await self._station().leave(group, channel)

    async def group_send(self, group: str, message: Event) -> None:
        """Send one event to a group: here at once, to the other processes as soon as may be."""
        self._station().post([(group, message)])

    def publish(self, events: Sequence[tuple[str, Event]]) -> None:
        """Send events to groups, from any thread and from processes that have no sockets. It never raises, and does
        not wait for Redis where an event loop can."""
        loops = [loop for loop in list(self._stations) if loop.is_running()]
        try:
            for place, loop in enumerate(loops):
                loop.call_soon_threadsafe(self._stations[loop].post, events, place == 0)
            if not loops and self._breaker.allows():
                self._publish_from_here(events)
                self._breaker.worked()
        except (*AWAY, RuntimeError) as error:  # a loop that ends meanwhile is a RuntimeError
            self._breaker.failed()
            log.warning("could not publish %d frames: %s", len(events), error)

    def _publish_from_here(self, events: Sequence[tuple[str, Event]]) -> None:
        if self._client is None:
            self._client = Redis.from_url(
                self.url, socket_connect_timeout=0.5, socket_timeout=1.0, retry=None, protocol=2
            )
        pipe = self._client.pipeline(transaction=False)
        for group, event in events:
            pipe.publish(self.name(group), self.packed(event))
        pipe.execute()

    def name(self, group: str) -> str:
        """Return a group's channel in Redis."""
        return f"{self.prefix}:{group}"

    def packed(self, event: Event) -> bytes:
        """Return an event as it travels: who sent it, and what it says."""
        return self.me + bytes(msgpack.packb(event))


def the_layer() -> RedisLayer:
    """Return the layer that the settings name."""
    found = get_channel_layer()
    assert isinstance(found, RedisLayer)
    return found
