"""What the sockets of both sides share: a thread pool for the database, a heartbeat that carries the truth, and what is
said when something is away or this process is to end."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar, TypeVar
from weakref import WeakSet

from channels.consumer import get_handler_name
from channels.db import DatabaseSyncToAsync
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.db import InterfaceError, OperationalError
from prometheus_client import Counter, Gauge

from inbox.health.metrics import FRAMES, SOCKETS
from inbox.layer import the_layer
from inbox.models import Conversation

log = logging.getLogger(__name__)

T = TypeVar("T")

# Fewer threads than the pool has connections: sockets can never starve the pages of the desk.
_THREADS = ThreadPoolExecutor(max_workers=8, thread_name_prefix="sockets")
DATABASE_AWAY = (OperationalError, InterfaceError)

# Close codes that clients know (docs/protocol.md): this process ends, come back soon; try again later.
GOING = 1012
LATER = 1013
# While something is away, heartbeats carry the truth so often that a thread is never far behind.
WHILE_AWAY_SECONDS = 3.0


async def in_database(function: Callable[..., T], *args: Any) -> T:
    """Run a synchronous function that uses the database, in one of the sockets' threads, and return its result.

    Raises one of DATABASE_AWAY when there is none."""
    try:
        return await DatabaseSyncToAsync(function, thread_sensitive=False, executor=_THREADS)(*args)
    except DATABASE_AWAY:
        _look_soon()
        raise


class Socket(AsyncWebsocketConsumer, ABC):
    """A JSON socket that belongs to groups and hears a heartbeat."""

    kind: str
    _gauge: ClassVar[Gauge]
    _heard: ClassVar[Counter]
    _told: ClassVar[Counter]
    joined: set[str]
    conversation: Conversation | None = None

    def __init_subclass__(cls) -> None:
        cls._gauge, cls._heard, cls._told = (
            SOCKETS.labels(cls.kind), FRAMES.labels(cls.kind, "in"), FRAMES.labels(cls.kind, "out")
        )  # fmt: skip

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve the socket until it ends, however it ends."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            _hearts.discard(self)
            if self in _open:
                _open.discard(self)
                self._gauge.dec()

    async def connect(self) -> None:
        """Accept; what the socket may hear is decided after it has said who it is."""
        self.joined = set()
        await self.accept()
        _open.add(self)
        self._gauge.inc()

    async def disconnect(self, code: int) -> None:
        """Leave every group."""
        for group in list(self.joined):
            await self.leave(group)

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Call the handler of an event.

        Channels' own version hops to a thread first, to close database connections that are too old. Our handlers use
        none on the event loop (see `in_database`, which looks after its own), and the hop cost a third of a send.
        """
        handler = getattr(self, get_handler_name(message), None)
        if handler is None:
            raise ValueError(f"No handler for message type {message['type']}")
        if message["type"] == "websocket.receive":
            self._heard.inc()
        await handler(message)

    async def join(self, group: str) -> None:
        """Hear what is sent to `group` from now on."""
        if group not in self.joined:
            self.joined.add(group)
            await self.channel_layer.group_add(group, self.channel_name)

    async def leave(self, group: str) -> None:
        """Stop hearing what is sent to `group`."""
        self.joined.discard(group)
        await self.channel_layer.group_discard(group, self.channel_name)

    async def say(self, text: str) -> None:
        """Send one frame that is JSON already."""
        self._told.inc()
        await self.send(text_data=text)

    async def tell(self, payload: dict[str, Any]) -> None:
        """Send one frame."""
        await self.say(json.dumps(payload, ensure_ascii=False))

    async def frame(self, event: dict[str, Any]) -> None:
        """Pass on a frame from a group, unless this socket was its sender."""
        if event.get("sender") != self.channel_name:
            await self.say(event["text"])

    def start_heartbeat(self) -> None:
        """Be sent a heartbeat every HEARTBEAT_SECONDS from now on."""
        _hearts.add(self)
        _ensure_beating()

    @abstractmethod
    def heartbeat(self, seqs: dict[int, tuple[int, int]]) -> dict[str, Any]:
        """Return the heartbeat frame; `seqs` maps conversation ids to (last_seq, last_public_seq)."""

    async def trouble(self, what: list[str]) -> None:
        """Hear what is away now: "database", "live" (frames of other processes), or nothing. Visitors are not told:
        their thread goes on."""


