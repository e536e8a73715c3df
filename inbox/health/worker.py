"""A worker says every few seconds that it is alive, by a key in Redis that goes away by itself."""

from __future__ import annotations

import logging
import time
from typing import Any

import redis
from celery.signals import heartbeat_sent, worker_ready
from django.conf import settings

log = logging.getLogger(__name__)
LASTS_SECONDS = 15
QUEUES = ("default", "deliveries", "imports")


def queue_key(queue: str) -> str:
    """Return the key under which Celery keeps a queue."""
    return f"{settings.CELERY_BROKER_TRANSPORT_OPTIONS['global_keyprefix']}{queue}"


def _key() -> str:
    return f"{settings.REDIS_PREFIX}:worker:alive"


def _client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1, retry=None)


@worker_ready.connect
@heartbeat_sent.connect
def beat(**_: Any) -> None:
    """Note that a worker of this installation is alive now."""
    try:
        with _client() as client:
            client.set(_key(), str(time.time()), ex=LASTS_SECONDS)
    except redis.RedisError as error:
        log.warning("could not tell that the worker is alive: %s", error)


@worker_ready.connect
def show_metrics(**_: Any) -> None:
    """Show what this worker counts on a port of its own, if it is given one."""
    if settings.WORKER_METRICS_PORT:
        from prometheus_client import start_http_server

        from inbox.health.scrape import counted

        start_http_server(settings.WORKER_METRICS_PORT, registry=counted())


def last_heartbeat_age() -> float | None:
    """Return the seconds since a worker was last heard of, None if that is too long ago. Raises RedisError."""
    with _client() as client:
        seen: Any = client.get(_key())
    return None if seen is None else max(0.0, time.time() - float(seen))
