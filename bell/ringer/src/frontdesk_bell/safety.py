"""What keeps a coil from burning: a limit on each strike, a limit on how much of the time, and a watchdog.

A solenoid made for strikes takes ten times the current that it stands for long. So the software never trusts the
thread that plays the pattern to switch it off again."""

from __future__ import annotations

import threading
import time
from collections import deque

from frontdesk_bell.actuators import Actuator
from frontdesk_bell.words import say

# The share of any such window (seconds) for which the coil may be powered.
WINDOW, SHARE = 5.0, 0.5
# The watchdog comes so many seconds after the time at which the pattern should have switched off.
GRACE = 0.05


class Stopped(Exception):
    """The ringer is ending; the pin is low and stays so."""


class Duty:
    """Counts how long the coil was powered of late. Times are monotonic seconds."""

    def __init__(self) -> None:
        self._strikes: deque[tuple[float, float]] = deque()

    def note(self, began: float, ended: float) -> None:
        """Remember a strike."""
        self._strikes.append((began, ended))

    def wait(self, now: float, on: float) -> float:
        """Return for how many seconds a strike of `on` seconds must wait, so that no window holds more than its share.

        The window that ends with the strike is the fullest of all that hold it, so that one alone is looked at."""
        while self._strikes and self._strikes[0][1] <= now - WINDOW:
            self._strikes.popleft()
        oldest = now + on - WINDOW
        times = [(max(began, oldest), ended) for began, ended in self._strikes if ended > oldest]
        excess = sum(ended - began for began, ended in times) + on - WINDOW * SHARE
        for began, ended in times:
            if excess <= ended - began:
                break
            excess -= ended - began
        else:
            return WINDOW if excess > 0 else 0.0
        return max(0.0, began + excess - oldest) if excess > 0 else 0.0


class Guard:
    """The only one that powers the actuator, and the one that makes sure that it ends.

    `on` is called from the main thread alone, where signals are handled too; the watchdog only ever lowers the pin."""

    def __init__(self, actuator: Actuator, max_on: float, duty: Duty | None = None) -> None:
        self._actuator = actuator
        self._max_on = max_on
        self._duty = duty or Duty()
        self._due: float | None = None
        self._began: float | None = None
        self._stopped = False
        self._change = threading.Condition()
        self._watchdog = threading.Thread(target=self._watch, name="watchdog", daemon=True)
        self._watchdog.start()

    def pause(self, on: float) -> float:
        """Return for how many seconds a strike of `on` seconds must wait for the coil to have cooled."""
        with self._change:
            return self._duty.wait(time.monotonic(), min(on, self._max_on) + GRACE)

    def on(self, seconds: float) -> None:
        """Power the actuator for so many seconds at most, and never longer than the limit. Raises Stopped."""
        with self._change:
            now = time.monotonic()
            self._began, self._due = now, now + min(seconds, self._max_on) + GRACE
            self._change.notify()
        if not self._stopped:
            self._actuator.on()
        if self._stopped:
            # A signal may have come between the two lines above; its handler has lowered the pin too early.
            self._actuator.low()
            raise Stopped

    def off(self) -> None:
        """End the strike: the hammer goes back."""
        if not self._stopped:
            self._actuator.off()
        self._ended(settle=self._actuator.settle)

    def low(self) -> None:
        """Put the pin low: nothing is powered, nothing pulses."""
        self._actuator.low()
        self._ended()

    def stop(self) -> None:
        """Put the pin low for good. Takes no lock, as a signal handler calls it: whoever holds one is interrupted."""
        self._stopped = True
        self._actuator.low()

    def close(self) -> None:
        """Put the pin low, end the watchdog and give the pin back. Harmless twice."""
        try:
            self.stop()
        finally:
            with self._change:
                self._change.notify()
            self._watchdog.join()
            self._actuator.close()

    def _ended(self, settle: float = 0.0) -> None:
        now = time.monotonic()
        with self._change:
            if self._began is not None:
                self._duty.note(self._began, now)
            self._began, self._due = None, now + settle + GRACE if settle else None
            self._change.notify()

    def _watch(self) -> None:
        with self._change:
            while not self._stopped:
                now = time.monotonic()
                if self._due is None or self._due > now:
                    self._change.wait(None if self._due is None else self._due - now)
                    continue
                self._cut(now)

    def _cut(self, now: float) -> None:
        """Lower the pin, as nobody else has; try again at once where even that fails."""
        try:
            self._actuator.low()
        except Exception as error:
            say(f"The pin cannot be put low ({error}). Take the bell's supply away.")
            self._due = now + 1.0
            return
        late, self._due = self._began is not None, None
        if self._began is not None:
            self._duty.note(self._began, now)
            self._began = None
        if late:
            say("The watchdog has put the pin low: the strike did not end in time. Is this Pi overloaded?")
