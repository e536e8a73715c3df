"""What an idle visitor costs: memory of the web process with many connected, beside a bare Channels consumer's."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import psutil
import psycopg
import websockets

from inbox.people.secrets import new_token, token_hash
from tests.stack import PROCESSES, Stack, database_url

VISITORS = 2_000
AT_ONCE = 50


def measure() -> list[dict[str, Any]]:
    """Return the row of the table."""
    ours, bare = _cost("settings.asgi", _widget), _cost("tests.bench.floor", _bare)
    return [
        {
            "what": f"memory of an idle visitor, {VISITORS:,} connected (KB)",
            "ours": round(ours, 1),
            "beside": round(bare, 1),
            "ratio": round(ours / bare, 2),
            "aim": "≤ 1.5× a bare consumer in one group",
        }
    ]


def _cost(server: str, line_of: Any) -> float:
    web = PROCESSES["web"]
    PROCESSES["web"] = [part.replace("settings.asgi", server) for part in web]
    # More sockets from one address than a process may usually have open.
    stack = Stack()
    try:
        stack.start("web")
        return asyncio.run(_measure(stack, line_of))
    finally:
        PROCESSES["web"] = web
        stack.stop()


async def _measure(stack: Stack, line_of: Any) -> float:
    process = psutil.Process(stack.running["web"].pid)
    hello = await line_of(stack)
    # What the first sockets bring to life (modules, pools, threads) is not the price of one more.
    early = await _connect(stack, hello[:AT_ONCE])
    before = process.memory_full_info().uss
    late = await _connect(stack, hello[AT_ONCE:])
    after = process.memory_full_info().uss
    for socket in early + late:
        socket.transport.abort()
    return (after - before) / len(late) / 1000


async def _connect(stack: Stack, hellos: list[tuple[str, str]]) -> list[websockets.ClientConnection]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(path: str, first: str) -> websockets.ClientConnection:
        async with gate:
            socket = await websockets.connect(f"{stack.ws}{path}", compression=None, ping_interval=None)
            await socket.send(first)
            assert json.loads(await socket.recv())["type"] == "ready"
            return socket

    return list(await asyncio.gather(*(one(*hello) for hello in hellos)))


async def _widget(stack: Stack) -> list[tuple[str, str]]:
    """Visitors with a session, made by SQL: what is measured is their sockets."""
    tokens = [new_token("fv") for _ in range(VISITORS)]
    with psycopg.connect(database_url(stack.database), autocommit=True) as connection, connection.cursor() as cursor:
        columns = "public_id, workspace_id, token_hash, page_url, page_title, referrer, user_agent, language, timezone"
        cursor.executemany(
            f"INSERT INTO inbox_visitor ({columns}, created_at, last_seen_at) "
            "SELECT gen_random_uuid(), id, %s, '', '', '', '', '', '', now(), now() FROM people_workspace "
            "WHERE slug = 'demo'",
            [(token_hash(token),) for token in tokens],
        )
    return [("/ws/widget/", json.dumps({"type": "auth", "visitor": token})) for token in tokens]


async def _bare(stack: Stack) -> list[tuple[str, str]]:
    return [("/ws/floor/", json.dumps({"type": "join", "conversations": [n]})) for n in range(VISITORS)]
