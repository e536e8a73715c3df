"""The cache while Redis is away: empty, quick, and no lock on anything."""

from __future__ import annotations

import socket

import pytest
from allauth.core.internal.ratelimit import cache_lock
from django.conf import settings
from django.core.cache import cache
from django.test import override_settings

from inbox.people.breaker import Breaker
from inbox.people.cache import ForgivingRedisCache
from tests.stack import free_port


def away() -> ForgivingRedisCache:
    found = ForgivingRedisCache(f"redis://127.0.0.1:{free_port()}/0", {})
    found._breaker = Breaker(3.0)
    return found


def test_with_redis_there_it_is_an_ordinary_cache() -> None:
    cache.set("key", {"a": 1}, 60)
    assert cache.get("key") == {"a": 1}
    assert cache.add("key", 2) is False
    cache.set("count", 1)
    assert cache.incr("count") == 2
    assert cache.delete("key") is True
    assert cache.get("key", "nothing") == "nothing"


def test_to_clear_it_leaves_alone_what_else_lies_in_redis() -> None:
    others = ForgivingRedisCache(settings.REDIS_URL, {"KEY_PREFIX": "somebody-elses"})
    others.set("key", "kept")
    cache.set("key", 1)
    cache.clear()
    assert cache.get("key") is None
    assert others.get("key") == "kept"
    others.clear()
    assert others.get("key") is None


def test_with_redis_away_nothing_is_found_and_nothing_is_raised() -> None:
    empty = away()
    empty.set("key", 1)
    assert empty.get("key") is None
    assert empty.get("key", "nothing") == "nothing"
    assert empty.get_or_set("key", lambda: 5) == 5
    assert empty.get_many(["key"]) == {}
    assert empty.set_many({"key": 1}) == ["key"]
    assert empty.delete("key") is False
    assert "key" not in empty
    with pytest.raises(ValueError, match="not found"):
        empty.incr("key")


def test_after_a_failure_redis_is_left_alone_for_a_moment() -> None:
    with socket.create_server(("127.0.0.1", 0)) as hanging:  # takes connections and answers nothing
        empty = ForgivingRedisCache(
            f"redis://127.0.0.1:{hanging.getsockname()[1]}/0", {"OPTIONS": {"socket_timeout": 0.1}}
        )
        empty._breaker = Breaker(60.0)
        assert [empty.get("key") for _ in range(5)] == [None] * 5
        hanging.settimeout(0)
        hanging.accept()[0].close()
        with pytest.raises(BlockingIOError):
            hanging.accept()


@override_settings(
    CACHES={
        "default": {
            "BACKEND": "inbox.people.cache.ForgivingRedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
            "OPTIONS": {"socket_connect_timeout": 0.2},
        }
    }
)
def test_allauths_throttle_locks_nobody_out_while_redis_is_away() -> None:
    with cache_lock("sign-in") as locked:
        assert locked
