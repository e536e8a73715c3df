"""How tasks end is told: what failed, and what scheduled ones have to say."""

from __future__ import annotations

import time
from typing import Any

import psycopg
import pytest
from celery import shared_task
from django.db import OperationalError

from notifications.models import Event
from notifications.ops import alerts
from notifications.ops import celery as tasks
from tests.notifications.conftest import work
from tests.stack import Stack, database_url, running_stack

pytestmark = pytest.mark.django_db(transaction=True)


@shared_task(name="tests.fails")
def fails() -> None:
    raise LookupError("no such thing, token=abcdef123456")


@shared_task(name="tests.says")
def says(what: str | None) -> str | None:
    return what


@shared_task(name="tests.away")
def away() -> None:
    raise OperationalError("the database has gone")


def run(task: Any, *arguments: Any) -> None:
    """Run a task here as a worker would: with the worker's own tracer, and its signals."""
    task.apply(arguments, throw=False)


def test_a_task_that_fails_is_told_with_its_error(told, tenant) -> None:
    run(fails)
    [event] = told()
    assert (event.kind, event.topic) == ("task.failed", "errors")
    assert event.title == "tests.fails failed: LookupError: no such thing, token=[scrubbed]"
    assert "raise LookupError" in event.data["traceback"]
    assert not Event.objects.filter(workspace=tenant).exists()


def test_a_task_with_something_to_say_says_it_and_settles_its_failures(told) -> None:
    run(fails)
    told()
    Event.objects.update(data={}, subject="task:tests.says")
    run(says, "sent 12 digests")
    assert [event.title for event in told()][1:] == ["tests.says: sent 12 digests"]
    work()
    assert Event.objects.get(kind="task.failed").settled_by.kind == "task.finished"


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_a_task_with_nothing_to_say_is_not_told(told, nothing) -> None:
    run(says, nothing)
    assert told() == []


def test_a_silent_task_that_works_again_for_a_minute_settles_its_failure(told, monkeypatch) -> None:
    run(fails)
    [event] = told()
    monkeypatch.setitem(tasks._failed, "tests.says", time.monotonic())
    Event.objects.update(subject="task:tests.says", routed_at=event.created_at)
    run(says, None)
    told()
    assert Event.objects.get().settled_at is None, "it may be one that fails now and then"
    monkeypatch.setitem(tasks._failed, "tests.says", time.monotonic() - 61)
    run(says, None)
    told()
    assert Event.objects.get().settled_at is not None


def test_a_task_that_found_the_database_away_is_told_as_that(told) -> None:
    run(away)
    assert [event.kind for event in told()] == ["database.failed"]


def test_equal_failures_are_a_handful_of_rows(told) -> None:
    for _ in range(200):
        run(fails)
    events = told(held=True)
    assert len(events) <= alerts.EACH_A_MINUTE + 3
    assert len(events) + sum(event.data.get("repeated", 0) for event in events) == 200


def test_a_failure_in_a_real_worker_reaches_the_operators_workspace_and_beat_leaves_its_marks() -> None:
    with running_stack() as stack:
        with psycopg.connect(database_url(stack.database), autocommit=True) as connection:
            # What a bad release might do.
            connection.execute("ALTER TABLE people_outgoingmail RENAME TO mail_gone")
        [(slug, title)] = eventually(
            stack,
            "SELECT DISTINCT slug, title FROM notifications_event e JOIN people_workspace w ON w.id = e.workspace_id"
            " WHERE kind = 'task.failed'",
        )
        assert slug == "demo"
        assert str(title).startswith("inbox.tasks.send_mail failed: ProgrammingError: relation ")
        marks = eventually(stack, "SELECT task FROM notifications_heartbeat WHERE task = 'notifications.tasks.deliver'")
        assert len(marks) == 1


def eventually(stack: Stack, sql: str) -> list[tuple[object, ...]]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if found := stack.query(sql):
            return found
        time.sleep(0.1)  # between two looks at what is waited for
    raise AssertionError(stack.tail())
