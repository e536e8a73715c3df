"""The set in Redis of the batches of an import that are still to do: `import:{id}:batches`.

It says what remains, and ends nothing: whoever finds it empty asks the database.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import cache
from uuid import UUID

import redis
from django.conf import settings

from imports.models import Import

log = logging.getLogger(__name__)

# Longer than any import; a set that nobody empties goes away by itself.
LIFETIME_SECONDS = 30 * 24 * 3600
AT_ONCE = 1_000


def key(import_: Import) -> str:
    """Return the set's name in Redis."""
    return f"{settings.REDIS_PREFIX}:import:{import_.public_id}:batches"


def add(import_: Import, batches: Iterable[UUID]) -> None:
    """Put batches (their public ids) in. Without Redis nothing happens: `drain` rebuilds the set from the rows."""
    ids = [str(one) for one in batches]
    try:
        with _client().pipeline(transaction=False) as pipe:
            for start in range(0, len(ids), AT_ONCE):
                pipe.sadd(key(import_), *ids[start : start + AT_ONCE])
            pipe.expire(key(import_), LIFETIME_SECONDS)
            pipe.execute()
    except redis.RedisError as error:
        log.warning("could not write down the batches of import %s: %s", import_.public_id, error)


def take(import_: Import, batch: UUID) -> int | None:
    """Take a batch that is done out, and return how many remain; None where Redis does not answer."""
    try:
        with _client().pipeline(transaction=False) as pipe:
            pipe.srem(key(import_), str(batch))
            pipe.scard(key(import_))
            return int(pipe.execute()[1])
    except redis.RedisError:
        return None


def count(import_: Import) -> int | None:
    """Return how many remain; None where Redis does not answer."""
    try:
        return int(_client().scard(key(import_)))  # type: ignore[arg-type]
    except redis.RedisError:
        return None


def forget(import_: Import) -> None:
    """Delete the set."""
    try:
        _client().delete(key(import_))
    except redis.RedisError as error:
        log.warning("could not forget the batches of import %s: %s", import_.public_id, error)


@cache
def _client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=1)
