"""The floor of the webhooks' intake: the product's own server and middleware, and a view that only reads the body."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from settings import asgi, urls


@csrf_exempt
def floor(request: HttpRequest) -> JsonResponse:
    """Read the body and answer."""
    return JsonResponse({"received": len(request.body) > 0})


urls.urlpatterns.insert(0, path("floor/", floor))
application = asgi.application
