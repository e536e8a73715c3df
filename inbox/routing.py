"""Which socket path is whose."""

from __future__ import annotations

from channels.auth import AuthMiddlewareStack
from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import path

from inbox.desk.consumer import DeskConsumer
from inbox.widget.consumer import WidgetConsumer

websocket_urlpatterns = [
    # The widget lives on other people's sites: its consumer checks the workspace's own list of them.
    path("ws/widget/", WidgetConsumer.as_asgi()),
    path("ws/desk/", AllowedHostsOriginValidator(AuthMiddlewareStack(DeskConsumer.as_asgi()))),
]
