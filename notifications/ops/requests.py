"""What an alert tells of the request that it came from. Nothing here reads the database, or waits for the client."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.http.request import QueryDict

from inbox.people import trail
from notifications.ops.scrubbing import clean, clean_json, clean_text

# What says nothing that helps, or whose value is a secret as a whole.
_HEADERS_LEFT_OUT = frozenset({"Cookie", "Authorization", "Proxy-Authorization", "X-Csrftoken"})
LARGEST_BODY = 64 * 1024


def facts_of(request: HttpRequest) -> dict[str, Any]:
    """Return method, address, user, headers and body of a request, scrubbed and short."""
    facts = {
        "method": (request.method or "")[:10],
        "address": address_of(request),
        "user": _user(request),
        "headers": headers_of(request),
    }
    return {name: value for name, value in facts.items() if value}


def address_of(request: HttpRequest) -> str:
    """Return path and query, scrubbed."""
    return clean_text(request.path, 500) + _query(request.META.get("QUERY_STRING", ""))


def _query(query: str) -> str:
    if not query:
        return ""
    named = clean({name: values[-1] for name, values in QueryDict(query[:4000]).lists() if values})
    return ("?" + "&".join(f"{name}={value}" for name, value in named.items()))[:500]


def headers_of(request: HttpRequest) -> dict[str, Any]:
    """Return the headers, scrubbed; of those that are secret as a whole only that they were there."""
    plain = {name: value for name, value in request.headers.items() if name not in _HEADERS_LEFT_OUT}
    there = {name: "[scrubbed]" for name in request.headers if name in _HEADERS_LEFT_OUT}
    return {**clean(plain), **there}


def _user(request: HttpRequest) -> str:
    # Only if it was read already: asking now might find the database away, or a transaction that is broken.
    plain = request.__dict__.get("user")
    for user in (getattr(request, "_cached_user", None), getattr(request, "_acached_user", None), plain):
        if isinstance(user, AbstractBaseUser):
            return clean_text(str(getattr(user, "email", None) or f"user {user.pk}"), 254)
    teammate = trail.current().get("teammate")
    return f"teammate {teammate}" if teammate else ""


def body_of(request: HttpRequest) -> str:
    """Return what was sent, scrubbed and short, as far as it is in memory or can be read again; "" for nothing."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return ""
    kind = (request.content_type or "").lower()
    if kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return _form(request)
    raw = _raw(request)
    if not raw:
        return ""
    if "json" in kind and len(raw) <= LARGEST_BODY:
        try:
            return clean_json(json.loads(raw))
        except ValueError:
            pass
    if not ("json" in kind or kind.startswith("text/")):
        return f"{len(raw)} bytes of {kind[:80] or 'no stated type'}"
    # With room for what a cut would leave of a secret's end.
    return clean_text(raw[: 2 * LARGEST_BODY].decode("utf-8", "replace"))


def _form(request: HttpRequest) -> str:
    try:
        values = {name: found[0] if len(found) == 1 else found for name, found in request.POST.lists()}
        # One file a field is what a name is told of here.
        given: dict[str, Any] = request.FILES.dict()
        files = {name: f"[a file: {file.name}, {file.size} bytes]" for name, file in given.items()}
    except Exception:  # it was not sent to its end, or it was what the error is about
        return ""
    found = {**values, **files}
    return clean_json(found) if found else ""


def _raw(request: HttpRequest) -> bytes:
    body = getattr(request, "_body", None)
    if isinstance(body, bytes):
        return body
    stream: Any = getattr(request, "_stream", None)
    try:
        # A server's own buffer may be read again; a socket may not.
        if hasattr(stream, "seekable") and stream.seekable():
            place = stream.tell()
            stream.seek(0)
            found = stream.read(2 * LARGEST_BODY)
            stream.seek(place)
            return bytes(found)
    except (OSError, ValueError, AttributeError):
        pass
    return b""


def own_referrer(request: HttpRequest) -> str:
    """Return the path of the page of ours that led here; "" where none of ours did."""
    found = urlsplit(request.headers.get("Referer", "")[:2000])
    if not found.scheme or not found.netloc:
        return ""
    ours = {urlsplit(settings.PUBLIC_URL).netloc.lower(), _host(request)} - {""}
    return clean_text(found.path or "/", 500) if found.netloc.lower() in ours else ""


def _host(request: HttpRequest) -> str:
    try:
        return request.get_host().lower()
    except Exception:  # a host that is not allowed
        return ""
