"""What is answered while the database is away: a page that comes back by itself, and for programs the same in short."""

from __future__ import annotations

import logging
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.deprecation import MiddlewareMixin
from django.views.defaults import server_error

log = logging.getLogger(__name__)

DATABASE_AWAY = (OperationalError, InterfaceError)
AGAIN_SECONDS = 5
SAFE = ("GET", "HEAD", "OPTIONS")


class Unavailable(MiddlewareMixin):
    """Answers 503 where a view found the database away."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the answer if that is what the error means."""
        return unavailable(request, error) if isinstance(error, DATABASE_AWAY) else None


def handler500(request: HttpRequest) -> HttpResponse:
    """Answer for what no view foresaw. Where that is a database that is away (a session that could not be read, say,
    before any view was asked), it is as if a view had found it so."""
    error = sys.exc_info()[1]
    if isinstance(error, DATABASE_AWAY):
        return unavailable(request, error)
    return server_error(request)


def unavailable(request: HttpRequest, error: Exception) -> HttpResponse:
    """Return the 503 that suits who asks: a page, a fragment's few words, or a problem document."""
    request.error_met = error  # type: ignore[attr-defined]  # for whoever tells the operator
    log.warning("%s %s found the database away: %s", request.method, request.path, error)
    safe = request.method in SAFE
    if request.headers.get("HX-Request") == "true":
        answer = _words(safe)
    elif "text/html" in request.headers.get("Accept", ""):
        answer = HttpResponse(render_to_string("503.html", {"safe": safe}))
    elif "json" in request.headers.get("Accept", "") or "json" in (request.content_type or ""):
        answer = _problem()
    else:
        answer = _words(safe)
    answer.status_code = 503
    answer._has_been_logged = True  # type: ignore[attr-defined]  # as a warning, above
    answer["Retry-After"] = str(AGAIN_SECONDS)
    answer["Cache-Control"] = "no-store"
    # It says nothing of anybody, and the widget lives on other people's sites.
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def _words(safe: bool) -> HttpResponse:
    words = "The database is away. " + ("Try again in a moment." if safe else "Nothing was changed; try again soon.")
    return HttpResponse(words, content_type="text/plain; charset=utf-8")


def _problem() -> HttpResponse:
    return JsonResponse(
        {
            "type": "about:blank",
            "title": "The database is away",
            "status": 503,
            "code": "unavailable",
            "detail": "Send the same again in some seconds.",
        },
        content_type="application/problem+json",
    )
