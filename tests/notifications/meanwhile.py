"""Doing something at a chosen moment of another's work: between two statements, or while it waits for a lock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


def elsewhere(call: Callable[[], Any]) -> Callable[[], Any]:
    """Begin a call in a thread with a connection of its own. The answer waits for it and returns what it returned, or
    raises what it raised."""
    found: list[Any] = []

    def run() -> None:
        try:
            found.append((call(), None))
        except BaseException as error:
            found.append((None, error))
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()

    def ended() -> Any:
        thread.join()
        answer, error = found[0]
        if error is not None:
            raise error
        return answer

    return ended


@contextmanager
def at_first(statement: str, call: Callable[[], Any], *, before: bool) -> Iterator[None]:
    """Make a call, elsewhere, before or after the first statement of this thread that holds these words and is a
    transaction of its own."""
    done: list[bool] = []

    def wrapped(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        if statement not in str(sql) or connection.in_atomic_block or done:
            return execute(sql, params, many, context)
        done.append(True)
        if before:
            elsewhere(call)()
        answer = execute(sql, params, many, context)
        if not before:
            elsewhere(call)()
        return answer

    with connection.execute_wrapper(wrapped):
        yield


@contextmanager
def after_first(statement: str, call: Callable[[], Any]) -> Iterator[None]:
    """Make a call, here, after the first statement of this thread that holds these words."""
    done: list[bool] = []

    def wrapped(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        if statement in str(sql) and not done:
            done.append(True)
            call()
        return answer

    with connection.execute_wrapper(wrapped):
        yield


def wait_until_somebody_waits() -> None:
    """Return once a session of this database waits for another one's lock."""
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone():
                return
