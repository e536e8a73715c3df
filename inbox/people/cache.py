"""A cache that is merely empty while Redis is away: what is cached can always be had without it."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

from inbox.people.breaker import Breaker

log = logging.getLogger(__name__)

T = TypeVar("T")


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache; where Redis does not answer, nothing is found and nothing is kept.

    A Redis that hangs costs one caller a time-out, and then nobody anything for some seconds."""

    _breaker = Breaker(seconds=3.0)

    def _or(self, otherwise: T, operation: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        if not self._breaker.allows():
            return otherwise
        try:
            found = operation(*args, **kwargs)
        except (RedisError, OSError) as error:
            if self._breaker.failed():
                log.warning("the cache is away: %s", error)
            return otherwise
        if self._breaker.worked():
            log.warning("the cache is back")
        return found

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """As if it had not been there: a lock in the cache must not lock everybody out."""
        return self._or(True, super().add, key, value, timeout, version)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Nothing is found."""
        return self._or(default, super().get, key, default, version)

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Nothing is kept."""
        self._or(None, super().set, key, value, timeout, version)

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """It is not there."""
        return self._or(False, super().touch, key, timeout, version)

    def delete(self, key: str, version: int | None = None) -> bool:
        """It was not there."""
        return self._or(False, super().delete, key, version)

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        """Nothing is found."""
        return self._or({}, super().get_many, keys, version)

    def set_many(self, data: dict[str, Any], timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> list[str]:
        """Nothing is kept."""
        return self._or(list(data), super().set_many, data, timeout, version)

    def delete_many(self, keys: Iterable[str], version: int | None = None) -> None:
        """Nothing was there."""
        self._or(None, super().delete_many, keys, version)

    def has_key(self, key: str, version: int | None = None) -> bool:
        """It is not there."""
        return self._or(False, super().has_key, key, version)

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Raises ValueError, as for every key that is not there."""
        count = self._or(None, super().incr, key, delta, version)
        if count is None:
            raise ValueError(f"Key '{key}' not found")
        return count

    def clear(self) -> None:
        """There is nothing to clear. What else lies in this Redis (a worker's queue, a socket's groups, another
        process's cache) is not the cache's, though Django would clear it, too."""
        self._or(None, self._clear_own)

    def _clear_own(self) -> None:
        client = self._cache.get_client(None, write=True)
        own = re.sub(r"([][*?\\])", r"\\\1", self.key_prefix)
        if keys := list(client.scan_iter(match=f"{own}:*", count=1000)):
            client.unlink(*keys)
