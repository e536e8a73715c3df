"""What the ringer says, on stderr: one line a thing, whatever characters the server sent."""

from __future__ import annotations

import sys

LONGEST = 300


def plain(text: str) -> str:
    """Return the text on one line, with its control characters and hidden directions written out, cut at 300."""
    cut = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut)


def say(text: str) -> None:
    """Print one line. A terminal that has gone is no reason to stop."""
    try:
        print(plain(text), file=sys.stderr, flush=True)
    except (OSError, ValueError):
        pass
