"""How much one caller may ask: a count a minute in Redis. With Redis away nobody is turned back."""

from __future__ import annotations

import logging
import math
import time
from abc import ABC, abstractmethod
from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import cache
from rest_framework.throttling import BaseThrottle

log = logging.getLogger(__name__)


_PERIODS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class Quota(NamedTuple):
    """What a caller has left of their calls: `limit` of them in each `window`, both numbers in seconds rounded up."""

    limit: int
    remaining: int
    reset: int
    window: int

    def headers(self) -> dict[str, str]:
        """Return it as header fields: those that clients know, and those of the draft that is to replace them
        (draft-ietf-httpapi-ratelimit-headers)."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
            "RateLimit-Policy": f'"token";q={self.limit};w={self.window}',
            "RateLimit": f'"token";r={self.remaining};t={self.reset}',
        }


class WindowThrottle(BaseThrottle, ABC):
    """So many calls in each fixed window: one number per caller and window, whatever the rate."""

    scope: str
    quota: Quota | None = None
    _left = 0.0

    @abstractmethod
    def who(self, request: Any) -> str | None:
        """Return whose calls are counted; None: nobody's."""

    def allow_request(self, request: Any, view: Any) -> bool:
        """Count the call and say whether it may pass. What is left then stands in `quota`."""
        who = self.who(request)
        if who is None:
            return True
        rates: Any = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
        count, _, period = rates[self.scope].partition("/")
        limit, seconds = int(count), _PERIODS[period[0]]
        window, passed = divmod(time.time(), seconds)
        self._left = seconds - passed
        key = f"throttle:{self.scope}:{who}:{int(window)}"
        try:
            cache.add(key, 0, timeout=seconds + 1)
            calls = int(cache.incr(key))
        except Exception as error:  # Redis is away
            log.warning("calls are not counted: %s", error)
            return True
        self.quota = Quota(limit, max(0, limit - calls), math.ceil(self._left), seconds)
        return calls <= limit

    def wait(self) -> float | None:
        """Return the seconds until the next window begins."""
        return self._left


class TokenThrottle(WindowThrottle):
    """By token; the schema and other public pages are not counted."""

    scope = "token"

    def who(self, request: Any) -> str | None:
        """Return the token's key."""
        token = getattr(request, "auth", None)
        return None if token is None else str(token.pk)

    def allow_request(self, request: Any, view: Any) -> bool:
        """Count the call, and let the view's answer tell what is left."""
        allowed = super().allow_request(request, view)
        view.quota = self.quota
        return allowed


class SessionThrottle(WindowThrottle):
    """By address, for those who have no token yet."""

    scope = "widget_session"

    def who(self, request: Any) -> str | None:
        """Return the address."""
        return self.get_ident(request)
