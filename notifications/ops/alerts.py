"""Alerts of this installation itself, on their way to the operator's workspace.

Whoever reports goes on at once: a thread of this process writes the events, over a connection of its own, so that an
alert outlives the transaction in which the error came up. What is equal is written EACH_A_MINUTE times a minute at
most, and the last of them says how many more there were. Where the database is away the alerts wait, up to a bound.

An error in here is logged once and reported to nobody: no alert is ever about alerts."""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections, transaction

from inbox.people.models import Workspace
from notifications.events import track
from notifications.kind import Kind

log = logging.getLogger("frontdesk.alerts")

EACH_A_MINUTE = 5
ALL_A_MINUTE = 120
MOST_WAITING = 200
MOST_KEYS = 500
LONGEST_WAIT = 30.0
END_SECONDS = 2.0

Job = Callable[[Workspace], object]
Build = Callable[[], Kind]

_inside: ContextVar[bool] = ContextVar("inside_alerting", default=False)


class Bucket:
    """So many at once, and as many a minute from then on."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.left = float(most)
        self.at = time.monotonic()

    def takes(self) -> bool:
        """Return whether one more may pass now, and count it if so."""
        now = time.monotonic()
        self.left = min(self.most, self.left + (now - self.at) * self.most / 60)
        self.at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


@dataclass
class Held:
    """An alert that came too soon after its equals, and how many it stands for."""

    event: Kind
    count: int = 1


class Alerts:
    """The alerts of one process, and the thread that writes them."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.lost = 0
        self._jobs: deque[Job] = deque()
        self._held: dict[str, Held] = {}
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()
        self._all = Bucket(ALL_A_MINUTE)
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._idle = threading.Event()
        self._thread: threading.Thread | None = None
        self._has_complained = False
        self._ended = False

    def report(self, key: str, build: Build) -> None:
        """Have the event that `build` makes written soon, unless enough with this key were. Raises nothing."""
        if _inside.get():
            return
        token = _inside.set(True)
        try:
            self._take(key, build)
        except Exception as error:
            self._complain(error)
        finally:
            _inside.reset(token)

    def _take(self, key: str, build: Build) -> None:
        with self._lock:
            held = self._held.get(key)
            if held is not None:
                held.count += 1
                return
            passes = self._passes(key)
            if not passes and len(self._held) >= MOST_WAITING:
                self.lost += 1
                return
        event = build()
        if passes:
            self.do(lambda workspace: track(event, workspace=workspace))
            return
        with self._lock:
            self._held.setdefault(key, Held(event))
        self._start()
        self._wake.set()

    def do(self, job: Job) -> None:
        """Have `job` done with the operator's workspace, in a transaction of its own."""
        with self._lock:
            if len(self._jobs) >= MOST_WAITING:
                self.lost += 1
                return
            self._jobs.append(job)
        self._idle.clear()
        self._start()
        self._wake.set()

    def _passes(self, key: str) -> bool:
        bucket = self._buckets.get(key) or self._buckets.setdefault(key, Bucket(EACH_A_MINUTE))
        self._buckets.move_to_end(key)
        while len(self._buckets) > MOST_KEYS:
            self._buckets.popitem(last=False)
        return bucket.takes() and self._all.takes()

    def _start(self) -> None:
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                return
            self._thread = threading.Thread(target=self._run, name="alerts", daemon=True)
        try:
            self._thread.start()
        except RuntimeError:  # the interpreter is ending
            self._thread = None

    def flush(self, seconds: float = END_SECONDS, *, held: bool = False) -> bool:
        """Wait until what was reported is written (with `held`: what was held back, too). Return whether it is."""
        if held:
            with self._lock:
                ready, self._held = list(self._held.values()), {}
            for one in ready:
                self.do(_tracking(one))
        if self._thread is None or not self._thread.is_alive():
            return not self._jobs
        return self._idle.wait(seconds)

    def end(self) -> None:
        """Write what waits, for 2 seconds at most, and let the thread end."""
        self.flush(END_SECONDS, held=True)
        self._ended = True
        self._wake.set()

    def _run(self) -> None:
        _inside.set(True)
        waits = 0
        while not self._ended:
            if not self._jobs:
                self._idle.set()
                self._wake.wait(1.0 if self._held else None)
                self._wake.clear()
                self._release()
                continue
            if self._work(self._jobs[0]):
                waits = 0
                with self._lock:
                    self._jobs.popleft()
            else:
                waits += 1
                self._wake.wait(min(LONGEST_WAIT, 0.5 * 2**waits))
                self._wake.clear()

    def _release(self) -> None:
        """Write what was held back, once its turn has come."""
        with self._lock:
            ready = [key for key in self._held if self._passes(key)]
            for key in ready:
                self._jobs.append(_tracking(self._held.pop(key)))
        if ready:
            self._idle.clear()

    def _work(self, job: Job) -> bool:
        """Do a job. Return False if it is to be tried again: the database is away."""
        try:
            with transaction.atomic():
                workspace = operators_workspace()
                if workspace is not None:
                    job(workspace)
        except (OperationalError, InterfaceError) as error:
            self._complain(error)
            return False
        except Exception as error:
            self._complain(error)
        else:
            self._has_complained = False
        finally:
            # Alerts are rare: nothing is held open between them.
            connections.close_all()
        return True

    def _complain(self, error: Exception) -> None:
        if not self._has_complained:
            self._has_complained = True
            # A warning: what reports errors elsewhere is told of the error itself already.
            log.warning("an alert could not be recorded: %s: %s", type(error).__name__, error)


def _tracking(held: Held) -> Job:
    event = held.event
    if held.count > 1 and "repeated" in type(event).model_fields:
        event = event.model_copy(update={"repeated": held.count - 1})
    return lambda workspace: track(event, workspace=workspace)


def operators_workspace() -> Workspace | None:
    """Return the workspace that is told of this installation's own trouble: OPS_WORKSPACE, by default the first."""
    if settings.OPS_WORKSPACE:
        return Workspace.objects.filter(slug=settings.OPS_WORKSPACE).first()
    return Workspace.objects.order_by("pk").first()


_current: Alerts | None = None


def alerts() -> Alerts:
    """Return the alerts of this process; a fork has its own."""
    global _current
    if _current is None or _current.pid != os.getpid():
        _current = Alerts()
    return _current


def report(key: str, build: Build) -> None:
    """Report what `build` makes to the operator's workspace, unless OPS_ALERTS is off. Raises nothing, waits for
    nothing; equal keys are one matter."""
    if settings.OPS_ALERTS:
        alerts().report(key, build)


@atexit.register
def end() -> None:
    """Write what this process has reported and not written yet, for 2 seconds at most."""
    if _current is not None and _current.pid == os.getpid():
        _current.end()
