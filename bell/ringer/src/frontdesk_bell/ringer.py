"""Strikes the rings that come in, one after the other and each once, and keeps what is to be acknowledged."""

from __future__ import annotations

import asyncio
import time
from collections import deque

from frontdesk_bell.frames import Ring
from frontdesk_bell.memory import Memory
from frontdesk_bell.striker import Striker
from frontdesk_bell.words import say

# More than the server would send, and longer than anybody would know what a ding was for. Monotonic seconds: the Pi
# has no clock of its own, and what it thinks the time is may be years off.
MOST_WAITING = 20
STALE = 30.0


class Ringer:
    """Takes rings from the connection (`take`), strikes them (`work`), and gives acknowledgements back (`next_struck`).

    It outlives connections: what was struck while there was none is acknowledged over the next."""

    def __init__(self, striker: Striker, memory: Memory) -> None:
        self._striker = striker
        self._memory = memory
        self._waiting: deque[tuple[Ring, float]] = deque()
        self._under_way: set[str] = set()
        self._struck: deque[str] = deque(maxlen=MOST_WAITING)
        self._more = asyncio.Event()
        self._told = asyncio.Event()

    def take(self, ring: Ring) -> None:
        """Queue a ring. One that was begun before is acknowledged, never struck again."""
        if ring.id in self._under_way:
            return  # Acknowledged when it has been struck to its end.
        if ring.id in self._memory:
            self._acknowledge(ring.id)
        elif len(self._waiting) >= MOST_WAITING:
            say(f"Dropped a ring, as {MOST_WAITING} are waiting: {ring.reason}")
        else:
            self._under_way.add(ring.id)
            self._waiting.append((ring, time.monotonic()))
            self._more.set()

    async def work(self) -> None:
        """Strike what is queued, for ever. Raises what the pins raise."""
        while True:
            while not self._waiting:
                self._more.clear()
                await self._more.wait()
            ring, since = self._waiting.popleft()
            if time.monotonic() - since > STALE:
                say(f"Dropped a ring that has waited for {STALE:.0f} seconds: {ring.reason}")
            else:
                await self._strike(ring)
            self._under_way.discard(ring.id)

    async def next_struck(self) -> str:
        """Return the id that is to be acknowledged next, and wait for one. It stays the next until `told`."""
        while not self._struck:
            self._told.clear()
            await self._told.wait()
        return self._struck[0]

    def told(self, ring: str) -> None:
        """The acknowledgement is on its way."""
        if self._struck and self._struck[0] == ring:
            self._struck.popleft()

    async def _strike(self, ring: Ring) -> None:
        # The disk first, and off the loop: a card may take its time.
        await asyncio.to_thread(self._memory.note, ring.id)
        say(f"ring ({' '.join(map(str, ring.pattern))} ms): {ring.reason or 'no reason given'}")
        await self._striker.strike(ring.pattern)
        self._acknowledge(ring.id)

    def _acknowledge(self, ring: str) -> None:
        if ring not in self._struck:
            self._struck.append(ring)
        self._told.set()
