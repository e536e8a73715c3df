"""Tells the operator's workspace how tasks ended: those that failed, and what scheduled ones have to say."""

from __future__ import annotations

import time
from typing import Any

from celery import signals
from django.conf import settings
from django.db import InterfaceError, OperationalError

from notifications.kind import Kind
from notifications.kinds.stats import TaskFailed, TaskFinished
from notifications.ops import alerts, fingerprints, watch
from notifications.ops.middleware import database_failed
from notifications.ops.scrubbing import clean_text
from notifications.settling import settle_subject

# A task that works again this long after it failed has settled its failure. One that fails now and then has not.
SETTLES_AFTER = 60.0

_begun: dict[str, float] = {}
_failed: dict[str, float] = {}


def connect() -> None:
    """Hear of tasks from now on."""
    signals.task_prerun.connect(_begins, dispatch_uid="notifications.ops")
    signals.task_failure.connect(_fails, dispatch_uid="notifications.ops")
    signals.task_success.connect(_ends, dispatch_uid="notifications.ops")
    signals.task_postrun.connect(_is_over, dispatch_uid="notifications.ops")
    # A child of the worker ends without what Python does at the end of a process.
    signals.worker_process_shutdown.connect(_child_ends, dispatch_uid="notifications.ops")


def _begins(*, task_id: str, task: Any, **_: Any) -> None:
    _begun[task_id] = time.monotonic()
    if getattr(task.request, "celery_beat_task", None) or (task.request.headers or {}).get("celery_beat_task"):
        watch.note(task.name)


def _is_over(*, task_id: str, **_: Any) -> None:
    _begun.pop(task_id, None)


def _fails(*, sender: Any, exception: BaseException, **_: Any) -> None:
    name = sender.name
    if isinstance(exception, OperationalError | InterfaceError):
        alerts.report("database:", lambda: database_failed(exception, None))
        return
    _failed[name] = time.monotonic()
    alerts.report(f"task:{name}:{type(exception).__name__}", lambda: failure(name, exception))


def failure(name: str, error: BaseException) -> Kind:
    """Return the event for a task that failed."""
    return TaskFailed(
        task=name,
        error=clean_text(fingerprints.said(error), 500),
        traceback=clean_text(fingerprints.shown(error), fingerprints.LONGEST),
    )


def _ends(*, sender: Any, result: object, **_: Any) -> None:
    name = sender.name
    failed = _failed.get(name)
    # Most are called every few seconds and have nothing to say.
    if isinstance(result, str) and result.strip():
        _failed.pop(name, None)
        said, took = result.strip(), time.monotonic() - _begun.get(sender.request.id, time.monotonic())
        alerts.report(f"finished:{name}", lambda: finish(name, said, took))
    elif failed is not None and time.monotonic() - failed > SETTLES_AFTER:
        _failed.pop(name, None)
        if settings.OPS_ALERTS:
            alerts.alerts().do(lambda workspace: settle_subject(workspace, f"task:{name}", ("task.failed",)))


def finish(name: str, result: str, seconds: float) -> Kind:
    """Return the event for a task that ended well, and has something to say."""
    return TaskFinished(task=name, result=clean_text(result, 200), duration_seconds=round(seconds, 3))


def _child_ends(**_: Any) -> None:
    alerts.end()
