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


def _key() -> str:
    return f"{settings.REDIS_PREFIX}:worker:alive"


@worker_ready.connect
@heartbeat_sent.connect
def beat(**_: Any) -> None:
    """Note that a worker of this installation is alive now."""
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as client:
            client.set(_key(), str(time.time()), ex=LASTS_SECONDS)
    except redis.RedisError as error:
        log.warning("could not tell that the worker is alive: %s", error)


def last_heartbeat_age() -> float | None:
    """Return the seconds since a worker was last heard of, None if that is too long ago."""
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as client:
        seen = client.get(_key())
    return None if seen is None else time.time() - float(seen)
