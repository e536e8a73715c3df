"""`make bench`: starts servers of its own, measures, prints a table, writes bench/results.json.

`make bench ARGS="spine idle"` measures these parts alone, and writes nothing."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from tests import plugin

ROOT = Path(__file__).resolve().parents[2]


def _measure_message_path() -> list[dict[str, Any]]:
    from tests.bench import message_path
    from tests.stack import PROCESSES, Stack

    PROCESSES["floor"] = [part.replace("settings.asgi", "tests.bench.floor") for part in PROCESSES["web"]]
    found = {}
    for name, line_of in (("web", message_path.product_line), ("floor", message_path.floor_line)):
        stack = Stack(env={"WIDGET_SESSION_RATE": "100000/min"})
        try:
            if name == "floor":
                PROCESSES["web"], product = PROCESSES["floor"], PROCESSES["web"]
            stack.start("web")
            found[name] = asyncio.run(message_path.measure(stack, line_of))
        finally:
            if name == "floor":
                PROCESSES["web"] = product
            stack.stop()
    ours, floor = found["web"], found["floor"]
    return [
        _row("send → both ends at 50/s, median (ms)", ours["p50_ms"], floor["p50_ms"], "≤ 2× floor"),
        _row("send → both ends at 50/s, p99 (ms)", ours["p99_ms"], floor["p99_ms"], ""),
        _row("… of it, to the agent's socket, median (ms)", ours["agent_p50_ms"], floor["agent_p50_ms"], ""),
        _row("… of it, back to the sender, median (ms)", ours["sender_p50_ms"], floor["sender_p50_ms"], ""),
        _row("highest rate with p99 < 250 ms (messages/s)", ours["highest_rate"], floor["highest_rate"], "≥ ½ floor"),
    ]


def _row(what: str, ours: float, other: float, aim: str) -> dict[str, Any]:
    return {
        "what": what,
        "ours": round(ours, 2),
        "beside": round(other, 2),
        "ratio": round(ours / other, 2),
        "aim": aim,
    }


def main() -> None:
    os.environ.setdefault("FRONTDESK_TEST_DURABLE", "1")
    wanted = sys.argv[1:]
    plugin.prepare()
    try:
        from tests.bench import (
            bell,
            idle,
            importing,
            likeness_quality,
            likeness_speed,
            mentions,
            pages,
            sidebar,
            spine,
            webhooks,
            weight,
        )

        parts = {
            "messages": _measure_message_path, "idle": idle.measure, "weight": weight.measure, "pages": pages.measure,
            "spine": spine.measure, "bell": bell.measure, "mentions": mentions.measure,
            "likeness": likeness_quality.measure, "likeness-speed": likeness_speed.measure,
            "imports": importing.measure, "sidebar": sidebar.measure,
            "webhooks": webhooks.measure,
        }  # fmt: skip
        rows = [row for name, measure in parts.items() if not wanted or name in wanted for row in measure()]
    finally:
        plugin.stop()
    _print(rows)
    if wanted:
        return
    target = ROOT / "bench" / "results.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _print(rows: list[dict[str, Any]]) -> None:
    width = max(len(row["what"]) for row in rows)
    print(f"\n{'measured':{width}}  {'ours':>10}  {'beside':>10}  {'ratio':>6}  aim")
    for row in rows:
        print(f"{row['what']:{width}}  {row['ours']:>10}  {row['beside']:>10}  {row['ratio']:>6}  {row['aim']}")


if __name__ == "__main__":
    main()
