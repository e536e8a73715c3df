"""What Prometheus reads: what the processes counted, and what PostgreSQL and Redis say when they are asked.

The one that is away leaves out its own values; the others are shown all the same."""

from __future__ import annotations

import contextlib
import os
import platform
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import psutil
import redis
from django.conf import settings
from django.db import Error, connection, transaction
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from inbox.health.metrics import POOL, lags
from inbox.health.worker import QUEUES, last_heartbeat_age, queue_key

SECONDS = 1.0


def exposition() -> bytes:
    """Return all metrics as text."""
    note_pool()
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if folder:
        forget_ended(Path(folder))
    asked = CollectorRegistry()
    asked.register(Asked())
    return generate_latest(counted()) + generate_latest(asked)


def counted() -> CollectorRegistry:
    """Return what was counted: by all processes that share a folder, or by this one."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return REGISTRY
    found = CollectorRegistry()
    MultiProcessCollector(found)  # type: ignore[no-untyped-call]
    return found


def note_pool() -> None:
    """Note how this process uses its pool of database connections."""
    pool: Any = getattr(connection, "pool", None)
    if pool is None:
        return
    stats = pool.get_stats()
    idle = stats.get("pool_available", 0)
    POOL.labels("in_use").set(max(0, stats.get("pool_size", 0) - idle))
    POOL.labels("idle").set(idle)
    POOL.labels("waiting").set(stats.get("requests_waiting", 0))


def forget_ended(folder: Path) -> None:
    """Leave out what processes that have ended, however they did, hold open no more."""
    ended = {int(file.stem.rsplit("_", 1)[1]) for file in folder.glob("gauge_live*_*.db")}
    for pid in ended:
        if not _lives(pid):
            with contextlib.suppress(FileNotFoundError):  # another process was quicker
                mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class Asked(Collector):
    """What is known by asking: it is the same for all processes, so take its maximum and not its sum."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Ask each in turn."""
        build = GaugeMetricFamily("frontdesk_build_info", "What runs here", labels=["release", "python"])
        build.add_metric([settings.RELEASE or "unknown", platform.python_version()], 1)
        yield build
        up = GaugeMetricFamily("frontdesk_up", "Whether what we need answers: 1, or 0", labels=["what"])
        for what, ask, refusals in (("database", _database, Error), ("redis", _redis, redis.RedisError)):
            try:
                found = list(ask())
            except (refusals, OSError):  # type: ignore[misc]
                found = []
            up.add_metric([what], 1 if found else 0)
            yield from found
        yield up


def _database() -> Iterable[GaugeMetricFamily]:
    family = GaugeMetricFamily(
        "frontdesk_drain_lag_seconds", "Age of the oldest row that a drain should have worked", labels=["drain"]
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(int(SECONDS * 1000))])
        for name, function in lags().items():
            family.add_metric([name], function())
    yield family


def _redis() -> Iterable[GaugeMetricFamily]:
    depth = GaugeMetricFamily("frontdesk_queue_nudges", "Nudges that wait for a worker", labels=["queue"])
    with redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=SECONDS, socket_connect_timeout=SECONDS, retry=None
    ) as client:
        for queue in QUEUES:
            depth.add_metric([queue], float(client.llen(queue_key(queue))))  # type: ignore[arg-type]
    yield depth
    age = last_heartbeat_age()
    if age is not None:
        yield GaugeMetricFamily("frontdesk_worker_heartbeat_age_seconds", "Since a worker was last heard of", age)
