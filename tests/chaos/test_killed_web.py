"""The web process dies by kill -9 while both sides write. Afterwards both have the same full thread."""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter

import pytest

from tests.chaos.honest import HonestServer, HonestVisitor
from tests.chat_client import open_session
from tests.stack import Stack, running_stack

FULL = os.environ.get("FRONTDESK_CHAOS") == "full"
VISITORS, MESSAGES, KILLS = (20, 60, 12) if FULL else (4, 12, 2)


@pytest.mark.chaos
@pytest.mark.timeout(600)
@pytest.mark.xdist_group("chaos")
def test_nothing_is_lost_or_doubled_when_the_web_process_is_killed() -> None:
    with running_stack("web") as stack:
        drops, kills = asyncio.run(_both_sides_write(stack))
    print(f"\n{VISITORS} visitors and a server, {MESSAGES} messages each, {kills} kills, {drops} dropped connections")


async def _both_sides_write(stack: Stack) -> tuple[int, int]:
    server = HonestServer(stack, stack.manage("api_token", "demo"))
    visitors = [HonestVisitor(stack, (await open_session(stack))["visitor"]) for _ in range(VISITORS)]
    done, kills = asyncio.Event(), 0
    lives = [asyncio.create_task(visitor.live(done)) for visitor in visitors]
    for visitor in visitors:
        await visitor.write("hello")
    await _until(lambda: all(visitor.last for visitor in visitors))
    conversations = [(await open_session(stack, visitor=v.token))["conversation"]["id"] for v in visitors]

    writing = asyncio.gather(
        *(_visitor_writes(visitor) for visitor in visitors),
        *(_server_writes(server, conversation) for conversation in conversations),
    )
    for _ in range(KILLS):
        await asyncio.sleep(random.uniform(0.2, 1.0))  # at a moment nobody chose
        await asyncio.to_thread(stack.kill, "web")
        await asyncio.to_thread(stack.start, "web")
        kills += 1
    await writing
    done.set()
    await asyncio.gather(*lives)
    for visitor, conversation in zip(visitors, conversations, strict=True):
        await visitor.catch_up()
        _check(stack, visitor, server, conversation)
    assert sum(v.drops for v in visitors) >= kills, "the kills were not felt: this proves nothing"
    return sum(v.drops for v in visitors), kills


async def _visitor_writes(visitor: HonestVisitor) -> None:
    for n in range(MESSAGES):
        await visitor.write(f"visitor {n}")
        await asyncio.sleep(random.uniform(0.0, 0.3))


async def _server_writes(server: HonestServer, conversation: str) -> None:
    for n in range(MESSAGES):
        await server.write(conversation, "note" if n % 3 == 0 else "reply", f"{conversation} {n}")
        await asyncio.sleep(random.uniform(0.0, 0.3))


def _check(stack: Stack, visitor: HonestVisitor, server: HonestServer, conversation: str) -> None:
    rows = stack.query(
        "SELECT m.seq, m.public_seq, m.client_id::text, m.text, m.kind FROM inbox_message m "
        "JOIN inbox_conversation c ON c.id = m.conversation_id WHERE c.public_id = %s ORDER BY m.seq",
        conversation,
    )
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    replies = [row for row in rows if row[4] == "reply"]
    assert [row[1] for row in replies] == list(range(1, len(replies) + 1))
    expected = Counter(visitor.sent.values()) + Counter(t for t in server.sent.values() if t.startswith(conversation))
    assert Counter(row[3] for row in rows) == expected, "lost or doubled in the database"
    assert [(f["seq"], f["client_id"], f["text"]) for f in visitor.thread] == [row[1:4] for row in replies]
    assert not any(row[4] == "note" and row[3] in {f["text"] for f in visitor.thread} for row in rows)


async def _until(reached: object, seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while not reached():  # type: ignore[operator]
            await asyncio.sleep(0.02)
