"""What the sockets of both sides share: a thread pool for the database, and a heartbeat that carries the truth."""

from __future__ import annotations

import asyncio
import json
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from weakref import WeakSet

from channels.consumer import get_handler_name
from channels.db import DatabaseSyncToAsync
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.db import InterfaceError, OperationalError

from inbox.models import Conversation

log = logging.getLogger(__name__)

T = TypeVar("T")

# Fewer threads than the pool has connections: sockets can never starve the pages of the desk.
_THREADS = ThreadPoolExecutor(max_workers=8, thread_name_prefix="sockets")
DATABASE_AWAY = (OperationalError, InterfaceError)


async def in_database(function: Callable[..., T], *args: Any) -> T:
    """Run a synchronous function that uses the database, in one of the sockets' threads, and return its result."""
    return await DatabaseSyncToAsync(function, thread_sensitive=False, executor=_THREADS)(*args)


class Socket(AsyncWebsocketConsumer, ABC):
    """A JSON socket that belongs to groups and hears a heartbeat."""

    joined: set[str]
    conversation: Conversation | None = None

    async def connect(self) -> None:
        """Accept; what the socket may hear is decided after it has said who it is."""
        self.joined = set()
        await self.accept()

    async def disconnect(self, code: int) -> None:
        """Leave every group."""
        _hearts.discard(self)
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

    async def tell(self, payload: dict[str, Any]) -> None:
        """Send one frame."""
        await self.send(text_data=json.dumps(payload, ensure_ascii=False))

    async def frame(self, event: dict[str, Any]) -> None:
        """Pass on a frame from a group, unless this socket was its sender."""
        if event.get("sender") != self.channel_name:
            await self.send(text_data=event["text"])

    def start_heartbeat(self) -> None:
        """Be sent a heartbeat every HEARTBEAT_SECONDS from now on."""
        _hearts.add(self)
        _ensure_beating()

    @abstractmethod
    def heartbeat(self, seqs: dict[int, tuple[int, int]]) -> dict[str, Any]:
        """Return the heartbeat frame; `seqs` maps conversation ids to (last_seq, last_public_seq)."""


_hearts: WeakSet[Socket] = WeakSet()
_beating: asyncio.Task[None] | None = None


def _ensure_beating() -> None:
    global _beating
    if _beating is None or _beating.done() or _beating.get_loop() is not asyncio.get_running_loop():
        _beating = asyncio.create_task(_beat())


async def _beat() -> None:
    """One query for all sockets of this process, however many there are."""
    while _hearts:
        await asyncio.sleep(settings.HEARTBEAT_SECONDS)
        sockets = list(_hearts)
        ids = {socket.conversation.pk for socket in sockets if socket.conversation is not None}
        try:
            seqs = await in_database(_seqs, ids)
        except DATABASE_AWAY:
            continue
        for socket in sockets:
            try:
                await socket.tell(socket.heartbeat(seqs))
            except Exception:  # a socket that is closing must not stop the others' heartbeat
                _hearts.discard(socket)


def _seqs(ids: set[int]) -> dict[int, tuple[int, int]]:
    rows = Conversation.objects.filter(pk__in=ids).values_list("pk", "last_seq", "last_public_seq")
    return {pk: (last_seq, last_public_seq) for pk, last_seq, last_public_seq in rows}
