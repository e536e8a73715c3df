"""A server that does what a test says: refuses, hangs, drops mid-frame, sends twice. The real one has its own tests."""

from __future__ import annotations

import asyncio
import json
import ssl
import uuid
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any, TypeVar

from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

T = TypeVar("T")


async def soon(what: Awaitable[T]) -> T:
    """Wait for it; fail where it does not come at all."""
    async with asyncio.timeout(60):
        return await what


class Session:
    """One connection of a ringer, seen from the server."""

    def __init__(self, ws: ServerConnection) -> None:
        self.ws = ws
        self.over = asyncio.Event()

    async def welcome(self, heartbeat: float = 25) -> str:
        """Hear the hello, answer it, and return the version that it named."""
        version = (await self.heard("hello"))["version"]
        await self.say({"type": "ready", "heartbeat": heartbeat})
        return version

    async def heard(self, kind: str) -> dict[str, Any]:
        """Return the next frame, which must be of this kind."""
        frame = json.loads(await soon(self.ws.recv()))
        assert frame["type"] == kind
        return frame

    async def say(self, frame: object) -> None:
        await self.ws.send(frame if isinstance(frame, str | bytes) else json.dumps(frame))

    async def ring(self, pattern: object, ring: str = "", reason: str = "Ada Lovelace signed up") -> str:
        """Send a ring and return its id."""
        ring = ring or str(uuid.uuid4())
        await self.say({"type": "ring", "id": ring, "pattern": pattern, "reason": reason})
        return ring

    async def struck(self) -> str:
        """Return which ring the next acknowledgement names."""
        return (await self.heard("struck"))["id"]

    async def close(self, code: int = 1000) -> None:
        await self.ws.close(code)
        self.over.set()


class BellServer:
    """Where ringers connect to. `status`: what it answers the handshake with, if it refuses."""

    def __init__(self) -> None:
        self.sessions: asyncio.Queue[Session] = asyncio.Queue()
        self.status: HTTPStatus | None = None
        self.location = ""
        self.asked: asyncio.Queue[Request] = asyncio.Queue()
        self.url = ""

    async def session(self) -> Session:
        """Return the next connection that was made."""
        return await soon(self.sessions.get())

    async def refuse(self, ws: ServerConnection, request: Request) -> Response | None:
        self.asked.put_nowait(request)
        if self.status is None:
            return None
        answer = ws.respond(self.status, "")
        if self.location:
            answer.headers["Location"] = self.location
        return answer

    async def serve(self, ws: ServerConnection) -> None:
        session = Session(ws)
        self.sessions.put_nowait(session)
        await session.over.wait()


@asynccontextmanager
async def bell_server(port: int = 0, tls: ssl.SSLContext | None = None) -> AsyncIterator[BellServer]:
    """A server on this machine."""
    server = BellServer()
    listening = await serve(
        server.serve, "127.0.0.1", port, process_request=server.refuse, ssl=tls, ping_interval=None, close_timeout=0.1
    )
    port = listening.sockets[0].getsockname()[1]
    server.url = f"{'wss' if tls else 'ws'}://127.0.0.1:{port}/ws/bell/"
    try:
        yield server
    finally:
        listening.close()
        for connection in listening.connections:
            connection.transport.abort()
