"""Holds the connection to the server: says hello, hears rings, acknowledges, and comes back whenever it is lost."""

from __future__ import annotations

import asyncio
import json
import random
import time
from dataclasses import dataclass
from typing import NoReturn

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from frontdesk_bell import __version__, frames
from frontdesk_bell.ringer import Ringer
from frontdesk_bell.trouble import explain
from frontdesk_bell.words import say

REVOKED = 4401
# Another ringer has come with the same token. Both coming back at once would throw each other out for ever.
REPLACED = 4409
# A connection is dead when nothing has come for so many heartbeats.
SILENT_BEATS = 2.5
LARGEST_FRAME = 64 * 1024


class Refused(Exception):
    """The token opens nothing (any more): trying again helps nobody. The text says what to do."""


@dataclass(frozen=True)
class Patience:
    """How long the ringer waits, in seconds, and how often it asks again with a token that was refused."""

    first: float = 1.0
    longest: float = 60.0
    # A connection that has stood so long was a good one: the next wait is a short one again.
    steady: float = 10.0
    answer: float = 10.0
    # A 403 may be a proxy's mistake.
    refused: float = 60.0
    refusals: int = 3


class Backoff:
    """Waits that double up to the longest, each with a random half, so that bells do not come back all at once."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._next = patience.first

    def wait(self) -> float:
        """Return how many seconds to wait now; the next time it is longer."""
        wait, self._next = self._next, min(self._next * 2, self._patience.longest)
        return jitter(wait)

    def reset(self) -> None:
        """Begin with the first wait again."""
        self._next = self._patience.first


def jitter(seconds: float) -> float:
    """Return between half of it and all of it."""
    return seconds * random.uniform(0.5, 1)  # noqa: S311


class _Straight(connect):
    """Follows no redirect: the token is for the server that was named."""

    def process_redirect(self, exc: Exception) -> Exception:
        return exc


class Link:
    """The connection between one server and one ringer. All times are monotonic; the Pi's clock is not asked."""

    def __init__(self, url: str, token: str, ringer: Ringer, patience: Patience | None = None) -> None:
        self._url = url
        self._token = token
        self._ringer = ringer
        self._patience = patience or Patience()
        self._backoff = Backoff(self._patience)
        self._refusals = 0

    async def keep(self) -> NoReturn:
        """Hold the connection for ever. Raises Refused when the server does not want this token."""
        while True:
            try:
                await self._session()
            except (OSError, WebSocketException) as error:
                wait = self._wait(error)
                say(f"{explain(error, self._url)} Trying again in {wait:.3g} s.")
            await asyncio.sleep(wait)

    def _wait(self, error: Exception) -> float:
        """Return how many seconds to wait after an error. Raises Refused where waiting does not help."""
        if isinstance(error, ConnectionClosed) and error.rcvd:
            if error.rcvd.code == REVOKED:
                raise Refused("The server has revoked this bell's token.") from None
            if error.rcvd.code == REPLACED:
                return jitter(self._patience.refused)
        if isinstance(error, InvalidStatus) and error.response.status_code in (401, 403):
            self._refusals += 1
            if self._refusals > self._patience.refusals:
                raise Refused(f"The server has refused this bell's token {self._refusals} times.") from None
            return jitter(self._patience.refused)
        return self._backoff.wait()

    async def _session(self) -> NoReturn:
        """Connect and serve until the connection ends; raises what ended it."""
        ws = await _Straight(
            self._url,
            additional_headers={"Authorization": f"Bearer {self._token}"},
            user_agent_header=f"frontdesk-bell/{__version__}",
            compression=None,
            open_timeout=self._patience.answer,
            # The server's heartbeats say whether it is there; two measures would only disagree.
            ping_interval=None,
            close_timeout=1,
            max_size=LARGEST_FRAME,
        )
        self._refusals = 0
        began = time.monotonic()
        acknowledging = None
        try:
            await ws.send(json.dumps({"type": "hello", "version": __version__}))
            acknowledging = asyncio.create_task(self._acknowledge(ws))
            await self._listen(ws)
        finally:
            if time.monotonic() - began >= self._patience.steady:
                self._backoff.reset()
            if acknowledging:
                acknowledging.cancel()
                await asyncio.gather(acknowledging, return_exceptions=True)
            # Aborted at once if it does not say goodbye within a second.
            await ws.close()

    async def _listen(self, ws: ClientConnection) -> NoReturn:
        silence = self._patience.answer
        while True:
            # The answer is inside: a server that reads nothing is as dead as one that says nothing.
            async with asyncio.timeout(silence):
                text = await ws.recv()
                try:
                    frame = frames.read(text)
                except frames.BadFrame as error:
                    say(f"The server sent {error}; nothing is done with it.")
                    continue
                if isinstance(frame, frames.Heartbeat):
                    await ws.send(json.dumps({"type": "heartbeat"}))
            if isinstance(frame, frames.Ready):
                silence = frame.heartbeat * SILENT_BEATS
                say(f"Connected to {self._url}.")
            elif isinstance(frame, frames.Ring):
                self._ringer.take(frame)

    async def _acknowledge(self, ws: ClientConnection) -> NoReturn:
        while True:
            ring = await self._ringer.next_struck()
            await ws.send(json.dumps({"type": "struck", "id": ring}))
            self._ringer.told(ring)
