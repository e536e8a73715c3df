"""What moves the hammer: a solenoid behind a transistor, a servo, or nothing (--dry-run)."""

from __future__ import annotations

import warnings
from typing import Protocol

from frontdesk_bell.options import Options
from frontdesk_bell.words import say


class NoPins(Exception):
    """The Pi's pins cannot be had; the text says what to do."""


class Actuator(Protocol):
    """A hammer. `settle`: seconds that it needs to travel one way (0: a spring does that by itself)."""

    settle: float

    def on(self) -> None:
        """Drive the hammer against the bell."""

    def off(self) -> None:
        """Let it go back."""

    def low(self) -> None:
        """Put the pin low. Harmless at any time, and after close."""

    def close(self) -> None:
        """Put the pin low and give it back. Harmless twice."""


class Solenoid:
    """A coil that a transistor switches: the pin is high while it is powered."""

    settle = 0.0

    def __init__(self, pin: int) -> None:
        from gpiozero import DigitalOutputDevice

        self._device = DigitalOutputDevice(pin, initial_value=False)

    def on(self) -> None:
        self._device.on()

    def off(self) -> None:
        self._device.off()

    def low(self) -> None:
        if not self._device.closed:
            self._device.off()

    def close(self) -> None:
        try:
            self.low()
        finally:
            self._device.close()


class Servo:
    """An arm between two angles (degrees). It is let go after each ring, so that it neither hums nor gets warm."""

    def __init__(self, pin: int, rest: float, strike: float, travel: float) -> None:
        from gpiozero import AngularServo

        self._rest, self._strike, self.settle = rest, strike, travel
        # Without an initial angle it does not move before the first ring.
        self._device = AngularServo(pin, initial_angle=None, min_angle=-90, max_angle=90)

    def on(self) -> None:
        self._device.angle = self._strike

    def off(self) -> None:
        self._device.angle = self._rest

    def low(self) -> None:
        if not self._device.closed:
            self._device.detach()

    def close(self) -> None:
        try:
            self.low()
        finally:
            self._device.close()


class Paper:
    """Moves nothing and says what it would do."""

    settle = 0.0

    def on(self) -> None:
        say("strike")

    def off(self) -> None:
        pass

    def low(self) -> None:
        pass

    def close(self) -> None:
        pass


def open_actuator(options: Options) -> Actuator:
    """Return what the options name, its pin low. Raises NoPins."""
    if options.dry_run:
        return Paper()
    try:
        # gpiozero warns of each library that it has not found, and raises if it has found none: that is enough.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if options.actuator == "servo" and options.mode != "low":
                return Servo(options.pin, options.rest, options.strike, options.travel_ms / 1000)
            return Solenoid(options.pin)
    except Exception as error:
        # gpiozero, lgpio and the kernel each have classes of their own for this.
        raise NoPins(
            f"GPIO {options.pin} cannot be had ({type(error).__name__}: {error}). On a Pi: sudo apt install"
            " python3-lgpio, be in the group gpio, run nothing else on this pin, and start in a folder that you may"
            " write to. Elsewhere: --dry-run."
        ) from error
