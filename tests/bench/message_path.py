"""A visitor's `send` to the agent's socket and back to the sender, beside the floor."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import psycopg
import websockets

from tests.bench.floor import TABLE
from tests.bench.load import Timings, holds, offer, percentile
from tests.chat_client import open_session
from tests.signin import cookie_header, signed_in
from tests.stack import Stack, database_url

CONVERSATIONS = 200
TEXT = "Has order 20418 left already? It is a present, and the birthday is on Saturday. {}"
_CLIENT_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


class Line:
    """Open sockets of one side under measurement. `timings` can be changed between trials."""

    def __init__(self) -> None:
        self.timings = Timings()
        self.senders: list[websockets.ClientConnection] = []

    async def listen(self, socket: websockets.ClientConnection, which: str) -> None:
        """Note when each client_id arrives on a socket, however often: the first time counts."""
        async for raw in socket:
            now = time.perf_counter()
            for client_id in _CLIENT_ID.findall(str(raw)):
                if client_id in self.timings.sent:
                    getattr(self.timings, which).setdefault(client_id, now)

    async def trial(self, rate: float, seconds: float, send: Callable[[int, str], Any]) -> Timings:
        """Offer `rate` messages a second and return how they fared."""
        self.timings = Timings()
        await offer(self.timings, send, rate=rate, seconds=seconds, conversations=CONVERSATIONS)
        return self.timings


@asynccontextmanager
async def floor_line(stack: Stack) -> AsyncIterator[tuple[Line, Callable[[int, str], Any]]]:
    """The bare consumer's sockets: one agent in all groups, a visitor in each."""
    with psycopg.connect(database_url(stack.database), autocommit=True) as connection:
        connection.execute(TABLE)
    line = Line()
    async with AsyncExitStack() as exits:
        tasks = await exits.enter_async_context(asyncio.TaskGroup())
        agent = await exits.enter_async_context(websockets.connect(f"{stack.ws}/ws/floor/"))
        await _join(agent, list(range(CONVERSATIONS)))
        tasks.create_task(line.listen(agent, "at_agent"))
        for n in range(CONVERSATIONS):
            socket = await exits.enter_async_context(websockets.connect(f"{stack.ws}/ws/floor/"))
            await _join(socket, [n])
            line.senders.append(socket)
            tasks.create_task(line.listen(socket, "at_sender"))

        async def send(n: int, client_id: str) -> None:
            frame = {"type": "send", "conversation": n, "client_id": client_id, "text": TEXT.format(client_id)}
            await line.senders[n].send(json.dumps(frame))

        yield line, send


async def _join(socket: websockets.ClientConnection, conversations: list[int]) -> None:
    await socket.send(json.dumps({"type": "join", "conversations": conversations}))
    await socket.recv()


@asynccontextmanager
async def product_line(stack: Stack) -> AsyncIterator[tuple[Line, Callable[[int, str], Any]]]:
    """The product's sockets: an agent at the desk, whose list shows each message, and a visitor each conversation."""
    line = Line()
    cookies = cookie_header(signed_in(stack))
    async with AsyncExitStack() as exits:
        tasks = await exits.enter_async_context(asyncio.TaskGroup())
        headers = {"Cookie": cookies, "Origin": stack.url}
        agent = await exits.enter_async_context(
            websockets.connect(f"{stack.ws}/ws/desk/", additional_headers=headers, max_size=None)
        )
        await agent.recv()
        tasks.create_task(line.listen(agent, "at_agent"))
        for _ in range(CONVERSATIONS):
            token = (await open_session(stack))["visitor"]
            socket = await exits.enter_async_context(websockets.connect(f"{stack.ws}/ws/widget/"))
            await socket.send(json.dumps({"type": "auth", "visitor": token}))
            await socket.recv()
            line.senders.append(socket)
            tasks.create_task(line.listen(socket, "at_sender"))

        async def send(n: int, client_id: str) -> None:
            frame = {"type": "send", "client_id": client_id, "text": TEXT.format(client_id)}
            await line.senders[n].send(json.dumps(frame))

        yield line, send


async def highest_rate(line: Line, send: Callable[[int, str], Any], seconds: float = 4) -> float:
    """Return the highest rate (messages/s) that holds p99 under 250 ms, to within a tenth."""
    low, high = 50.0, None
    while high is None or high / low > 1.1:
        rate = low * 1.5 if high is None else (low * high) ** 0.5
        if holds(await line.trial(rate, seconds, send)):
            low = rate
        else:
            high = rate
            await asyncio.sleep(2)  # let what is still queued drain, so that the next trial starts clean
    return low


async def measure(stack: Stack, line_of: Callable[[Stack], Any]) -> dict[str, float]:
    """Return p50 and p99 in ms at 50/s to each end, and the highest rate."""
    async with line_of(stack) as (line, send):
        await line.trial(100, 4, send)  # warm: first messages start conversations, connections fill the pool
        calm = await line.trial(50, 10, send)
        agent, sender = calm.latencies(calm.at_agent), calm.latencies(calm.at_sender)
        found = {
            "p50_ms": percentile(calm.both, 0.5),
            "p99_ms": percentile(calm.both, 0.99),
            "agent_p50_ms": percentile(agent, 0.5),
            "sender_p50_ms": percentile(sender, 0.5),
            "lost": float(calm.lost),
            "highest_rate": await highest_rate(line, send),
        }
        for socket in line.senders:
            await socket.close()
        return found
