"""Clients that behave as docs/protocol.md asks: they keep what is not acknowledged, resume from the last message that
they have, and treat the socket as a hint."""

from __future__ import annotations

import asyncio
import json
import random
import re
import uuid
from typing import Any

import httpx
import websockets

from tests.signin import cookie_header
from tests.stack import Stack

AWAY = (OSError, websockets.WebSocketException, TimeoutError, httpx.TransportError, EOFError)


class HonestVisitor:
    """A visitor that loses nothing. `thread` is what it has read, in order; `outbox` what is not acknowledged yet."""

    def __init__(self, stack: Stack, token: str) -> None:
        self.stack, self.token = stack, token
        self.thread: list[dict[str, Any]] = []
        self.outbox: dict[str, str] = {}
        self.sent: dict[str, str] = {}
        self.drops = 0
        self.codes: set[int | None] = set()  # by which lines were closed; None where one just broke
        self._socket: websockets.ClientConnection | None = None

    @property
    def last(self) -> int:
        """The newest seq that was read without a hole."""
        return len(self.thread)

    async def write(self, text: str) -> None:
        """Put a message into the outbox, and on the wire if there is one."""
        client_id = str(uuid.uuid4())
        self.sent[client_id] = self.outbox[client_id] = text
        if self._socket is not None:
            try:
                await self._send(self._socket, client_id)
            except AWAY:
                pass  # it stays in the outbox

    async def live(self, until: asyncio.Event) -> None:
        """Be connected, again and again, until told to stop and nothing is outstanding."""
        while not (until.is_set() and not self.outbox):
            try:
                async with websockets.connect(f"{self.stack.ws}/ws/widget/", open_timeout=5) as socket:
                    await self._talk(socket, until)
            except AWAY as error:
                self.drops += 1
                closed = error.rcvd if isinstance(error, websockets.ConnectionClosed) else None
                self.codes.add(closed.code if closed else None)
                await asyncio.sleep(random.uniform(0.05, 0.3))  # back-off with jitter, as a widget does
            finally:
                self._socket = None

    async def catch_up(self) -> None:
        """Read what is missing, over a fresh connection."""
        async with websockets.connect(f"{self.stack.ws}/ws/widget/") as socket:
            await socket.send(json.dumps({"type": "auth", "visitor": self.token}))
            target = None
            while target is None or self.last < target:
                frame = json.loads(await asyncio.wait_for(socket.recv(), 20))
                if frame["type"] == "ready":
                    target = frame["after"]
                    await socket.send(json.dumps({"type": "resume", "after": self.last}))
                await self._take(socket, frame)

    async def _talk(self, socket: websockets.ClientConnection, until: asyncio.Event) -> None:
        await socket.send(json.dumps({"type": "auth", "visitor": self.token}))
        while not (until.is_set() and not self.outbox):
            try:
                frame = json.loads(await asyncio.wait_for(socket.recv(), 0.5))
            except TimeoutError:
                continue
            if frame["type"] == "ready":
                self._socket = socket
                await socket.send(json.dumps({"type": "resume", "after": self.last}))
                for client_id in list(self.outbox):
                    await self._send(socket, client_id)
            await self._take(socket, frame)

    async def _take(self, socket: websockets.ClientConnection, frame: dict[str, Any]) -> None:
        if frame["type"] == "message":
            self.outbox.pop(frame["client_id"], None)
            if frame["seq"] == self.last + 1:
                self.thread.append(frame)
            elif frame["seq"] > self.last + 1:
                await socket.send(json.dumps({"type": "resume", "after": self.last}))
        elif frame["type"] == "caught_up" and frame["more"]:
            await socket.send(json.dumps({"type": "resume", "after": self.last}))
        elif frame["type"] == "error" and frame.get("client_id") in self.outbox:
            await asyncio.sleep(frame.get("retry_after", 0.2))
            await self._send(socket, frame["client_id"])

    async def _send(self, socket: websockets.ClientConnection, client_id: str) -> None:
        frame = {"type": "send", "client_id": client_id, "text": self.outbox.get(client_id, self.sent[client_id])}
        await socket.send(json.dumps(frame))


