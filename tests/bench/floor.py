"""The floor of the message path: a bare Channels consumer that does one INSERT and COMMIT, and one group send.

Same settings, same database pool and same server as the product, over Channels' own layer; no rules, no rendering.
"""

from __future__ import annotations

import json
import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.local")
os.environ.setdefault("DATABASE_POOL", "true")

from django.conf import settings
from django.core.asgi import get_asgi_application

# Channels' own layer, not ours: the floor is what anybody gets.
settings.CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [settings.REDIS_URL], "prefix": settings.CHANNEL_LAYERS["default"]["CONFIG"]["prefix"]},
    }
}
http = get_asgi_application()

from channels.db import database_sync_to_async  # noqa: E402
from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.db import connection  # noqa: E402
from django.urls import path  # noqa: E402

TABLE = "CREATE TABLE bench_floor (id bigserial PRIMARY KEY, conversation bigint NOT NULL, client_id text, text text)"


def _insert(conversation: int, client_id: str, text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bench_floor (conversation, client_id, text) VALUES (%s, %s, %s)",
            [conversation, client_id, text],
        )


class FloorConsumer(AsyncWebsocketConsumer):
    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """`join` some conversations, or `send` into one."""
        frame: dict[str, Any] = json.loads(text_data or "{}")
        if frame["type"] == "join":
            for conversation in frame["conversations"]:
                await self.channel_layer.group_add(f"floor-{conversation}", self.channel_name)
            await self.send(text_data='{"type":"ready"}')
            return
        store = database_sync_to_async(_insert, thread_sensitive=False)
        await store(frame["conversation"], frame["client_id"], frame["text"])
        echo = {"type": "message", "client_id": frame["client_id"], "text": frame["text"]}
        await self.channel_layer.group_send(
            f"floor-{frame['conversation']}", {"type": "passed.on", "text": json.dumps(echo)}
        )

    async def passed_on(self, event: dict[str, Any]) -> None:
        """Give a group's message to this socket."""
        await self.send(text_data=event["text"])


_floor: Any = FloorConsumer.as_asgi()
_routes: list[Any] = [path("ws/floor/", _floor)]
application = ProtocolTypeRouter({"http": http, "websocket": URLRouter(_routes)})
