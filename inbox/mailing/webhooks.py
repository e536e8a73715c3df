"""Where mail providers hand over what came in and what became of a letter: django-anymail's views, behind one gate.

anymail takes any provider's address, and all of them without a secret where none is set. Here nothing is read before
the caller has shown ANYMAIL_WEBHOOK_SECRET ("user:password") as https://user:password@host/anymail/…, and a letter
that is too large is refused in words.
"""

from __future__ import annotations

import base64
import logging

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import resolve
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

log = logging.getLogger(__name__)

LARGEST = 10_000_000


@csrf_exempt
@require_http_methods(["POST", "HEAD"])
def webhook(request: HttpRequest, place: str) -> HttpResponseBase:
    """Pass a provider's call on to anymail's view for `place` ("postmark/inbound/"). Where no secret is set there is
    nothing here."""
    secret = settings.ANYMAIL.get("WEBHOOK_SECRET", "")
    if not secret:
        raise Http404
    if not constant_time_compare(request.headers.get("Authorization", ""), _expected(secret)):
        # Amazon SNS sends its credentials only once it was asked for them.
        return _said(401, "Give user and password of ANYMAIL_WEBHOOK_SECRET.", {"WWW-Authenticate": "Basic"})
    size = request.META.get("CONTENT_LENGTH") or "0"
    if not (size.isascii() and size.isdecimal()) or int(size) > LARGEST:
        log.warning("a mail provider's call of %s bytes was refused: it is too large", size[:20])
        return _said(413, f"At most {LARGEST // 1_000_000} MB are taken. Send the letter without its attachments.")
    # Read here: Django's own limit is meant for forms. The server has spooled it already.
    request._body = request.read(LARGEST + 1)  # type: ignore[attr-defined]
    if len(request._body) > LARGEST:  # type: ignore[attr-defined]
        return _said(413, f"At most {LARGEST // 1_000_000} MB are taken. Send the letter without its attachments.")
    found = resolve(f"/{place}", urlconf="anymail.urls")
    response: HttpResponseBase = found.func(request, *found.args, **found.kwargs)
    return response


def _expected(secret: str) -> str:
    return "Basic " + base64.b64encode(secret.encode()).decode()


def _said(status: int, words: str, headers: dict[str, str] | None = None) -> HttpResponse:
    return HttpResponse(f"{words}\n", status=status, content_type="text/plain; charset=utf-8", headers=headers or {})
