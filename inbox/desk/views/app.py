"""What makes the desk an app that can be installed."""

from __future__ import annotations

from pathlib import Path

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

import inbox

# A service worker rules no more than what lies below its own address, so it is served from the root.
_WORKER = (Path(inbox.__file__).parent / "static" / "desk" / "sw.js").read_text(encoding="utf-8")


@cache_control(public=True, max_age=3600)
def manifest(request: HttpRequest) -> JsonResponse:
    """Return the web app manifest (W3C Web Application Manifest)."""
    return JsonResponse(
        {
            "id": "/",
            "name": "Frontdesk",
            "description": "The inbox of your live chat",
            "lang": "en",
            "short_name": "Frontdesk",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#ffffff",
            "theme_color": "#2d5fc8",
            "icons": [
                {"src": static("icon.svg"), "sizes": "any", "type": "image/svg+xml"},
                {"src": static("icon-192.png"), "sizes": "192x192", "type": "image/png"},
                {"src": static("icon-512.png"), "sizes": "512x512", "type": "image/png"},
            ],
        },
        content_type="application/manifest+json",
    )


@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """Return the script that shows what is pushed, with the icon under the name that it has now."""
    script = _WORKER.replace("/static/icon-192.png", static("icon-192.png"))
    return HttpResponse(script, content_type="text/javascript", headers={"Service-Worker-Allowed": "/"})


@cache_control(public=True, max_age=86400)
def favicon(request: HttpRequest) -> HttpResponse:
    """Lead browsers that ask for /favicon.ico to the icon."""
    return redirect(static("icon.svg"))
