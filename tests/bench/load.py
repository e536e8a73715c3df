"""Offers messages at a rate and times each to both of its ends: the agent's socket and the sender's own."""

from __future__ import annotations

import asyncio
import itertools
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

Send = Callable[[int, str], Awaitable[None]]


@dataclass
class Timings:
    """When each message left and arrived, by client_id, in seconds of time.perf_counter()."""

    sent: dict[str, float] = field(default_factory=dict)
    at_agent: dict[str, float] = field(default_factory=dict)
    at_sender: dict[str, float] = field(default_factory=dict)

    def latencies(self, where: dict[str, float]) -> list[float]:
        """Return sorted latencies in milliseconds to one end."""
        return sorted((where[key] - left) * 1000 for key, left in self.sent.items() if key in where)

    @property
    def both(self) -> list[float]:
        """Sorted latencies in milliseconds until both ends have the message."""
        ends = {k: max(self.at_agent[k], self.at_sender[k]) for k in self.at_agent.keys() & self.at_sender.keys()}
        return self.latencies(ends)

    @property
    def lost(self) -> int:
        """How many messages did not reach both ends."""
        return len(self.sent) - len(self.both)


def percentile(values: list[float], share: float) -> float:
    """Return the value below which `share` (0 to 1) of the sorted values lie; infinity for none."""
    return values[min(len(values) - 1, int(len(values) * share))] if values else float("inf")


async def offer(timings: Timings, send: Send, *, rate: float, seconds: float, conversations: int) -> None:
    """Send at a fixed rate, whatever the answers do, and wait up to 5 s for the last of them."""
    start = time.perf_counter()
    for n in itertools.count():
        due = start + n / rate
        if due - start >= seconds:
            break
        delay = due - time.perf_counter()
        if delay > 0:
            await asyncio.sleep(delay)
        client_id = str(uuid.uuid4())
        timings.sent[client_id] = time.perf_counter()
        await send(n % conversations, client_id)
    deadline = time.perf_counter() + 5
    while timings.lost and time.perf_counter() < deadline:
        await asyncio.sleep(0.02)


def holds(timings: Timings, limit_ms: float = 250) -> bool:
    """Return whether everything arrived and 99 of 100 messages were at both ends within `limit_ms`."""
    return not timings.lost and percentile(timings.both, 0.99) < limit_ms
