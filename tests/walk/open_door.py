"""The product's addresses, and one that somebody forgot to guard."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from settings.urls import urlpatterns as guarded


def open_door(request: HttpRequest) -> HttpResponse:
    """Answer anybody."""
    return HttpResponse("Everything we know")


urlpatterns = [*guarded, path("open-door/", open_door)]
