"""Lines on their way: a queue with an end, and batches within what CloudWatch takes."""

from __future__ import annotations

import json
import threading
from collections import deque
from typing import Any

from integrations.cloudwatch.client import LONGEST_SPAN, MOST_BYTES, MOST_LINES, Line

# CloudWatch takes a megabyte a line by now; older stand-ins and other makers' take this.
LONGEST_LINE = 256 * 1024 - 26
QUEUE_LINES = 10_000
QUEUE_BYTES = 32 * 1024 * 1024
CUT = "… (cut)"


class Queue:
    """What waits to be sent: QUEUE_LINES and QUEUE_BYTES at most. More than that is dropped, and counted."""

    def __init__(self, most: int = QUEUE_LINES, most_bytes: int = QUEUE_BYTES) -> None:
        self.most, self.most_bytes = most, most_bytes
        self.dropped = 0
        self._lines: deque[tuple[Line, int]] = deque()
        self._bytes = 0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._lines)

    def put(self, line: Line, *, anyway: bool = False) -> bool:
        """Take a line, or drop it where there is no room (unless `anyway`). Never waits. Return whether it is in."""
        size = line.size()
        with self._lock:
            if not anyway and (len(self._lines) >= self.most or self._bytes + size > self.most_bytes):
                # The newest: what led to a disturbance tells more than its hundred-thousandth repetition.
                self.dropped += 1
                return False
            self._lines.append((line, size))
            self._bytes += size
        return True

    def batch(self) -> list[Line]:
        """Take the oldest lines, as many as one call may carry, in order."""
        taken: list[Line] = []
        total, first, last = 0, 0, 0
        with self._lock:
            while self._lines and len(taken) < MOST_LINES:
                line, size = self._lines[0]
                low, high = (min(first, line.at), max(last, line.at)) if taken else (line.at, line.at)
                if total + size > MOST_BYTES or high - low > LONGEST_SPAN:
                    break
                first, last, total = low, high, total + size
                self._lines.popleft()
                self._bytes -= size
                taken.append(line)
        return sorted(taken, key=lambda line: line.at)

    def drop(self, count: int) -> None:
        """Count lines that were taken and could not be sent."""
        with self._lock:
            self.dropped += count

    def take_dropped(self) -> int:
        """Return how many lines were dropped since this was asked."""
        with self._lock:
            dropped, self.dropped = self.dropped, 0
        return dropped


def shortened(text: str, longest: int = LONGEST_LINE) -> str:
    """Return a line of `longest` bytes at most. Of JSON the longest fields are cut, so that it stays JSON."""
    if len(text) * 4 <= longest or len(text.encode()) <= longest:
        return text
    try:
        facts = json.loads(text)
    except ValueError:
        facts = None
    if not isinstance(facts, dict):
        return text.encode()[: longest - 32].decode("utf-8", "ignore") + CUT
    return _cut(facts, longest)


def _cut(facts: dict[str, Any], longest: int) -> str:
    """Cut the longest texts to one length, so that all of it fits; in the end leave fields out."""
    text = json.dumps(facts)
    for room in (longest, longest // 2, longest // 4):
        sizes = {key: len(json.dumps(value)) for key, value in facts.items() if isinstance(value, str)}
        level = _level(list(sizes.values()), room - (len(text) - sum(sizes.values())))
        for key, size in sizes.items():
            if size > level:
                # By its share: a character takes one byte as JSON, or six, or twelve.
                facts[key] = facts[key][: int(len(facts[key]) * max(0, level - 64) / size)] + CUT
        text = json.dumps(facts)
        if len(text) <= longest:
            return text
    while len(text) > longest:
        del facts[max(facts, key=lambda key: len(json.dumps(facts[key])))]
        text = json.dumps(facts)
    return text


def _level(sizes: list[int], room: int) -> int:
    """Return the size to which the largest must shrink so that all together take no more than `room`."""
    left = room
    for place, size in enumerate(sorted(sizes)):
        others = len(sizes) - place
        if size * others > left:
            return max(0, left // others)
        left -= size
    return max(sizes, default=0)
