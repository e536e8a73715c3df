"""What the widget's addresses answer alike: refusals, and the leave for any site to read the answer."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse


def problem(status: int, code: str, detail: str) -> JsonResponse:
    """Return a problem document (RFC 9457)."""
    body = {"type": "about:blank", "title": detail.split(";")[0], "status": status, "code": code, "detail": detail}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def open_to_all(response: HttpResponse) -> HttpResponse:
    """Let any site's page read an answer. No cookie is ever asked for, so it is nobody's in particular."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Methods"] = "POST"
    response["Access-Control-Allow-Headers"] = "Content-Type"
    response["Access-Control-Max-Age"] = "86400"
    return response
