"""The bells' socket path."""

from __future__ import annotations

from typing import Any

from django.urls import path

from bell.consumer import BellConsumer
from inbox.sockets import patient

# Not for browsers: a token in a header is what they cannot send, so there is no origin to look at.
_bell: Any = patient(BellConsumer.as_asgi())
websocket_urlpatterns: list[Any] = [path("ws/bell/", _bell)]
