"""No five seconds hold more than two and a half of power."""

from __future__ import annotations

import pytest
from frontdesk_bell.safety import SHARE, WINDOW, Duty
from hypothesis import given
from hypothesis import strategies as st


def test_a_bell_that_was_quiet_strikes_at_once() -> None:
    assert Duty().wait(100.0, 0.5) == 0


def test_a_full_window_waits_until_enough_of_it_has_passed() -> None:
    duty = Duty()
    for began in (0.0, 0.6, 1.2, 1.8, 2.4):
        duty.note(began, began + 0.5)
    # 2.5 s are full: of the first strike, 0.1 s must lie before the window's beginning when the next one ends.
    assert duty.wait(3.0, 0.1) == pytest.approx(0.1 + WINDOW - 3.1)


def test_what_was_long_ago_counts_no_more() -> None:
    duty = Duty()
    for began in (0.0, 0.6, 1.2, 1.8, 2.4):
        duty.note(began, began + 0.5)
    assert duty.wait(8.0, 0.5) == 0


@given(st.lists(st.tuples(st.floats(0.01, 0.5), st.floats(0.0, 1.0)), max_size=60))
def test_however_fast_strikes_are_wanted_no_window_is_over_its_share(wanted: list[tuple[float, float]]) -> None:
    duty, now, powered = Duty(), 0.0, list[tuple[float, float]]()
    for on, rest in wanted:
        wait = duty.wait(now, on)
        assert 0 <= wait <= WINDOW
        began = now + wait
        duty.note(began, began + on)
        powered.append((began, began + on))
        now = began + on + rest
    for _, end in powered:
        inside = sum(min(e, end) - max(b, end - WINDOW) for b, e in powered if e > end - WINDOW and b < end)
        assert inside <= WINDOW * SHARE + 1e-6


@given(st.lists(st.tuples(st.floats(0.01, 0.5), st.floats(0.0, 1.0)), max_size=60))
def test_a_wait_is_no_longer_than_it_must_be(wanted: list[tuple[float, float]]) -> None:
    duty, now, powered = Duty(), 0.0, list[tuple[float, float]]()
    for on, rest in wanted:
        wait = duty.wait(now, on)
        began = now + wait
        if wait > 0.001:
            end = began - 0.001 + on
            early = sum(min(e, end) - max(b, end - WINDOW) for b, e in powered if e > end - WINDOW) + on
            assert early >= WINDOW * SHARE - 1e-6
        duty.note(began, began + on)
        powered.append((began, began + on))
        now = began + on + rest
