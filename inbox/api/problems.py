"""Errors as RFC 9457 problem documents with a stable `code`."""

from __future__ import annotations

import logging
import math
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.signals import got_request_exception
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from inbox.contacts.errors import AttributesTooLarge, ExternalIdTaken
from inbox.conversations.actions import Refused
from inbox.conversations.text import TextRefused

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

# Every code, with its title. They are stable: callers' programs hold on to them.
TITLES = {
    "invalid": "Some fields cannot be accepted",
    "bad_json": "The body is not acceptable JSON",
    "invalid_cursor": "The cursor is not one of ours",
    "external_id_mismatch": "The external id in the body is not the one in the address",
    "attributes_too_large": "The attributes hold more than 64 KB",
    "empty_text": "The text is empty",
    "text_too_long": "The text is too long",
    "control_characters": "The text holds control characters",
    "author_unknown": "The author is not a teammate here",
    "author_cannot_see": "The author may not see this conversation",
    "author_cannot_write": "The author may only look",
    "assignee_unknown": "The assignee is not a teammate here",
    "assignee_cannot_see": "The assignee may not see this conversation",
    "team_unknown": "There is no such team",
    "snooze_in_the_past": "The end of the snooze has passed",
    "snoozed_until_missing": "Snoozing needs an end",
    "snoozed_until_unexpected": "Only a snoozed conversation has an end of its snooze",
    "not_authenticated": "A token is needed",
    "authentication_failed": "The token is not valid",
    "read_only": "The token may only read",
    "permission_denied": "The token may not do this",
    "not_found": "Nothing is here",
    "contact_not_found": "There is no such contact",
    "method_not_allowed": "The method is not one of this address",
    "not_acceptable": "No acceptable form of the answer",
    "external_id_taken": "The external id belongs to another",
    "too_large": "The body is too large",
    "unsupported_media_type": "The body is not JSON",
    "rate_limited": "Too many calls",
    "internal_error": "Something went wrong on our side",
}

_CODES = {
    exceptions.ValidationError: "invalid",
    exceptions.ParseError: "bad_json",
    exceptions.NotFound: "not_found",
    exceptions.MethodNotAllowed: "method_not_allowed",
    exceptions.NotAcceptable: "not_acceptable",
    exceptions.UnsupportedMediaType: "unsupported_media_type",
    exceptions.Throttled: "rate_limited",
    exceptions.NotAuthenticated: "not_authenticated",
    exceptions.AuthenticationFailed: "authentication_failed",
}
_REFUSED_FIELDS = {"snooze_in_the_past": "snoozed_until", "assignee_cannot_see": "assignee"}


class Problem(exceptions.APIException):
    """An error that says which of TITLES it is, and which field of the body it is about, if any."""

    def __init__(self, code: str, detail: str, *, status: int = 400, field: str | None = None) -> None:
        super().__init__(detail, code)
        self.code = code
        self.status_code = status
        self.field = field


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the problem document for whatever a view raised. What nobody foresaw is logged and a plain 500."""
    error = _as_api_exception(error, context)
    code = _code(error)
    problem: dict[str, Any] = {
        "type": f"/api/v1/docs/#{code}",
        "title": TITLES.get(code, HTTPStatus(error.status_code).phrase),
        "status": error.status_code,
        "detail": _detail(error),
        "code": code,
    }
    if isinstance(error, exceptions.ValidationError):
        problem["errors"] = _flat(error.detail)
    elif isinstance(error, Problem) and error.field:
        problem["errors"] = [{"field": error.field, "code": code, "detail": str(error.detail)}]
    set_rollback()
    return Response(problem, error.status_code, headers=_headers(error), content_type=MEDIA_TYPE)


def _as_api_exception(error: Exception, context: dict[str, Any]) -> exceptions.APIException:
    if isinstance(error, exceptions.APIException):
        return error
    if isinstance(error, ExternalIdTaken):
        return Problem("external_id_taken", str(error), status=409, field="external_id")
    if isinstance(error, AttributesTooLarge):
        return Problem("attributes_too_large", str(error), field="attributes")
    if isinstance(error, TextRefused):
        return Problem(error.code, error.detail, field="text")
    if isinstance(error, Refused):
        return Problem(error.code, error.detail, field=_REFUSED_FIELDS.get(error.code))
    if isinstance(error, Http404):
        return exceptions.NotFound("Nothing is here, or it is not yours.")
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    request = context.get("request")
    log.exception("an API call failed", exc_info=error)
    got_request_exception.send(sender=problem_response, request=getattr(request, "_request", None))
    return Problem("internal_error", "The error was logged. Try again later.", status=500)


def _code(error: exceptions.APIException) -> str:
    if isinstance(error, Problem):
        return error.code
    code = _CODES.get(type(error)) or error.get_codes()
    return code if isinstance(code, str) else error.default_code


def _detail(error: exceptions.APIException) -> str:
    if isinstance(error, exceptions.ValidationError):
        first = _flat(error.detail)[0]
        return f"{first['field']}: {first['detail']}" if first["field"] else first["detail"]
    if isinstance(error, exceptions.Throttled):
        return f"Too many calls; try again in {_seconds(error)} seconds."
    return str(error.detail)


def _flat(detail: Any, field: str = "") -> list[dict[str, Any]]:
    """Return a validation error's tree as a list, each with its field's dotted name (null: the whole body)."""
    if isinstance(detail, dict):
        names = {key: "" if key == "non_field_errors" else str(key) for key in detail}
        return [
            error
            for key, value in detail.items()
            for error in _flat(value, ".".join(filter(None, (field, names[key]))))
        ]
    if isinstance(detail, list):
        return [error for value in detail for error in _flat(value, field)]
    return [{"field": field or None, "code": getattr(detail, "code", "invalid"), "detail": str(detail)}]


def _seconds(error: exceptions.Throttled) -> int:
    return math.ceil(getattr(error, "wait", None) or 1)


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if isinstance(error, exceptions.Throttled):
        headers["Retry-After"] = str(_seconds(error))
    return headers
