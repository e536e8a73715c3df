"""How much one caller may ask: a count a minute in Redis. With Redis away nobody is turned back."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.throttling import SimpleRateThrottle

log = logging.getLogger(__name__)


class WindowThrottle(SimpleRateThrottle):
    """So many calls in each fixed window: one number per caller and window, whatever the rate."""

    def get_rate(self) -> str | None:
        """Return the rate in force now."""
        rates: dict[str, str | None] = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
        return rates[self.scope]

    def allow_request(self, request: Any, view: Any) -> bool:
        """Count the call and say whether it may pass."""
        who = self.get_cache_key(request, view)
        if who is None or self.num_requests is None or self.duration is None:
            return True
        window, passed = divmod(time.time(), self.duration)
        self._left = self.duration - passed
        key = f"{who}:{int(window)}"
        try:
            cache.add(key, 0, timeout=self.duration + 1)
            return cache.incr(key) <= self.num_requests
        except Exception as error:  # Redis is away, or the window ended between the two
            log.warning("calls are not counted: %s", error)
            return True

    def wait(self) -> float | None:
        """Return the seconds until the next window begins."""
        return self._left


class TokenThrottle(WindowThrottle):
    """By token; the schema and other public pages are not counted."""

    scope = "token"

    def get_cache_key(self, request: Any, view: Any) -> str | None:
        """Return the key the calls are counted under."""
        token = getattr(request, "auth", None)
        return None if token is None else self.cache_format % {"scope": self.scope, "ident": token.pk}


class SessionThrottle(WindowThrottle):
    """By address, for those who have no token yet."""

    scope = "widget_session"

    def get_cache_key(self, request: Any, view: Any) -> str:
        """Return the key the calls are counted under."""
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}
