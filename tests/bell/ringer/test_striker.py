"""The hammer does what the pattern says, and never more than the coil can bear."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest
from frontdesk_bell.actuators import Servo, Solenoid
from frontdesk_bell.safety import Duty, Guard, Stopped
from frontdesk_bell.striker import Striker, beats
from gpiozero import Device

from tests.bell.ringer.conftest import MAX_ON, Pin


@pytest.fixture
def guard(pin: Pin) -> Iterator[Guard]:
    guarding = Guard(Solenoid(17), MAX_ON)
    yield guarding
    guarding.close()


async def test_a_pattern_is_struck_from_its_beginning_to_its_end(pin: Pin, guard: Guard) -> None:
    await Striker(guard, MAX_ON).strike((60, 90, 60, 90, 60))
    assert pin.states == [0, 1, 0, 1, 0, 1, 0]


async def test_strikes_and_rests_last_at_least_as_long_as_the_pattern_says(pin: Pin, guard: Guard) -> None:
    await Striker(guard, MAX_ON).strike((60, 90, 100, 50))
    # Each entry's time is the one for which the state before it stood.
    for state, least in zip(pin.pin.states[2:], (0.06, 0.09, 0.1), strict=True):
        assert state.timestamp >= least - 0.005


@pytest.mark.parametrize(
    ("pattern", "played"),
    [
        ((80,), [(0.08, 0.04)]),
        ((5000, 100), [(0.12, 0.1)]),
        ((80, 1, 80), [(0.08, 0.04), (0.08, 0.04)]),
        ((80, 620, 80, 5000), [(0.08, 0.62), (0.08, 5.0)]),
    ],
)
def test_each_strike_is_cut_to_the_limit_and_each_rest_lets_the_hammer_fall(
    pattern: tuple[int, ...], played: list[tuple[float, float]]
) -> None:
    assert beats(pattern, max_on=0.12, travel=0) == played


def test_a_servo_gets_the_time_that_it_needs_each_way() -> None:
    assert beats((80, 50, 400), max_on=0.3, travel=0.15) == [(0.15, 0.15), (0.3, 0.15)]


async def test_a_long_strike_ends_at_the_limit(pin: Pin, guard: Guard) -> None:
    striking = asyncio.create_task(Striker(guard, 1000).strike((5000,)))
    await pin.goes_high()
    # The striker itself would end it after five seconds: here it is the guard that knows the limit.
    async with asyncio.timeout(4):
        while pin.high:
            await asyncio.sleep(0.005)
    striking.cancel()


async def test_the_watchdog_puts_the_pin_low_while_the_loop_hangs(
    pin: Pin, guard: Guard, capsys: pytest.CaptureFixture[str]
) -> None:
    striking = asyncio.create_task(Striker(guard, MAX_ON).strike((80, 50, 80)))
    await pin.goes_high()
    # Nothing else runs on this loop until the pin is low, so that the striker cannot be what lowers it.
    given_up = time.monotonic() + 60
    while pin.high and time.monotonic() < given_up:
        time.sleep(0.005)
    assert not pin.high
    await striking
    assert pin.states == [0, 1, 0, 1, 0]
    assert "watchdog has put the pin low" in capsys.readouterr().err


async def test_the_pin_is_low_after_a_pattern_that_was_broken_off(pin: Pin, guard: Guard) -> None:
    striking = asyncio.create_task(Striker(guard, MAX_ON).strike((100, 100) * 20))
    await pin.goes_high()
    striking.cancel()
    await asyncio.gather(striking, return_exceptions=True)
    assert pin.states == [0, 1, 0]


async def test_the_pin_is_low_when_the_pins_raise(pin: Pin) -> None:
    class Broken(Solenoid):
        def off(self) -> None:
            raise OSError("the chip has gone")

    guard = Guard(Broken(17), MAX_ON)
    with pytest.raises(OSError, match="chip"):
        await Striker(guard, MAX_ON).strike((80,))
    assert pin.states == [0, 1, 0]
    guard.close()


async def test_a_coil_that_was_powered_for_long_rests_before_the_next_strike(pin: Pin) -> None:
    duty, now = Duty(), time.monotonic()
    duty.note(now - 2.5, now)
    guard = Guard(Solenoid(17), MAX_ON, duty)
    striking = asyncio.create_task(Striker(guard, MAX_ON).strike((80,)))
    await asyncio.wait([striking], timeout=0.3)
    assert pin.states == [0]
    striking.cancel()
    guard.close()


async def test_each_strike_counts(pin: Pin) -> None:
    duty = Duty()
    guard = Guard(Solenoid(17), 0.5, duty)
    await Striker(guard, 0.5).strike((500, 40))
    # With half a second less to give, two full seconds and a little must wait.
    assert duty.wait(time.monotonic(), 2.49) > 0
    guard.close()


async def test_nothing_moves_after_a_stop(pin: Pin, guard: Guard) -> None:
    guard.stop()
    with pytest.raises(Stopped):
        await Striker(guard, MAX_ON).strike((80,))
    assert pin.states == [0]


async def test_a_signal_in_the_very_moment_of_a_strike_leaves_the_pin_low(pin: Pin) -> None:
    class Interrupted(Solenoid):
        def on(self) -> None:
            guard.stop()  # the handler of a signal that came after the last look, and before the pin is high
            super().on()

    guard = Guard(Interrupted(17), MAX_ON)
    with pytest.raises(Stopped):
        guard.on(0.08)
    assert pin.states == [0, 1, 0]
    guard.close()


async def test_the_watchdog_tries_again_when_the_pin_does_not_obey(
    pin: Pin, capsys: pytest.CaptureFixture[str]
) -> None:
    class Stubborn(Solenoid):
        refusals = 1

        def low(self) -> None:
            if self.refusals and pin.high:
                self.refusals -= 1
                raise OSError("the chip is busy")
            super().low()

    guard = Guard(Stubborn(17), MAX_ON)
    guard.on(0.01)
    async with asyncio.timeout(60):
        while pin.high:
            await asyncio.sleep(0.01)
    assert "Take the bell's supply away" in capsys.readouterr().err
    guard.close()


async def test_a_servo_goes_to_the_bell_and_back_and_is_let_go(pin: Pin) -> None:
    guard = Guard(Servo(17, rest=0, strike=40, travel=0.05), 0.3)
    assert pin.states == [0]  # it does not move before the first ring
    await Striker(guard, 0.3, travel=0.05).strike((50,))
    # A pulse of 1.5 ms of 20 is the middle, 1 ms more or less are 180 degrees: 40 degrees are 0.222 ms. On a machine
    # under load the watchdog may let go of it between the two.
    moves = [state for state in pin.states if state]
    assert moves == [pytest.approx((1.5 + 40 / 180) / 20), pytest.approx(1.5 / 20)]
    assert not pin.high
    guard.close()
    assert not pin.high


async def test_a_servo_is_let_go_by_the_watchdog_while_the_loop_hangs(pin: Pin) -> None:
    guard = Guard(Servo(17, rest=-20, strike=30, travel=0.05), 0.3)
    guard.on(0.05)
    given_up = time.monotonic() + 60
    while pin.high and time.monotonic() < given_up:
        time.sleep(0.005)
    assert not pin.high
    guard.close()


def test_the_pin_is_given_back_at_the_end(pin: Pin) -> None:
    guard = Guard(Solenoid(17), MAX_ON)
    assert pin.pin.function == "output"
    guard.close()
    guard.close()
    assert pin.pin.function == "input"
    assert not Device.pin_factory.pin(17).state
