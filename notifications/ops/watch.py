"""A schedule that has gone quiet is told, once, and taken back when it goes on.

Workers note when beat called each task (`note`). The web processes look at these notes: they run when beat does not.
Nothing that beat calls may be needed for it, so it is a thread of theirs with a clock of its own."""

from __future__ import annotations

import logging
import os
import threading
import time
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from celery.schedules import crontab
from django.db import Error, connection, connections, transaction
from django.utils import timezone

from inbox.people.models import Workspace
from notifications.events import track
from notifications.kinds.stats import TaskFailed, TaskFinished
from notifications.models import Heartbeat
from notifications.ops.alerts import operators_workspace

log = logging.getLogger("frontdesk.alerts")

EVERY_SECONDS = 15.0
NOTE_SECONDS = 20.0
GRACE = timedelta(seconds=60)
# All of the schedule together, under which its own silence is told.
BEAT = "beat"

_noted: dict[str, float] = {}
_watching: int | None = None

_NOTE = """
INSERT INTO notifications_heartbeat AS had (task, at) VALUES (%s, %s)
ON CONFLICT (task) DO UPDATE SET at = GREATEST(had.at, EXCLUDED.at)
"""


def note(task: str) -> None:
    """Note that beat has called a task: at most every 20 seconds in each process, for some are called each second."""
    now = time.monotonic()
    if now - _noted.get(task, -NOTE_SECONDS) < NOTE_SECONDS:
        return
    _noted[task] = now
    try:
        write(task, timezone.now())
    except Error as error:
        # The task itself is about to say so.
        log.debug("could not note that %s was called: %s", task, error)


def write(task: str, at: datetime) -> None:
    """Keep when a task was last called."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [task, at])


def periods() -> dict[str, timedelta]:
    """Return how often beat calls each task; without those for which that cannot be said."""
    found: dict[str, timedelta] = {}
    for entry in (current_app.conf.beat_schedule or {}).values():
        period = _period(entry["schedule"])
        if period is not None:
            found[entry["task"]] = min(period, found.get(entry["task"], period))
    return found


def _period(when: Any) -> timedelta | None:
    if isinstance(when, int | float):
        return timedelta(seconds=when)
    if isinstance(when, timedelta):
        return when
    if isinstance(when, crontab):
        # At a time of day; what is rarer than that is not watched.
        rule: Any = when
        rare = len(rule.day_of_week) < 7 or len(rule.day_of_month) < 31 or len(rule.month_of_year) < 12
        return None if rare else timedelta(days=1)
    return getattr(when, "run_every", None)


def look(now: datetime, since: datetime) -> None:
    """Tell of what has been quiet for three periods and a minute, and of what goes on again.

    `since` is when this process began to watch: a silence from before that is nobody's fault who runs now.
    """
    wanted = {BEAT: min(periods().values(), default=timedelta(minutes=1)), **periods()}
    with transaction.atomic():
        # One process looks at a time; the others need not.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('notifications.ops.watch'))")
            if not cursor.fetchone()[0]:
                return
        workspace = operators_workspace()
        if workspace is None:
            return
        rows = {row.task: row for row in Heartbeat.objects.filter(task__in=wanted)}
        for task in wanted.keys() - rows.keys():
            rows[task] = Heartbeat.objects.create(task=task, at=now)
        # Beat itself was there when anything was called last.
        beat = rows.pop(BEAT)
        beat.at = max((row.at for row in rows.values()), default=now)
        if _judge(beat, wanted.pop(BEAT), now, since, workspace):
            return
        for task, row in rows.items():
            _judge(row, wanted[task], now, since, workspace)


def _judge(row: Heartbeat, period: timedelta, now: datetime, since: datetime, workspace: Workspace) -> bool:
    """Tell of a change of one row, if there is one. Return whether it is quiet, or was until now."""
    was_quiet, is_quiet = row.quiet_since is not None, now - max(row.at, since) > 3 * period + GRACE
    if row.quiet_since is not None and row.at > row.quiet_since:
        away = row.at - row.quiet_since
        track(TaskFinished(task=row.task, result=f"goes on after {_minutes(away)}"), workspace=workspace)
        Heartbeat.objects.filter(pk=row.pk).update(quiet_since=None, at=row.at)
        if row.task == BEAT:
            # The others begin anew: those with long periods will be called when their time has come.
            Heartbeat.objects.exclude(task=BEAT).filter(quiet_since=None).update(at=now)
    elif row.quiet_since is None and is_quiet:
        Heartbeat.objects.filter(pk=row.pk).update(quiet_since=row.at, at=row.at)
        track(TaskFailed(task=row.task, error=_said(row)), workspace=workspace)
    return is_quiet or was_quiet


def _said(row: Heartbeat) -> str:
    since = f"{row.at:%Y-%m-%d %H:%M} UTC"
    if row.task == BEAT:
        return f"beat has been quiet since {since}: nothing of the schedule runs. Is beat there, and a worker?"
    return f"Not called by beat since {since}."


def _minutes(away: timedelta) -> str:
    minutes = max(1, round(away.total_seconds() / 60))
    return f"{minutes} minute{'s' if minutes > 1 else ''}"


def start() -> None:
    """Watch from now on, in a thread of this process. Does nothing where it does already."""
    global _watching
    if _watching == os.getpid():
        return
    _watching = os.getpid()
    threading.Thread(target=_watch, name="watch", daemon=True).start()


def _watch() -> None:
    begun = timezone.now()
    has_complained = False
    while True:
        time.sleep(EVERY_SECONDS)
        try:
            look(timezone.now(), begun)
            has_complained = False
        except Exception as error:  # the database is away, or not migrated yet: look again
            if not has_complained:
                log.warning("could not look after the schedule: %s: %s", type(error).__name__, error)
            has_complained = True
        finally:
            connections.close_all()