class HonestServer:
    """A customer's server that answers over the API, trying each message again until it is told that it is stored."""

    def __init__(self, stack: Stack, token: str) -> None:
        self.client = httpx.AsyncClient(base_url=stack.url, headers={"Authorization": f"Bearer {token}"}, timeout=5)
        self.sent: dict[str, str] = {}
        self.retries = 0

    async def write(self, conversation: str, kind: str, text: str) -> None:
        """Store a reply or note of @ada. Raises AssertionError if it is refused."""
        client_id = str(uuid.uuid4())
        self.sent[client_id] = text
        body = {"kind": kind, "text": text, "author": "@ada", "client_id": client_id}
        while True:
            try:
                answer = await self.client.post(f"/api/v1/conversations/{conversation}/messages/", json=body)
            except AWAY:
                answer = None
            if answer is not None and answer.status_code < 500:
                assert answer.status_code in (200, 201), answer.text
                return
            self.retries += 1
            await asyncio.sleep(random.uniform(0.05, 0.3))


class HonestAgent:
    """A desk that has one conversation open and loses nothing: what is sent goes over HTTP until it is stored, what is
    heard over the socket is checked by its number. `thread` is what is shown: (seq, client_id, text)."""

    def __init__(self, stack: Stack, signed_in: httpx.Client, conversation: str) -> None:
        self.stack, self.conversation = stack, conversation
        self.cookies = cookie_header(signed_in)
        self.client = httpx.AsyncClient(
            base_url=stack.url, headers=signed_in.headers, cookies=signed_in.cookies, timeout=10
        )
        self.thread: list[tuple[int, str, str]] = []
        self.sent: dict[str, str] = {}
        self.away: list[list[str]] = []
        self.drops = self.retries = 0

    @property
    def last(self) -> int:
        """The newest seq that is shown without a hole."""
        return len(self.thread)

    async def write(self, kind: str, text: str) -> None:
        """Store a reply or note, trying again until the server says that it has it."""
        client_id = str(uuid.uuid4())
        self.sent[client_id] = text
        form = {"kind": kind, "text": text, "client_id": client_id}
        while True:
            try:
                answer = await self.client.post(f"/conversations/{self.conversation}/messages/", data=form)
            except AWAY:
                answer = None
            if answer is not None and answer.status_code < 500:
                assert answer.status_code in (200, 201), (answer.status_code, answer.text[:500])
                return
            assert answer is None or answer.status_code == 503, answer.text[:500]
            self.retries += 1
            await asyncio.sleep(random.uniform(0.1, 0.4))

    async def live(self, until: asyncio.Event) -> None:
        """Be connected, again and again, until told to stop."""
        headers = {"Cookie": self.cookies, "Origin": self.stack.url}
        while not until.is_set():
            try:
                url = f"{self.stack.ws}/ws/desk/"
                async with websockets.connect(url, open_timeout=5, additional_headers=headers) as socket:
                    await self._talk(socket, until)
            except AWAY:
                self.drops += 1
                await asyncio.sleep(random.uniform(0.05, 0.3))

    async def _talk(self, socket: websockets.ClientConnection, until: asyncio.Event) -> None:
        while not until.is_set():
            try:
                frame = json.loads(await asyncio.wait_for(socket.recv(), 0.5))
            except TimeoutError:
                continue
            if frame["type"] == "ready" or (frame["type"] == "away" and not frame["what"]):
                await socket.send(json.dumps({"type": "open", "conversation": self.conversation}))
            if frame["type"] == "away":
                self.away.append(frame["what"])
            elif frame.get("conversation") == self.conversation:
                await self._take(frame)

    async def _take(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "message" and frame["seq"] == self.last + 1:
            self._add(frame["html"])
        elif frame["type"] in ("message", "opened", "heartbeat") and frame["seq"] > self.last:
            await self.catch_up()

    async def catch_up(self) -> None:
        """Read what is missing, as far as that is possible now."""
        more = True
        while more:
            try:
                answer = await self.client.get(f"/conversations/{self.conversation}/messages/?after={self.last}")
            except AWAY:
                return
            if answer.status_code != 200:
                return
            self._add(answer.text)
            more = answer.headers["X-More"] == "yes"

    def _add(self, html: str) -> None:
        for part in re.split(r"(?=data-seq=)", html)[1:]:
            seq = int(re.findall(r'data-seq="(\d+)"', part)[0])
            text = re.findall(r'<div class="bub" dir="auto">(.*?)</div>', part, re.S)
            if seq == self.last + 1:
                client_id = re.findall(r'data-client="([^"]+)"', part)[0]
                self.thread.append((seq, client_id, text[0].strip() if text else ""))
