"""Telling a worker that there is something to do, without ever waiting for the broker.

A nudge carries nothing. If it gets lost (the broker is away, this process dies), beat calls the same task within
seconds. So it is sent after the commit, off the request's thread, and one that already waits, here or in the broker,
is not sent twice: a worker that was away finds a few of them, not one for each thing that happened.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from celery import current_app
from celery.signals import task_prerun
from django.core.cache import cache
from django.db import transaction

log = logging.getLogger(__name__)

# One thread: a broker that hangs holds up other nudges, and nothing else.
_SENDER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="nudge")
# A nudge that nobody takes for so long is sent again.
SECONDS = 5
# Seconds that one run of a task works on: then it makes room for what waits behind it, and goes on in the next run.
LONGEST_RUN = 2.0
_waiting: set[str] = set()
_lock = threading.Lock()


def nudge_on_commit(task: str) -> None:
    """Have the worker run `task` (its full name) once the current transaction has committed."""
    transaction.on_commit(lambda: nudge(task), robust=True)


def nudge(task: str) -> None:
    """Have the worker run `task` soon. Returns at once."""
    with _lock:
        if task in _waiting:
            return
        _waiting.add(task)
    _SENDER.submit(_send, task)


def work_through(task: str, *drains: Callable[[], int], seconds: float = LONGEST_RUN) -> None:
    """Call drains (each returns how much it did) until none finds anything to do, for so many seconds at most.

    What is left then is for the next run of `task`, whose nudge comes behind all that waits: a hundred thousand
    contacts to look at hold up nobody's mail.
    """
    until = time.monotonic() + seconds
    while sum(drain() for drain in drains):
        if time.monotonic() > until:
            nudge(task)
            return


def _send(task: str) -> None:
    with _lock:
        _waiting.discard(task)
    if not cache.add(f"nudged:{task}", 1, SECONDS):
        return  # one waits in the broker; the worker that takes it sees what was committed before
    try:
        current_app.send_task(task, expires=15, retry=False)
    except Exception as error:  # whatever the broker's client raises: beat will do
        log.warning("could not nudge %s: %s", task, type(error).__name__)


@task_prerun.connect
def _taken(task: Any = None, **_: object) -> None:
    """Let the next nudge through: from here on this run may have looked already."""
    cache.delete(f"nudged:{task.name}")
