"""How many of Stripe's webhooks are taken in a second (signature and row), beside a view that only reads the body, and
how long an answer takes at 100 a second."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import aiohttp
import httpx

from tests.bench.load import percentile
from tests.stack import PROCESSES, ROOT, Stack, free_port, running_stack

SECRET = "whsec_of_the_bench"
SECONDS, CALLERS, RATE, RATE_SECONDS = 5.0, 8, 100, 5
DOOR, FLOOR = "/integrations/stripe/demo/webhook/", "/floor/"


class Figures(NamedTuple):
    """How many were answered 200 in a second, and the sorted times (ms) of those that were sent at a steady rate."""

    rate: float
    times: list[float]


def measure() -> list[dict[str, Any]]:
    """Return the rows of the table."""
    with running_stack("web") as stack:
        stack.manage("connect", "demo", "stripe", f"webhook_secret={SECRET}")
        with _floor(stack) as floor:
            asyncio.run(_busy(floor, 1.0))
            bare = asyncio.run(_figures(floor))
        asyncio.run(_busy(stack.url + DOOR, 1.0))
        ours = asyncio.run(_figures(stack.url + DOOR))
        [(stored,)] = stack.query("SELECT count(*) FROM integrations_stripeevent")
    print(f"{stored} webhooks were stored")
    return [
        _row("Stripe's webhooks, signature and row, beside a view that reads the body (requests/s)", ours.rate,
             bare.rate, ""),
        _row(f"… answered at {RATE}/s, p99 (ms)", percentile(ours.times, 0.99), percentile(bare.times, 0.99),
             "< 100 ms"),
        _row("… median (ms)", percentile(ours.times, 0.5), percentile(bare.times, 0.5), ""),
    ]  # fmt: skip


def _row(what: str, ours: float, bare: float, aim: str) -> dict[str, Any]:
    return {"what": what, "ours": round(ours, 2), "beside": round(bare, 2), "ratio": round(ours / bare, 2), "aim": aim}


async def _figures(address: str) -> Figures:
    return Figures(await _busy(address, SECONDS), await _steady(address))


async def _busy(address: str, seconds: float) -> float:
    """Have CALLERS ask one after the other for so long; return how many were answered in a second."""
    made, count = _bodies(), 0
    began = time.perf_counter()
    async with _client() as client:

        async def call() -> None:
            nonlocal count
            while time.perf_counter() - began < seconds:
                await _post(client, address, next(made))
                count += 1

        await asyncio.gather(*(call() for _ in range(CALLERS)))
    return count / (time.perf_counter() - began)


async def _steady(address: str) -> list[float]:
    """Post at RATE a second, whatever the answers do; return how long each took, sorted, in milliseconds."""
    bodies = list(itertools.islice(_bodies(), RATE * RATE_SECONDS))
    async with _client() as client:
        start = time.perf_counter()

        async def call(place: int, body: bytes) -> float:
            await asyncio.sleep(max(0.0, start + place / RATE - time.perf_counter()))
            began = time.perf_counter()
            await _post(client, address, body)
            return (time.perf_counter() - began) * 1000

        return sorted(await asyncio.gather(*(call(place, body) for place, body in enumerate(bodies))))


def _client() -> aiohttp.ClientSession:
    """A client that costs less than what it measures (httpx takes a multiple), with as many lines as it needs: what is
    late waits at the server, not here."""
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=60))


async def _post(client: aiohttp.ClientSession, address: str, body: bytes) -> None:
    moment = int(time.time())
    mac = hmac.new(SECRET.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {"Stripe-Signature": f"t={moment},v1={mac}", "Content-Type": "application/json"}
    async with client.post(address, data=body, headers=headers) as answer:
        assert answer.status == 200, await answer.text()


def _bodies() -> Iterator[bytes]:
    """Yield events of the size that those of a subscription have, some 3 KB, each with an id of its own."""
    thing = {"id": "sub_1", "object": "subscription", "customer": "cus_1", "status": "active", "metadata": {
        f"key {n}": "x" * 100 for n in range(25)
    }}  # fmt: skip
    while True:
        yield json.dumps({
            "id": f"evt_{uuid.uuid4().hex}", "object": "event", "type": "customer.subscription.updated",
            "created": int(time.time()), "data": {"object": thing, "previous_attributes": {"status": "past_due"}},
        }).encode()  # fmt: skip


@contextmanager
def _floor(stack: Stack) -> Iterator[str]:
    """Yield the address of a view that only reads the body: same server, settings and middleware."""
    port = free_port()
    arguments = ["tests.bench.webhooks_floor:application" if one == "settings.asgi:application" else one
                 for one in PROCESSES["web"]]  # fmt: skip
    command = [sys.executable, *arguments, "--port", str(port), "--workers", "1"]
    process = subprocess.Popen(command, cwd=ROOT, env=stack.env, start_new_session=True)
    try:
        _wait(f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}{FLOOR}"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait(address: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if httpx.get(address, timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)  # between two looks at what is waited for
    raise AssertionError("the floor does not start")
