"""Counts requests and how long they took."""

from __future__ import annotations

import time
from asyncio import iscoroutinefunction
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_and_async_middleware
from prometheus_client import Histogram

from inbox.health.metrics import REQUESTS

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


@sync_and_async_middleware
def count_requests(
    get_response: Callable[[HttpRequest], Any],
) -> Callable[[HttpRequest], HttpResponse | Awaitable[HttpResponse]]:
    """Observe each request by its route's name. Stands first, so that it sees what all others took too."""
    if iscoroutinefunction(get_response):

        async def awaiting(request: HttpRequest) -> HttpResponse:
            begun = time.perf_counter()
            return _observed(request, await get_response(request), begun)

        return awaiting

    def answering(request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        return _observed(request, get_response(request), begun)

    return answering


def _observed(request: HttpRequest, response: HttpResponse, begun: float) -> HttpResponse:
    took = time.perf_counter() - begun
    method = request.method if request.method in METHODS else "other"
    _series(method or "other", route_of(request), f"{response.status_code // 100}xx").observe(took)
    return response


# Methods, routes and classes of status are few; finding their series anew each time costs as much as counting.
@cache
def _series(method: str, route: str, status: str) -> Histogram:
    return REQUESTS.labels(method, route, status)


def route_of(request: HttpRequest) -> str:
    """Return the name of the route that a request took. It never holds what somebody typed."""
    match = request.resolver_match
    if match is not None:
        return match.view_name or match.route
    return "static" if request.path.startswith(f"/{settings.STATIC_URL.strip('/')}/") else "unmatched"
