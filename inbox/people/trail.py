"""What a log line should know of the request or socket that it belongs to: its id, and who it is about.

The facts lie in one dictionary for each request, so that whoever adds one (in a thread, in a view) adds it for all
lines that follow. `settings/logging.py` writes them."""

from __future__ import annotations

import logging
import re
import time
import uuid
from asyncio import iscoroutinefunction
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_and_async_middleware

log = logging.getLogger("frontdesk.request")

# Asked every few seconds by machines, or by the hundred with each page: lines that nobody reads.
QUIET = re.compile(r"\A/(?:healthz|readyz|metrics|static/.*)\Z")
REQUEST_ID = re.compile(r"\A[A-Za-z0-9][A-Za-z0-9._-]{7,63}\Z")

_facts: ContextVar[dict[str, Any] | None] = ContextVar("trail", default=None)


def current() -> dict[str, Any]:
    """Return the facts of what is being worked now; empty outside a request."""
    return _facts.get() or {}


def note(**facts: Any) -> None:
    """Add facts to the lines of what is being worked now. Does nothing outside a request."""
    found = _facts.get()
    if found is not None:
        found.update(facts)


@contextmanager
def trail(**facts: Any) -> Iterator[dict[str, Any]]:
    """Give every line within the block these facts."""
    mine = dict(facts)
    before = _facts.set(mine)
    try:
        yield mine
    finally:
        _facts.reset(before)


def request_id_from(given: str | None) -> str:
    """Return the id that a trusted proxy gave to a request, or a new one where it gave none that can be believed."""
    if given and settings.TRUST_FORWARDED and REQUEST_ID.match(given):
        return given
    return uuid.uuid4().hex


@sync_and_async_middleware
def request_trail(
    get_response: Callable[[HttpRequest], Any],
) -> Callable[[HttpRequest], HttpResponse | Awaitable[HttpResponse]]:
    """Give each request an id, on every line that is logged for it and in the answer's X-Request-ID."""
    if iscoroutinefunction(get_response):

        async def awaiting(request: HttpRequest) -> HttpResponse:
            with _trail_of(request) as facts:
                begun = time.perf_counter()
                return _ended(request, await get_response(request), facts, begun)

        return awaiting

    def answering(request: HttpRequest) -> HttpResponse:
        with _trail_of(request) as facts:
            begun = time.perf_counter()
            return _ended(request, get_response(request), facts, begun)

    return answering


@contextmanager
def _trail_of(request: HttpRequest) -> Iterator[dict[str, Any]]:
    found = request_id_from(request.headers.get("X-Request-ID"))
    # The path alone: a query may hold what somebody searched for, or a token.
    with trail(request_id=found, method=request.method, path=request.path) as facts:
        yield facts


def _ended(request: HttpRequest, response: HttpResponse, facts: dict[str, Any], begun: float) -> HttpResponse:
    response["X-Request-ID"] = facts["request_id"]
    if settings.LOG_REQUESTS and not QUIET.match(request.path):
        took = round((time.perf_counter() - begun) * 1000, 1)
        log.info("%s", response.status_code, extra={"status": response.status_code, "duration_ms": took})
    return response
