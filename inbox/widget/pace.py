"""How fast one visitor may send, over all its tabs on this process: a token bucket each."""

from __future__ import annotations

import time
from weakref import WeakValueDictionary


class Bucket:
    """Lets `burst` frames through at once and `rate` a second after that."""

    __slots__ = ("__weakref__", "burst", "rate", "stamp", "tokens")

    def __init__(self, rate: float, burst: float) -> None:
        self.rate, self.burst = rate, burst
        self.tokens, self.stamp = burst, time.monotonic()

    def take(self) -> float:
        """Take one token and return 0, or return the seconds until there is one."""
        now = time.monotonic()
        self.tokens = min(self.burst, self.tokens + (now - self.stamp) * self.rate)
        self.stamp = now
        if self.tokens >= 1:
            self.tokens -= 1
            return 0.0
        return (1 - self.tokens) / self.rate


_buckets: WeakValueDictionary[int, Bucket] = WeakValueDictionary()


def bucket_of(visitor_id: int, rate: float, burst: float) -> Bucket:
    """Return the bucket that all sockets of a visitor share; it goes when the last of them does."""
    bucket = _buckets.get(visitor_id)
    if bucket is None:
        bucket = _buckets[visitor_id] = Bucket(rate, burst)
    return bucket
