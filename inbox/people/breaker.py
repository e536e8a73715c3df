"""After a server could not be reached, everybody is told so at once for a moment, instead of each waiting for it."""

from __future__ import annotations

import threading
import time


class Breaker:
    """Open for `seconds` after a failure. Then one caller may try, while the others are still turned away."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._until: float | None = None
        self._lock = threading.Lock()

    @property
    def closed(self) -> bool:
        """Whether all is well, as far as is known."""
        return self._until is None

    def allows(self) -> bool:
        """Return whether the caller should try."""
        if self._until is None:
            return True
        with self._lock:
            if self._until is None:
                return True
            now = time.monotonic()
            if now < self._until:
                return False
            self._until = now + self.seconds
            return True

    def failed(self) -> bool:
        """Note that the server could not be reached. Return whether that is news."""
        with self._lock:
            news = self._until is None
            self._until = time.monotonic() + self.seconds
            return news

    def worked(self) -> bool:
        """Note that the server answered. Return whether that is news."""
        if self._until is None:
            return False
        with self._lock:
            self._until = None
            return True
