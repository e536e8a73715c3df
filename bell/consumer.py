"""A bell's socket.

From the bell: `hello` {version} first, `struck` {id} once a ring was struck, `heartbeat` after each of ours. To it:
`ready` {heartbeat: seconds}, `ring` {id, pattern, reason}, `heartbeat`, `error`. One ring is on its way at a time: the
next follows once that one was struck and the pause between two strikes is over.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
import uuid
from typing import Any

from django.conf import settings

from bell import devices, rings
from bell.live import bell_group
from bell.models import Device
from bell.patterns import pause_after, seconds
from inbox.sockets import DATABASE_AWAY, LATER, WHILE_AWAY_SECONDS, Socket, in_database
from inbox.widget.pace import Bucket

log = logging.getLogger(__name__)

REMOVED = 4401
REPLACED = 4409
TOO_MUCH = 4429
MAX_FRAME = 4096
# How long past its pattern a bell may take to say that it struck.
PATIENCE_SECONDS = 5.0
FRAMES_PER_SECOND, FRAMES_BURST = 5, 50


class BellConsumer(Socket):
    kind = "bell"
    device: Device
    striking: asyncio.Task[None] | None = None
    ended = False
    # The ring that is on its way, and what says that it was struck.
    sent: uuid.UUID | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve the bell until the socket ends; however it ends, nobody is there any more."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._stop()
            if hasattr(self, "device"):
                await self._forget()

    async def connect(self) -> None:
        """Let in who brings a bell's token; others are refused before the socket is open, which is a 403."""
        device = await in_database(devices.device_of, _bearer(self.scope))
        if device is None:
            await self.close()
            return
        self.device = device
        self.wanted, self.struck = asyncio.Event(), asyncio.Event()
        self.bucket = Bucket(FRAMES_PER_SECOND, FRAMES_BURST)
        await super().connect()
        await self.join(bell_group(device.pk))

    async def disconnect(self, code: int) -> None:
        """Leave the groups, if it was let in."""
        if hasattr(self, "joined"):
            await super().disconnect(code)

    async def close(self, code: Any = None, reason: str | None = None) -> None:
        """End the socket: nothing more is rung, and frames that were sent before it is heard of are not worked."""
        if not self.ended:
            self.ended = True
            self._stop()
            await super().close(code, reason)

    def _stop(self) -> None:
        if self.striking is not None and self.striking is not asyncio.current_task():
            self.striking.cancel()

    async def _forget(self) -> None:
        try:
            await in_database(devices.disconnected, self.device.pk, self.channel_name)
        except DATABASE_AWAY as error:  # silence will tell
            log.warning("a bell went while the database was away: %s", error)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Work one frame; what is wrong with it is answered."""
        if self.ended:
            return
        if self.bucket.take():
            await self.close(TOO_MUCH)
            return
        try:
            frame = json.loads(text_data or "") if len(text_data or "") <= MAX_FRAME else None
        except (ValueError, RecursionError):
            frame = None
        handlers = {"hello": self._hello, "struck": self._struck, "heartbeat": self._alive}
        handler = handlers.get(str(frame.get("type"))) if isinstance(frame, dict) else None
        if handler is None or frame is None:
            await self.tell({"type": "error", "code": "bad_frame", "detail": "This frame is not known here."})
            return
        try:
            await handler(frame)
        except DATABASE_AWAY as error:
            log.warning("a bell's frame was not worked: %s", error)
            await self.close(LATER)  # it comes back, and says again what it struck

    async def _hello(self, frame: dict[str, Any]) -> None:
        if self.striking is not None:
            return
        version = "".join(sign for sign in str(frame.get("version", "")) if sign.isprintable())
        if not await in_database(devices.connected, self.device.pk, self.channel_name, version):
            await self.close(REMOVED)
            return
        await self.tell({"type": "ready", "heartbeat": settings.HEARTBEAT_SECONDS})
        self.start_heartbeat()
        await in_database(rings.roll_for_missed, self.device)
        self.striking = asyncio.create_task(self._strike_on(), name=f"bell {self.device.pk}")

    async def _struck(self, frame: dict[str, Any]) -> None:
        try:
            ring = uuid.UUID(str(frame.get("id")))
        except ValueError:
            await self.tell({"type": "error", "code": "bad_frame", "detail": "Say which ring was struck, by its id."})
            return
        await in_database(rings.acknowledge, self.device.pk, ring)
        if ring == self.sent:
            self.struck.set()

    async def _alive(self, frame: dict[str, Any]) -> None:
        if self.striking is not None and not await in_database(devices.heard, self.device.pk, self.channel_name):
            await self.look_again({})

    async def wake(self, event: dict[str, Any]) -> None:
        """There is something to ring."""
        self.wanted.set()

    async def look_again(self, event: dict[str, Any]) -> None:
        """See whether this socket still serves its bell; end it if not."""
        try:
            found = await in_database(devices.serves, self.device.pk, self.channel_name)
        except DATABASE_AWAY:
            await self.close(LATER)
            return
        if found == "removed":
            await self.close(REMOVED)
        elif found == "replaced" and self.striking is not None:  # before its hello it serves nobody yet
            await self.close(REPLACED)

    async def trouble(self, what: list[str]) -> None:
        """Frames may have been missed, or come again: look for what there is."""
        self.wanted.set()

    def heartbeat(self, seqs: dict[int, tuple[int, int]]) -> dict[str, Any]:
        """Return the heartbeat, and look for a ring whose frame got lost."""
        self.wanted.set()
        return {"type": "heartbeat"}

    async def _strike_on(self) -> None:
        """Ring until the socket ends. A socket that cannot ring must not stay open: it comes back and begins anew."""
        try:
            await self._strike_all()
        except OSError:  # nobody is at the other end any more; the socket's own end is on its way
            log.debug("a bell went while it was to ring")
        except Exception:
            log.exception("a bell cannot be rung")
            await self.close(LATER)

    async def _strike_all(self) -> None:
        """Ring whatever there is to ring, one after the other."""
        again: list[rings.Strike] | None = None
        while True:
            try:
                again = await in_database(rings.lost, self.device.pk) if again is None else again
                self.wanted.clear()
                strike = again.pop(0) if again else await in_database(rings.take, self.device.pk)
            except DATABASE_AWAY as error:
                log.warning("a bell waits for the database: %s", error)
                again = None  # one may have been noted as sent, and its answer lost
                await asyncio.sleep(WHILE_AWAY_SECONDS)
                continue
            if strike is None:
                await self.wanted.wait()
            else:
                await self._strike(strike)

    async def _strike(self, strike: rings.Strike) -> None:
        """Send one ring, and wait until it was struck and the next one may be."""
        self.sent = strike.id
        self.struck.clear()
        began = time.monotonic()
        await self.tell({"type": "ring", "id": str(strike.id), "pattern": strike.pattern, "reason": strike.reason})
        try:
            await asyncio.wait_for(self.struck.wait(), seconds(strike.pattern) + PATIENCE_SECONDS)
        except TimeoutError:
            log.info("bell %s did not say that it struck", self.device.public_id)
        await asyncio.sleep(max(0.0, began + pause_after(strike.pattern) - time.monotonic()))


def _bearer(scope: Any) -> str:
    """Return the token of an `Authorization: Bearer …` header, "" if there is none."""
    for name, value in scope["headers"]:
        if name == b"authorization":
            scheme, _, token = value.decode("latin-1").partition(" ")
            return token.strip() if scheme.lower() == "bearer" else ""
    return ""
