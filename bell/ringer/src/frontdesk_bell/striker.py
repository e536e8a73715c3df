"""Plays a pattern with the hammer."""

from __future__ import annotations

import asyncio

from frontdesk_bell.safety import Guard

# A hammer that has not fallen back makes no sound, and strikes in a row would be one long one to the coil.
SHORTEST_REST = 0.04
DING = (80,)


class Striker:
    """Strikes patterns, one at a time. `max_on` and `travel` are seconds; `travel` is a servo's, one way."""

    def __init__(self, guard: Guard, max_on: float, travel: float = 0.0) -> None:
        self._guard = guard
        self._max_on = max_on
        self._travel = travel

    async def strike(self, pattern: tuple[int, ...]) -> None:
        """Play the pattern (milliseconds on, off, …) to its end. The pin is low after it, whatever happens.

        Raises Stopped when the ringer ends meanwhile."""
        try:
            for on, rest in beats(pattern, self._max_on, self._travel):
                await asyncio.sleep(self._guard.pause(on))
                self._guard.on(on)
                await asyncio.sleep(on)
                self._guard.off()
                await asyncio.sleep(rest)
        finally:
            self._guard.low()


def beats(pattern: tuple[int, ...], max_on: float, travel: float) -> list[tuple[float, float]]:
    """Return (seconds on, seconds off) for each strike: cut to the limit, and no shorter than the hammer needs."""
    shortest = max(SHORTEST_REST, travel)
    on = [min(max(ms / 1000, travel), max_on) for ms in pattern[::2]]
    off = [max(ms / 1000, shortest) for ms in pattern[1::2]]
    return list(zip(on, [*off, shortest], strict=False))
