"""Which socket path is whose."""

from __future__ import annotations

from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import path

from inbox.desk.consumer import DeskConsumer
from inbox.sockets import patient
from inbox.widget.consumer import WidgetConsumer

# The widget lives on other people's sites: its consumer checks the workspace's own list of them.
_widget: Any = WidgetConsumer.as_asgi()
_widget = patient(_widget)
_desk: Any = AuthMiddlewareStack(DeskConsumer.as_asgi())
_desk = AllowedHostsOriginValidator(patient(_desk))

websocket_urlpatterns: list[Any] = [path("ws/widget/", _widget), path("ws/desk/", _desk)]
