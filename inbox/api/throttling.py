"""How much one caller may ask."""

from __future__ import annotations

from typing import Any

from rest_framework.throttling import SimpleRateThrottle


class TokenThrottle(SimpleRateThrottle):
    """By token; the schema and other public pages are not counted."""

    scope = "token"

    def get_cache_key(self, request: Any, view: Any) -> str | None:
        """Return the key the calls are counted under."""
        token = getattr(request, "auth", None)
        return None if token is None else self.cache_format % {"scope": self.scope, "ident": token.pk}


class SessionThrottle(SimpleRateThrottle):
    """By address, for those who have no token yet."""

    scope = "widget_session"

    def get_cache_key(self, request: Any, view: Any) -> str:
        """Return the key the calls are counted under."""
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}
