"""The ASGI application behind a TLS proxy: whose word on scheme, address and request id is taken.

FORWARDED_ALLOW_IPS lists the proxies (addresses or networks, separated by commas; 127.0.0.1 if it is not set). From
anybody else a request keeps the address that it came from, and its request id is made here."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any

from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from settings.asgi import application as inner

from inbox.people.trail import request_id_from, trail  # isort: skip  (after settings.asgi has set Django up)

REQUEST_ID = b"x-request-id"
App = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


class Proxied:
    """Takes the word of trusted proxies and of nobody else. Gives each socket a trail, as requests have one."""

    def __init__(self, app: App, trusted: str) -> None:
        self.app = app
        self.through: Any = ProxyHeadersMiddleware(self._inside, trusted)  # type: ignore[arg-type]

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Serve one request, one socket, or the process's life."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        peer = (scope.get("client") or ("",))[0]
        if peer not in self.through.trusted_hosts:
            scope["headers"] = [(name, value) for name, value in scope["headers"] if name != REQUEST_ID]
        await self.through(scope, receive, send)

    async def _inside(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await self.app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(REQUEST_ID, b"").decode("latin-1")
        with trail(request_id=request_id_from(given), path=scope["path"]):
            await self.app(scope, receive, send)


application = Proxied(inner, os.environ.get("FORWARDED_ALLOW_IPS") or "127.0.0.1")
