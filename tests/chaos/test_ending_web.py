"""A web process is asked to end while people write: it says so, finishes what it has begun, and all go on elsewhere."""

from __future__ import annotations

import asyncio
import copy
import os
import random
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import psycopg
import pytest
import websockets

from tests.chaos.balancer import Balancer
from tests.chaos.honest import HonestVisitor
from tests.chat_client import open_session
from tests.signin import signed_in
from tests.stack import Stack, database_url, free_port, running_stack

FULL = os.environ.get("FRONTDESK_CHAOS") == "full"
VISITORS, MESSAGES = (200, 20) if FULL else (8, 6)

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600), pytest.mark.xdist_group("chaos")]


def another(stack: Stack, port: int | None = None) -> Stack:
    """The same product at another port: a second web process, or what stands before both."""
    found = copy.copy(stack)
    found.running = {}
    found.port = port or free_port()
    return found


@asynccontextmanager
async def locked(stack: Stack, conversation: str) -> AsyncIterator[None]:
    """Hold a conversation's row, so that a request that writes into it is in flight until the block ends."""
    url = database_url(stack.database)
    async with await psycopg.AsyncConnection.connect(url) as connection:
        await connection.execute("SELECT 1 FROM inbox_conversation WHERE public_id = %s FOR UPDATE", [conversation])
        yield


async def says(url: str) -> dict[str, str]:
    """Return what /readyz says of the process."""
    async with httpx.AsyncClient(timeout=10) as client:
        return dict((await client.get(f"{url}/readyz")).json()["checks"])


async def until(reached: object, seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not await reached():  # type: ignore[operator]
            await asyncio.sleep(0.05)


def test_nobody_loses_anything_when_a_web_process_ends() -> None:
    with running_stack("web", env={"DRAIN_SECONDS": "3"}) as stack:
        second = another(stack)
        second.start("web")
        try:
            asyncio.run(_one_ends(stack, second))
        finally:
            second.kill("web")


async def _one_ends(stack: Stack, second: Stack) -> None:
    async with Balancer(stack.port, second.port) as balancer:
        front = another(stack, balancer.port)
        login = await asyncio.to_thread(signed_in, front)
        visitors = [HonestVisitor(front, (await open_session(front))["visitor"]) for _ in range(VISITORS)]
        done = asyncio.Event()
        lives = [asyncio.create_task(visitor.live(done)) for visitor in visitors]
        for visitor in visitors:
            await visitor.write("hello")

        async def greeted() -> bool:
            return all(visitor.last for visitor in visitors)

        await until(greeted)
        conversation = (await open_session(front, visitor=visitors[0].token))["conversation"]["id"]
        form = {"kind": "note", "text": "in flight", "client_id": "6f1c0b9e-0000-4000-8000-000000000001"}
        async with (
            websockets.connect(f"{stack.ws}/ws/widget/") as witness,
            httpx.AsyncClient(headers=login.headers, cookies=login.cookies, timeout=60) as client,
        ):
            async with locked(stack, conversation):
                posted = asyncio.create_task(
                    client.post(f"{stack.url}/conversations/{conversation}/messages/", data=form)
                )
                await until(lambda: _waits_for_the_lock(stack))
                ending = stack.running["web"]
                ending.send_signal(signal.SIGTERM)

                async def said_so() -> bool:
                    return await says(stack.url) == {"process": "ending"}

                # First it says that it ends, then it sends its sockets away, then the server stops listening.
                await until(said_so)
                writing = asyncio.gather(*(_writes(visitor) for visitor in visitors))
                await witness.wait_closed()
                assert witness.close_code == 1012
                assert ending.poll() is None
            assert (await posted).status_code == 201
        await asyncio.to_thread(ending.wait, 30)
        del stack.running["web"]
        await writing
        done.set()
        await asyncio.gather(*lives)
        assert any(visitor.codes for visitor in visitors)
        for visitor in visitors:
            assert visitor.codes <= {1012}, "they were sent away, not dropped"
            await visitor.catch_up()
            assert sorted(f["text"] for f in visitor.thread) == sorted(visitor.sent.values())
        login.close()


async def _waits_for_the_lock(stack: Stack) -> bool:
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    return bool(await asyncio.to_thread(stack.query, waiting))


async def _writes(visitor: HonestVisitor) -> None:
    for n in range(MESSAGES):
        await visitor.write(f"visitor {n}")
        await asyncio.sleep(random.uniform(0.0, 0.5))
