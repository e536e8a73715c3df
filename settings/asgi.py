"""ASGI entry point: HTTP, and one socket path for each kind of client."""

from __future__ import annotations

import gc
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.local")
# Web processes keep a pool of connections; workers and commands hold one each (DESIGN section 5).
os.environ.setdefault("DATABASE_POOL", "true")

from django.core.asgi import get_asgi_application

http = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402

from inbox.health.drain import Served  # noqa: E402
from settings.sockets import websocket_urlpatterns  # noqa: E402

# What is loaded by now stays until the end. Looking through it again and again for garbage is what stops a busy
# process for a tenth of a second at a time.
gc.collect()
gc.freeze()

application = Served(ProtocolTypeRouter({"http": http, "websocket": URLRouter(websocket_urlpatterns)}))
