"""A visitor without a browser: the widget's protocol over a real socket, with the resume rules of docs/protocol.md."""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any

import httpx
import websockets

from tests.stack import Stack


async def open_session(stack: Stack, **body: Any) -> dict[str, Any]:
    """Open a session for the demo workspace (or `key`) and return the answer."""
    body.setdefault("key", str(stack.query("SELECT widget_key FROM people_workspace WHERE slug = 'demo'")[0][0]))
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{stack.url}/widget/v1/session", json=body)
    answer.raise_for_status()
    return dict(answer.json())


class Visitor:
    """One tab of a visitor."""

    def __init__(self, stack: Stack, token: str) -> None:
        self.stack, self.token = stack, token
        self.last = 0
        self.thread: list[dict[str, Any]] = []

    async def __aenter__(self) -> Visitor:
        await self.connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.socket.close()

    async def connect(self) -> int:
        """Connect and authenticate; return the `after` of `ready`."""
        self.socket = await websockets.connect(f"{self.stack.ws}/ws/widget/", max_size=None)
        await self.say(type="auth", visitor=self.token)
        return int((await self.hear("ready"))["after"])

    async def say(self, **frame: Any) -> None:
        await self.socket.send(json.dumps(frame))

    async def send(self, text: str, client_id: str | None = None) -> str:
        """Send a message and return its client_id, without waiting for the answer."""
        client_id = client_id or str(uuid.uuid4())
        await self.say(type="send", client_id=client_id, text=text)
        return client_id

    async def next(self, seconds: float = 10) -> dict[str, Any]:
        """Return the next frame, heartbeats left out."""
        while True:
            frame = json.loads(await asyncio.wait_for(self.socket.recv(), seconds))
            if frame["type"] != "heartbeat":
                return dict(frame)

    async def hear(self, *types: str, seconds: float = 10) -> dict[str, Any]:
        """Return the next frame of one of these types; others are passed over."""
        while True:
            frame = await self.next(seconds)
            if frame["type"] in types:
                return frame

    async def resume(self, after: int) -> list[dict[str, Any]]:
        """Return all messages beyond `after`, however many rounds that takes."""
        found: list[dict[str, Any]] = []
        while True:
            await self.say(type="resume", after=after)
            while (frame := await self.hear("message", "caught_up"))["type"] == "message":
                found.append(frame)
            after = frame["seq"]
            if not frame["more"]:
                return found
