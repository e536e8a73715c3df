"""The command `frontdesk-bell`."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Sequence
from types import FrameType

from frontdesk_bell.actuators import NoPins, open_actuator
from frontdesk_bell.arguments import parse
from frontdesk_bell.options import Options
from frontdesk_bell.safety import Guard, Stopped
from frontdesk_bell.striker import DING, Striker
from frontdesk_bell.words import say

# systemd does not start us again after this one (frontdesk-bell.service).
REFUSED = 77
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status. Wrong options exit at once, with 2 and what is wrong."""
    try:
        return _Process(parse(arguments, os.environ)).run()
    except NoPins as error:
        say(str(error))
        return 1


class _Process:
    """One run of the command: the pin is low from its beginning to its end, but for the strikes."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._guard: Guard | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[int] | None = None
        self._stopping = False

    def run(self) -> int:
        """Do what the options say and return the exit status."""
        # By hand and not by the loop, so that a signal lowers the pin even while the loop hangs.
        before = {number: signal.signal(number, self._on_signal) for number in SIGNALS}
        try:
            self._guard = Guard(open_actuator(self._options), self._options.max_on_ms / 1000)
            return 0 if self._stopping or self._options.mode == "low" else asyncio.run(self._serve())
        finally:
            if self._guard:
                self._guard.close()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True
        if self._guard:
            self._guard.stop()
        if self._loop and self._task and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._task.cancel)

    async def _serve(self) -> int:
        assert self._guard
        striker = Striker(self._guard, self._options.max_on_ms / 1000, self._options.travel_ms / 1000)
        work = _test(striker) if self._options.mode == "test" else _ring(self._options, striker)
        self._loop, self._task = asyncio.get_running_loop(), asyncio.create_task(work)
        if self._stopping:
            self._task.cancel()
        try:
            return await self._task
        except (asyncio.CancelledError, Stopped):
            # What a signal asked for: its handler has put the pin low already.
            return 0


async def _ring(options: Options, striker: Striker) -> int:
    """Ring until the token is refused; return the exit status. Raises what the pins raise."""
    # Imported here, as --low and --test need no socket, and a pin that is to go low should not wait for one.
    from frontdesk_bell.link import Link, Refused
    from frontdesk_bell.memory import Memory
    from frontdesk_bell.ringer import Ringer
    from frontdesk_bell.systemd import stay_alive

    ringer = Ringer(striker, Memory(options.state))
    link = Link(options.url, options.token, ringer)
    tasks = [asyncio.create_task(work) for work in (stay_alive(), ringer.work(), link.keep())]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            task.result()
    except Refused as error:
        say(f"{error} Make a new one on the Bell page, write it into the token's file, and start the ringer again.")
        return REFUSED
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return 0


async def _test(striker: Striker) -> int:
    """Strike once."""
    await striker.strike(DING)
    return 0
