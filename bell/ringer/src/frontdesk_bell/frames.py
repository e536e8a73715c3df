"""What the server may say, read and checked before anything moves."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass

from frontdesk_bell.words import plain

# Far beyond any pattern that sounds like a bell; what is more is a mistake or malice.
MOST_NUMBERS = 64
LONGEST_MS = 5_000
LONGEST_PATTERN_MS = 10_000


class BadFrame(ValueError):
    """A frame that nothing is done with; the text says what is wrong with it."""


@dataclass(frozen=True)
class Ready:
    """The server knows the device. `heartbeat`: seconds between its heartbeats."""

    heartbeat: float


@dataclass(frozen=True)
class Ring:
    """One ring to be struck. `pattern`: milliseconds on, off, on, off …; `reason`: why, for people to read."""

    id: str
    pattern: tuple[int, ...]
    reason: str


@dataclass(frozen=True)
class Heartbeat:
    """The server is there."""


def read(text: str | bytes) -> Ready | Ring | Heartbeat | None:
    """Return what a frame says; None for a kind that this version does not know.

    Raises BadFrame for what is no frame at all, and for a ring that cannot be struck as it says."""
    if isinstance(text, bytes):
        raise BadFrame("a binary frame")
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        raise BadFrame("a frame that is not JSON") from None
    if not isinstance(frame, dict):
        raise BadFrame("a frame that is not an object")
    match frame.get("type"):
        case "ready":
            return Ready(_heartbeat(frame.get("heartbeat")))
        case "heartbeat":
            return Heartbeat()
        case "ring":
            reason = frame.get("reason")
            return Ring(_id(frame.get("id")), read_pattern(frame.get("pattern")), plain(str(reason or "")))
    return None


def read_pattern(value: object) -> tuple[int, ...]:
    """Return the pattern, in milliseconds on, off, on, off …

    Raises BadFrame unless it is 1 to 64 whole numbers from 1 to 5,000 that make 10 seconds at most."""
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= MOST_NUMBERS:
        raise BadFrame(f"a pattern that is not a list of 1 to {MOST_NUMBERS} numbers")
    # bool is an int to Python, and True no time at all.
    if not all(type(ms) is int and 1 <= ms <= LONGEST_MS for ms in value):
        raise BadFrame(f"a pattern whose numbers are not whole milliseconds from 1 to {LONGEST_MS}")
    if sum(value) > LONGEST_PATTERN_MS:
        raise BadFrame(f"a pattern longer than {LONGEST_PATTERN_MS // 1000} seconds")
    return tuple(value)


def _id(value: object) -> str:
    try:
        return str(uuid.UUID(value)) if isinstance(value, str) else _no_id()
    except ValueError:
        return _no_id()


def _no_id() -> str:
    raise BadFrame("a ring whose id is no UUID")


def _heartbeat(value: object) -> float:
    """Return the seconds; 25 where the server says nothing sensible."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0.1 <= value <= 300:
        return float(value)
    return 25.0
