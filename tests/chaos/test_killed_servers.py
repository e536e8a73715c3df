"""PostgreSQL or Redis dies by kill -9 while visitors and agents write. Nobody loads a page anew, and both ends have the
same full thread in the end."""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter

import pytest

from tests.chaos.honest import HonestAgent, HonestVisitor
from tests.chat_client import open_session
from tests.servers import KillableServers
from tests.signin import signed_in
from tests.stack import Stack

FULL = os.environ.get("FRONTDESK_CHAOS") == "full"
VISITORS, MESSAGES, KILLS, AWAY_SECONDS = (12, 60, 10, 3.0) if FULL else (3, 10, 2, 0.5)

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(900), pytest.mark.xdist_group("chaos")]


@pytest.mark.parametrize("name", ["postgres", "redis"])
def test_nothing_is_lost_or_doubled_when_a_server_is_killed(
    product: Stack, servers: KillableServers, name: str
) -> None:
    asyncio.run(_both_sides_write(product, servers, name))


async def _both_sides_write(stack: Stack, servers: KillableServers, name: str) -> None:
    login = await asyncio.to_thread(signed_in, stack)
    visitors = [HonestVisitor(stack, (await open_session(stack))["visitor"]) for _ in range(VISITORS)]
    done = asyncio.Event()
    lives = [asyncio.create_task(visitor.live(done)) for visitor in visitors]
    for visitor in visitors:
        await visitor.write("hello")
    await _until(lambda: all(visitor.last for visitor in visitors))
    ids = [(await open_session(stack, visitor=visitor.token))["conversation"]["id"] for visitor in visitors]
    agents = [HonestAgent(stack, login, conversation) for conversation in ids]
    lives += [asyncio.create_task(agent.live(done)) for agent in agents]
    await _until(lambda: all(agent.last for agent in agents))

    calm = asyncio.Event()
    writers = [_writes(visitor, calm) for visitor in visitors] + [_answers(agent, calm) for agent in agents]
    writing = asyncio.gather(*writers)
    for _ in range(KILLS):
        await asyncio.sleep(random.uniform(0.3, 1.0))  # at a moment nobody chose
        await asyncio.to_thread(servers.kill, name)
        await asyncio.sleep(random.uniform(0.1, AWAY_SECONDS))  # as long as it takes to start it again
        await asyncio.to_thread(servers.start)
    calm.set()
    await writing
    drops = sum(visitor.drops for visitor in visitors) + sum(agent.drops for agent in agents)
    # Both ends get there by what they hear, over the lines that they have: nobody is made to come back.
    await _until(lambda: not any(visitor.outbox for visitor in visitors), stack.tail)
    counts = {conversation: await asyncio.to_thread(_count, stack, conversation) for conversation in ids}
    await _until(
        lambda: all(agent.last == counts[agent.conversation][0] for agent in agents)
        and all(visitor.last == counts[at][1] for visitor, at in zip(visitors, ids, strict=True)),
        lambda: str([(agent.last, visitor.last, counts[agent.conversation], len(visitor.outbox))
                     for agent, visitor in zip(agents, visitors, strict=True)]) + stack.tail(),
    )  # fmt: skip
    if name == "redis":
        assert drops == 0, "a Redis that is away is no reason to lose a line"
    done.set()
    await asyncio.gather(*lives)
    for visitor, agent in zip(visitors, agents, strict=True):
        _check(stack, visitor, agent)
        await agent.client.aclose()
    login.close()
    retries, said = sum(agent.retries for agent in agents), sum(len(agent.away) for agent in agents)
    print(f"\n{name}: {KILLS} kills, {drops} dropped lines, {retries} answers asked for again, {said} words of trouble")


async def _writes(visitor: HonestVisitor, calm: asyncio.Event) -> None:
    """Write so many messages, and on as long as servers are being killed."""
    n = 0
    while n < MESSAGES or not calm.is_set():
        await visitor.write(f"visitor {n}")
        await asyncio.sleep(random.uniform(0.0, 0.5))
        n += 1


async def _answers(agent: HonestAgent, calm: asyncio.Event) -> None:
    n = 0
    while n < MESSAGES or not calm.is_set():
        await agent.write("note" if n % 3 == 0 else "reply", f"agent {n}")
        await asyncio.sleep(random.uniform(0.0, 0.5))
        n += 1


def _count(stack: Stack, conversation: str) -> tuple[int, int]:
    found = stack.query("SELECT last_seq, last_public_seq FROM inbox_conversation WHERE public_id = %s", conversation)
    return int(str(found[0][0])), int(str(found[0][1]))


def _check(stack: Stack, visitor: HonestVisitor, agent: HonestAgent) -> None:
    rows = stack.query(
        "SELECT m.seq, m.public_seq, m.client_id::text, m.text, m.kind FROM inbox_message m "
        "JOIN inbox_conversation c ON c.id = m.conversation_id WHERE c.public_id = %s ORDER BY m.seq",
        agent.conversation,
    )
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    expected = Counter(visitor.sent.values()) + Counter(agent.sent.values())
    assert Counter(row[3] for row in rows) == expected, "lost or doubled in the database"
    assert agent.thread == [(seq, client_id, text) for seq, _, client_id, text, _ in rows]
    replies = [row for row in rows if row[4] == "reply"]
    assert [(f["seq"], f["client_id"], f["text"]) for f in visitor.thread] == [row[1:4] for row in replies]


async def _until(reached: object, why: object = lambda: "", seconds: float = 60) -> None:
    try:
        async with asyncio.timeout(seconds):
            while not reached():  # type: ignore[operator]
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"not reached within {seconds} s: {why()}") from None  # type: ignore[operator]
