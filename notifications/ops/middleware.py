"""Tells the operator's workspace of errors that nobody caught, and of links of ours that lead nowhere.

It stands near the outside, so that it sees what the middleware below it did, too. It changes nothing: the answer that
it was given is the answer that it gives."""

from __future__ import annotations

import logging
import socket
import sys
from asyncio import iscoroutinefunction
from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_and_async_middleware

from notifications.kinds.signs import DatabaseFailed
from notifications.kinds.trouble import ServerError, ServerNotFound
from notifications.ops import fingerprints, watch
from notifications.ops.alerts import report
from notifications.ops.requests import body_of, facts_of, own_referrer
from notifications.ops.scrubbing import clean_text

log = logging.getLogger("frontdesk.alerts")

DATABASE_AWAY = (OperationalError, InterfaceError)
SAFE = ("GET", "HEAD", "OPTIONS")
# What a browser asks for by itself: no link of ours leads there.
_BY_ITSELF = ("/favicon.ico", "/apple-touch-icon", "/.well-known/")


@sync_and_async_middleware
def ops_alerts(
    get_response: Callable[[HttpRequest], Any],
) -> Callable[[HttpRequest], HttpResponse | Awaitable[HttpResponse]]:
    """Look at each answer, and report what is wrong behind it."""
    if settings.OPS_ALERTS:
        watch.start()
    if iscoroutinefunction(get_response):

        async def awaiting(request: HttpRequest) -> HttpResponse:
            return _looked_at(request, await get_response(request))

        return awaiting

    def answering(request: HttpRequest) -> HttpResponse:
        return _looked_at(request, get_response(request))

    return answering


def notice(*, request: HttpRequest | None = None, **_: Any) -> None:
    """Keep with a request the error that nobody caught. Django says so here, whoever raised it: a view, a view of the
    API, or a middleware."""
    if request is not None:
        request.error_met = sys.exc_info()[1]  # type: ignore[attr-defined]


def connect() -> None:
    """Hear of errors from now on."""
    got_request_exception.connect(notice, dispatch_uid="notifications.ops")


def _looked_at(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    try:
        error = getattr(request, "error_met", None)
        if error is not None and response.status_code >= 500:
            _report_error(request, error)
        elif response.status_code == 404:
            _report_missing(request)
    except Exception as wrong:  # an alert is worth no request
        log.warning("an answer could not be looked at: %s", type(wrong).__name__)
    finally:
        # With its traceback it would keep everything alive that the request had in its hands.
        request.__dict__.pop("error_met", None)
    return response


def _report_error(request: HttpRequest, error: BaseException) -> None:
    if isinstance(error, DATABASE_AWAY):
        operation = "read" if request.method in SAFE else "write"
        report(f"database:{operation}", lambda: database_failed(error, operation))
        return
    same = fingerprints.fingerprint(error)
    report(f"error:{same}", lambda: server_error(request, error, same))


def database_failed(error: BaseException, operation: str | None) -> DatabaseFailed:
    """Return the event for a database that is away."""
    return DatabaseFailed(database="PostgreSQL", operation=operation, error=clean_text(fingerprints.said(error), 500))


def server_error(request: HttpRequest, error: BaseException, same: str) -> ServerError:
    """Return the event for an error that nobody caught."""
    return ServerError(
        error=clean_text(fingerprints.said(error), 500),
        where=fingerprints.where(error),
        traceback=clean_text(fingerprints.shown(error), fingerprints.LONGEST),
        body_sent=body_of(request) or None,
        group=same,
        release=settings.RELEASE or None,
        server=socket.gethostname(),
        **facts_of(request),
    )


def _report_missing(request: HttpRequest) -> None:
    if request.path.startswith(_BY_ITSELF):
        return
    referrer = own_referrer(request)
    if not referrer:
        return
    address = clean_text(request.path, 500)
    facts = {**facts_of(request), "address": address}
    # One matter, whatever the address: anybody can ask for as many as they like, with a referrer that says it is ours.
    report("missing", lambda: ServerNotFound(referrer=referrer, server=socket.gethostname(), **facts))
