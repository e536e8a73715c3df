"""Open Activity pages hear that there is something new. What it is each asks for itself, as far as it may see it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from inbox.realtime import Frame, publish, workspace_group

GAP = 1.0


class Crier:
    """Says at most once a GAP for each workspace that something is new, and always says the last one.

    `tell` is called with the workspace's key: at once, or at the end of the gap from a thread of its own.
    """

    def __init__(self, tell: Callable[[int], None], gap: float = GAP) -> None:
        self._tell = tell
        self._gap = gap
        self._told: dict[int, float] = {}
        self._waiting: set[int] = set()
        self._lock = threading.Lock()

    def cry(self, workspace: int) -> None:
        """Say it now, or when the gap is over; if it is to be said then anyway, do nothing."""
        with self._lock:
            if workspace in self._waiting:
                return
            wait = self._told.get(workspace, 0.0) + self._gap - time.monotonic()
            if wait > 0:
                self._waiting.add(workspace)
            else:
                self._told[workspace] = time.monotonic()
        if wait > 0:
            timer = threading.Timer(wait, self._late, [workspace])
            timer.daemon = True
            timer.start()
        else:
            self._tell(workspace)

    def _late(self, workspace: int) -> None:
        with self._lock:
            self._waiting.discard(workspace)
            self._told[workspace] = time.monotonic()
        self._tell(workspace)


def _publish(workspace: int) -> None:
    publish([Frame(workspace_group(workspace), {"type": "activity"})])


_CRIER = Crier(_publish)


def announce(workspace: int) -> None:
    """Have every open desk of a workspace look for new activity. Returns at once; the frame holds nothing."""
    _CRIER.cry(workspace)
