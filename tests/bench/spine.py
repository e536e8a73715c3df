"""The spine: what `track` costs, how many events a worker delivers, how soon, and what a storm of errors makes."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from tests.stack import ROOT, Stack


def measure() -> list[dict[str, Any]]:
    """Return the rows of the table."""
    stack = Stack()
    try:
        found = _probe(stack, "alone")
        stack.start()
        found |= _probe(stack, "worker")
    finally:
        stack.stop()
    ratio = found["track_ms"] / found["insert_ms"]
    updates = found["storm_updates"]
    return [
        {"what": "track() in a transaction, beside the bare INSERT (ms)", "ours": round(found["track_ms"], 3),
         "beside": round(found["insert_ms"], 3), "ratio": round(ratio, 2), "aim": "< 2×"},
        {"what": "events delivered by one worker, 20 routes of which 2 match (events/s)",
         "ours": round(found["events_per_s"]), "beside": 500, "ratio": round(found["events_per_s"] / 500, 2),
         "aim": "≥ 500/s"},
        {"what": "from commit to hand-over at 20 events/s, median (ms)", "ours": round(found["latency_ms"], 1),
         "beside": 50, "ratio": round(found["latency_ms"] / 50, 2), "aim": "< 50 ms"},
        {"what": "10,000 equal errors: messages (updates beside)", "ours": found["storm_messages"], "beside": updates,
         "ratio": round(updates / (found["storm_s"] / 5 + 1), 2), "aim": "1 message, an update each 5 s at most"},
        {"what": "10,000 equal errors: growth of the worker's memory (MB)", "ours": round(found["storm_mb"], 1),
         "beside": 10, "ratio": round(found["storm_mb"] / 10, 2), "aim": "none (noise < 10 MB)"},
    ]  # fmt: skip


def _probe(stack: Stack, what: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.spine_probe", what],
        cwd=ROOT, env=stack.env, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found
