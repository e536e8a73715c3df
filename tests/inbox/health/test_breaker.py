"""A server that is away: one caller tries, the others are told at once."""

from __future__ import annotations

import pytest

from inbox.people import breaker
from inbox.people.breaker import Breaker


class Clock:
    now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(breaker, "time", found)
    return found


def test_while_all_is_well_everybody_may_try(clock: Clock) -> None:
    found = Breaker(1.0)
    assert [found.allows() for _ in range(3)] == [True, True, True]
    assert found.worked() is False


def test_after_a_failure_one_caller_a_second_may_try_until_one_succeeds(clock: Clock) -> None:
    found = Breaker(1.0)
    assert found.failed() is True
    assert found.allows() is False
    clock.now += 1.0
    assert [found.allows() for _ in range(3)] == [True, False, False]
    assert found.failed() is False  # known already
    clock.now += 0.5
    assert found.allows() is False
    clock.now += 0.5
    assert found.allows() is True
    assert found.worked() is True
    assert [found.allows() for _ in range(3)] == [True, True, True]
