"""A worker is asked to end, or ends at once, while it wakes conversations: what it holds it finishes or lets go."""

from __future__ import annotations

import signal
import time

import psycopg
import pytest

from tests.chaos.test_killed_worker import _asleep, _snooze_many
from tests.stack import Stack, database_url, running_stack

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600), pytest.mark.xdist_group("chaos")]


def test_a_worker_that_is_asked_to_end_leaves_nothing_half_done_and_nothing_locked() -> None:
    with running_stack() as stack:
        _snooze_many(stack)
        _until(lambda: _woken(stack) > 0)
        worker = stack.running.pop("worker")
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 0, "it was asked to end, and ended as one that was asked"
        assert _locks(stack) == 0
        woken = _woken(stack)
        halves = "SELECT count(*) FROM inbox_message WHERE action = 'woke' AND data = '{}'"
        assert stack.query(halves) == [(woken,)], "each that is awake says so in its thread"
        stack.start("worker")
        _until(lambda: _asleep(stack) == 0)


def test_the_rows_of_a_killed_worker_are_free_at_once() -> None:
    with running_stack() as stack:
        _snooze_many(stack)
        _until(lambda: _woken(stack) > 0)
        stack.kill("worker")
        _until(lambda: _locks(stack) == 0)


def _woken(stack: Stack) -> int:
    return int(
        str(stack.query("SELECT count(*) FROM inbox_conversation WHERE number > 100000 AND status = 'open'")[0][0])
    )


def _locks(stack: Stack) -> int:
    """How many rows of conversations nobody else could have now."""
    with psycopg.connect(database_url(stack.database)) as connection:
        free = connection.execute("SELECT id FROM inbox_conversation FOR UPDATE SKIP LOCKED").fetchall()
        every = connection.execute("SELECT count(*) FROM inbox_conversation").fetchone()
        assert every is not None
        return int(every[0]) - len(free)


def _until(reached: object, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not reached():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.05)
