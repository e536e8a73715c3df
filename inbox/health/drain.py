"""How a web process ends without anybody losing anything.

Asked to end (SIGTERM), it first says on /readyz that it is no longer to be given work, for half of DRAIN_SECONDS; then
sends its sockets away, spread over the other half; then lets the server end, which finishes the requests in flight.
Clients that were sent away come back within some seconds, each at a moment of its own (docs/protocol.md)."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from collections.abc import Awaitable, Callable
from types import FrameType
from typing import Any

from django.conf import settings

from inbox.health.scrape import note_pool
from inbox.sockets import GOING, send_away

log = logging.getLogger(__name__)

SAMPLE_SECONDS = 5.0
Asgi = Callable[[Any, Any, Any], Awaitable[Any]]

_ending = False


def ending() -> bool:
    """Return whether this process is about to end."""
    return _ending


class Served:
    """The ASGI application as a server runs it: it knows when its process is asked to end."""

    def __init__(self, app: Asgi) -> None:
        self.app = app
        self._watching = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one request or socket, or tell the server that nothing is to be done at its start and end."""
        if not self._watching:
            self._watching = True
            self._watch()
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "websocket" and _ending:
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": GOING})
        else:
            await self.app(scope, receive, send)

    def _watch(self) -> None:
        """Stand before the server's own handler of SIGTERM. By the first request the server has set it up."""
        self._start(_sample())
        before = signal.getsignal(signal.SIGTERM)
        if threading.current_thread() is not threading.main_thread() or not callable(before):
            return
        loop = asyncio.get_running_loop()

        def asked_to_end(number: int, frame: FrameType | None) -> None:
            global _ending
            if _ending:
                return
            _ending = True
            if settings.DRAIN_SECONDS > 0:
                loop.call_soon_threadsafe(lambda: self._start(self._drain(lambda: before(number, None))))
            else:
                before(number, frame)

        signal.signal(signal.SIGTERM, asked_to_end)

    def _start(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drain(self, end: Callable[[], Any]) -> None:
        try:
            await asyncio.sleep(settings.DRAIN_SECONDS / 2)
            await send_away(settings.DRAIN_SECONDS / 2)
        finally:
            end()


async def _lifespan(receive: Any, send: Any) -> None:
    while True:
        event = (await receive())["type"]
        await send({"type": f"{event}.complete"})
        if event == "lifespan.shutdown":
            return


async def _sample() -> None:
    """Keep the gauges of this process fresh, for whichever process is asked for them."""
    while True:
        note_pool()
        await asyncio.sleep(SAMPLE_SECONDS)
