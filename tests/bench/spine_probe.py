"""Run by `spine` in a process of its own on a stack's database; prints figures as JSON."""

from __future__ import annotations

import gc
import json
import statistics
import sys
import time
from typing import Any, ClassVar

import django

django.setup()

import psutil  # noqa: E402
import psycopg  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from inbox.people.models import Workspace  # noqa: E402
from notifications import events, postings, routing, sending  # noqa: E402
from notifications.events import track  # noqa: E402
from notifications.kinds.money import PaymentFailed  # noqa: E402
from notifications.kinds.stats import TaskFinished  # noqa: E402
from notifications.kinds.trouble import ServerError  # noqa: E402
from notifications.models import Delivery, Event, Posting, Rule  # noqa: E402
from notifications.transports import Message, Sent, Transport, register_transport  # noqa: E402

ROUNDS, MANY, STORM = 2000, 3000, 10_000


class Counter(Transport):
    """A stand-in medium that counts."""

    name: ClassVar[str] = "counter"
    label: ClassVar[str] = "Counter"

    def __init__(self) -> None:
        self.sent = self.updated = 0

    def draw(self, message: Message) -> dict[str, Any]:
        return {"text": f"{message.wording.title} {message.wording.counted}"}

    def send(self, message: Message, payload: dict[str, Any]) -> Sent:
        self.sent += 1
        return Sent()


class Counted(Counter):
    """One whose messages can be changed."""

    name: ClassVar[str] = "counted"
    can_update: ClassVar[bool] = True

    def update(self, message: Message, payload: dict[str, Any]) -> Sent:
        self.updated += 1
        return Sent()


def main(what: str) -> None:
    workspace = Workspace.objects.get(slug="demo")
    Rule.objects.all().delete()
    Event.objects.all().delete()
    found = {"alone": _alone, "worker": _with_worker}[what](workspace)
    print(json.dumps(found))


def _alone(workspace: Workspace) -> dict[str, float]:
    return {**_cost(workspace), **_throughput(workspace), **_storm(workspace)}


def _cost(workspace: Workspace) -> dict[str, float]:
    event = PaymentFailed(amount_minor=1250, currency="EUR", invoice="in_1", reason="card_declined")
    row = events._row(event, workspace, None, None, None, None, None) | {"conversation": None, "private": False}
    ours: list[float] = []
    bare: list[float] = []
    with transaction.atomic():
        cursor = psycopg.Cursor(connection.connection)
        for n in range(ROUNDS * 2):
            began = time.perf_counter()
            if n % 2:
                cursor.execute(events._INSERT, {**row, "public_id": events.new_public_id()}, prepare=True)
            else:
                track(event, workspace=workspace)
            (bare if n % 2 else ours).append(time.perf_counter() - began)
        transaction.set_rollback(True)
    return {"track_ms": statistics.median(ours) * 1000, "insert_ms": statistics.median(bare) * 1000}


def _throughput(workspace: Workspace) -> dict[str, float]:
    counter = Counter()
    register_transport(counter)
    for n in range(20):
        condition = "data.amount_minor > 1000" if n < 2 else f'data.plan == "plan {n}"'
        Rule.objects.create(workspace=workspace, name=f"Route {n}", transport="counter", address=f"#{n}",
                            topics=["financials"], condition=condition)  # fmt: skip
    with transaction.atomic():
        for n in range(MANY):
            track(PaymentFailed(amount_minor=1250, currency="EUR", invoice=f"in_{n}"), workspace=workspace)
    began = time.perf_counter()
    while routing.drain() + sending.drain():
        pass
    took = time.perf_counter() - began
    assert counter.sent == 2 * MANY, counter.sent
    Rule.objects.all().delete()
    return {"events_per_s": MANY / took}


def _storm(workspace: Workspace) -> dict[str, float]:
    counted = Counted()
    register_transport(counted)
    Rule.objects.create(workspace=workspace, name="Errors", transport="counted", address="#errors", group_seconds=3600)
    gc.collect()
    memory, began = psutil.Process().memory_info().rss, time.perf_counter()
    for n in range(STORM):
        track(ServerError(error="ZeroDivisionError: division by zero", where="shop/cart.py:17"), workspace=workspace)
        if n % 100 == 99:
            while routing.drain() + sending.drain() + postings.drain():
                pass
    took = time.perf_counter() - began
    gc.collect()
    assert Delivery.objects.filter(rule__name="Errors").count() == STORM
    assert Posting.objects.get(transport="counted").event_count == STORM
    return {"storm_messages": counted.sent, "storm_updates": counted.updated, "storm_s": took,
            "storm_mb": (psutil.Process().memory_info().rss - memory) / 1e6}  # fmt: skip


def _with_worker(workspace: Workspace) -> dict[str, float]:
    Rule.objects.create(workspace=workspace, name="Tasks", transport="log", address="bench", kinds=["task.finished"])
    ids = []
    for n in range(200):
        began = time.perf_counter()
        ids.append(track(TaskFinished(task=f"task {n}"), workspace=workspace))
        time.sleep(max(0, 0.05 - (time.perf_counter() - began)))  # the pace that is measured
    deadline = time.monotonic() + 30
    told = Delivery.objects.filter(event__public_id__in=ids, sent_at__isnull=False)
    while told.count() < len(ids) and time.monotonic() < deadline:
        time.sleep(0.05)  # between two looks at what is waited for
    times = [
        (row.sent_at - row.event.created_at).total_seconds() for row in told.select_related("event") if row.sent_at
    ]
    assert len(times) == len(ids), (len(times), Event.objects.filter(routed_at__isnull=True).count())
    return {"latency_ms": statistics.median(times) * 1000}


if __name__ == "__main__":
    main(sys.argv[1])
