"""The bell: from a sign-up posted to the API to the moment in which the pin goes high."""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
import uuid
from typing import Any

import httpx

from tests.stack import ROOT, Stack, running_stack

ROUNDS = 40


def measure() -> list[dict[str, Any]]:
    """Return the row of the table."""
    with running_stack() as stack:
        took = asyncio.run(_ring(stack))
    median = statistics.median(took) * 1000
    return [
        {"what": f"sign-up posted → pin high, median of {ROUNDS} (ms; p95 {_p95(took):.0f})", "ours": round(median, 1),
         "beside": 500, "ratio": round(median / 500, 2), "aim": "< 500 ms"},
    ]  # fmt: skip


def _p95(took: list[float]) -> float:
    return statistics.quantiles(took, n=20)[-1] * 1000


async def _ring(stack: Stack) -> list[float]:
    """Post sign-ups one by one, and return how many seconds each took to reach the pin."""
    sys.path.insert(0, str(ROOT / "bell/ringer/src"))
    from frontdesk_bell.actuators import Solenoid
    from frontdesk_bell.link import Link
    from frontdesk_bell.memory import Memory
    from frontdesk_bell.ringer import Ringer
    from frontdesk_bell.safety import Guard
    from frontdesk_bell.striker import Striker
    from gpiozero import Device
    from gpiozero.pins.mock import MockFactory, MockPWMPin

    high: asyncio.Queue[float] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    class Timed(MockPWMPin):  # type: ignore[misc]
        def _change_state(self, value: Any) -> Any:
            if value:
                loop.call_soon_threadsafe(high.put_nowait, time.perf_counter())
            return super()._change_state(value)

    Device.pin_factory = MockFactory(pin_class=Timed)
    guard = Guard(Solenoid(17), 0.12)
    ringer = Ringer(Striker(guard, 0.12), Memory(None))
    link = Link(stack.url.replace("http", "ws") + "/ws/bell/", stack.manage("bell_device", "demo", "Bench"), ringer)
    tasks = [asyncio.create_task(link.keep()), asyncio.create_task(ringer.work())]
    took = []
    try:
        async with httpx.AsyncClient(base_url=stack.url, timeout=30) as client:
            client.headers["Authorization"] = f"Bearer {stack.manage('api_token', 'demo')}"
            for number in range(ROUNDS + 1):
                began = time.perf_counter()
                contact = {"email": f"{uuid.uuid4().hex}@x.test", "name": f"Person {number}"}
                await client.post("/api/v1/events/", json={"kind": "contact.signed_up", "contact": contact})
                took.append(await asyncio.wait_for(high.get(), 30) - began)
                await asyncio.sleep(1)  # the gap between two strikes is not what is measured
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        guard.close()
    return took[1:]  # the first one waited for the ringer's connection, too