_open: WeakSet[Socket] = WeakSet()
_hearts: WeakSet[Socket] = WeakSet()
_away: set[str] = set()
_beating: asyncio.Task[None] | None = None
_look: asyncio.Event | None = None


def troubles() -> list[str]:
    """Return what is away, as far as is known."""
    return sorted(_away)


def _ensure_beating() -> None:
    global _beating, _look
    if _beating is None or _beating.done() or _beating.get_loop() is not asyncio.get_running_loop():
        _look = asyncio.Event()
        _beating = asyncio.create_task(_beat(), name="heartbeat")
        the_layer().watch(_line_changed)


def _look_soon() -> None:
    """Do not wait for the next heartbeat to see how things are."""
    if _look is not None and "database" not in _away:
        _look.set()


def _line_changed(live: bool) -> None:
    """Frames of other processes went missing, or come again: then everybody reads what they may have missed."""
    (_away.discard if live else _away.add)("live")
    if _look is not None:
        _look.set()


async def _beat() -> None:
    """One query for all sockets of this process, however many there are."""
    assert _look is not None
    told: list[str] = []
    spoke = time.monotonic()
    while _hearts:
        pause = min(settings.HEARTBEAT_SECONDS, WHILE_AWAY_SECONDS) if _away else settings.HEARTBEAT_SECONDS
        try:
            await asyncio.wait_for(_look.wait(), pause)
        except TimeoutError:
            pass
        _look.clear()
        sockets = list(_hearts)
        seqs = await _newest({socket.conversation.pk for socket in sockets if socket.conversation is not None})
        # Without a database there is nothing to tell, but a line that is silent for long counts as dead.
        if seqs is None and time.monotonic() - spoke > settings.HEARTBEAT_SECONDS:
            seqs = {}
        if seqs is not None:
            spoke = time.monotonic()
        news, told = troubles() != told, troubles()
        for socket in sockets:
            try:
                if news:
                    await socket.trouble(told)
                if seqs is not None:
                    await socket.tell(socket.heartbeat(seqs))
            except Exception:  # a socket that is closing must not stop the others' heartbeat
                _hearts.discard(socket)


async def _newest(ids: set[int]) -> dict[int, tuple[int, int]] | None:
    """Return the newest numbers by conversation; None, and note it, if the database is away."""
    try:
        found = await in_database(_seqs, ids)
    except DATABASE_AWAY:
        _away.add("database")
        return None
    _away.discard("database")
    return found


def _seqs(ids: set[int]) -> dict[int, tuple[int, int]]:
    # Asked even if nobody has a conversation open: whether the database is there is part of the question.
    rows = Conversation.objects.filter(pk__in=ids or {0}).values_list("pk", "last_seq", "last_public_seq")
    return {pk: (last_seq, last_public_seq) for pk, last_seq, last_public_seq in rows}


async def send_away(seconds: float) -> None:
    """Tell every socket, spread over some seconds, to come back: another process will answer it."""
    sockets = list(_open)
    for socket in sockets:
        try:
            await socket.close(GOING)
        except Exception as error:
            log.debug("a socket was gone already: %s", error)
        await asyncio.sleep(seconds / len(sockets))


Asgi = Callable[[Any, Any, Any], Awaitable[Any]]


def patient(app: Asgi) -> Asgi:
    """Wrap a socket's application: while the database is away a socket is told so by a close code, not by an error."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        accepted = False

        async def watched(event: dict[str, Any]) -> None:
            nonlocal accepted
            accepted = accepted or event["type"] == "websocket.accept"
            await send(event)

        try:
            await app(scope, receive, watched)
        except DATABASE_AWAY as error:
            log.warning("a socket found the database away: %s", error)
            if not accepted:
                await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": LATER})

    return answer
