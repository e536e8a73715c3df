"""Every socket path, of all apps."""

from __future__ import annotations

from typing import Any

from bell.routing import websocket_urlpatterns as of_bells
from inbox.routing import websocket_urlpatterns as of_people

websocket_urlpatterns: list[Any] = [*of_people, *of_bells]
