"""A nudge waits in the broker once, however much happens while no worker takes it."""

from __future__ import annotations

import secrets

import pytest
from celery import shared_task
from celery.signals import task_prerun
from django.core.cache import cache

from inbox.people import nudge as nudges
from settings.celery import app


@pytest.fixture
def task() -> str:
    @shared_task(name=f"tests.{secrets.token_hex(4)}")
    def nothing() -> None:
        pass

    return str(nothing.name)


def waiting(task: str) -> int:
    """How many messages for this task wait in the broker."""
    nudges._SENDER.submit(lambda: None).result()  # whatever was asked for has been sent
    with app.connection_for_read() as line:
        queue = line.SimpleQueue("default")
        found = []
        while True:
            try:
                found.append(queue.get(block=False))
            except queue.Empty:
                break
        count = sum(message.headers["task"] == task for message in found)
        for message in found:
            message.requeue()
        return count


def test_one_nudge_waits_whatever_happens_and_the_next_comes_once_it_is_taken(task: str) -> None:
    for _ in range(50):
        nudges.nudge(task)
        nudges._SENDER.submit(lambda: None).result()
    assert waiting(task) == 1
    task_prerun.send(sender=None, task=app.tasks[task])
    for _ in range(3):
        nudges.nudge(task)
    assert waiting(task) == 2
    assert cache.get(f"nudged:{task}") == 1


def test_a_run_that_finds_ever_more_to_do_makes_room_and_asks_for_another_one(task: str) -> None:
    done: list[int] = []
    nudges.work_through(task, lambda: done.append(1) or 1, lambda: 0, seconds=0)
    assert len(done) == 1
    assert waiting(task) == 1


def test_a_run_ends_once_no_drain_finds_anything_and_asks_for_nothing(task: str) -> None:
    left = [2, 1, 0, 0]
    seen: list[int] = []
    nudges.work_through(task, lambda: left.pop(0), lambda: seen.append(1) or 0)
    assert (left, len(seen)) == ([0], 3)
    assert waiting(task) == 0
