"""How much one caller may ask: a count a minute in Redis. With Redis away nobody is turned back."""

from __future__ import annotations

import logging
import time
from abc import ABC, abstractmethod
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.throttling import BaseThrottle

log = logging.getLogger(__name__)


_PERIODS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class WindowThrottle(BaseThrottle, ABC):
    """So many calls in each fixed window: one number per caller and window, whatever the rate."""

    scope: str
    _left = 0.0

    @abstractmethod
    def who(self, request: Any) -> str | None:
        """Return whose calls are counted; None: nobody's."""

    def allow_request(self, request: Any, view: Any) -> bool:
        """Count the call and say whether it may pass."""
        who = self.who(request)
        if who is None:
            return True
        rates: Any = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
        count, _, period = rates[self.scope].partition("/")
        seconds = _PERIODS[period[0]]
        window, passed = divmod(time.time(), seconds)
        self._left = seconds - passed
        key = f"throttle:{self.scope}:{who}:{int(window)}"
        try:
            cache.add(key, 0, timeout=seconds + 1)
            return bool(cache.incr(key) <= int(count))
        except Exception as error:  # Redis is away
            log.warning("calls are not counted: %s", error)
            return True

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


class SessionThrottle(WindowThrottle):
    """By address, for those who have no token yet."""

    scope = "widget_session"

    def who(self, request: Any) -> str | None:
        """Return the address."""
        return self.get_ident(request)
