"""Errors as RFC 9457 problem documents with a stable `code`."""

from __future__ import annotations

import logging
import math
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from inbox.api.codes import TITLES
from inbox.contacts.errors import AttributeRefused, AttributesTooLarge, ExternalIdTaken
from inbox.conversations.actions import Refused
from inbox.conversations.text import TextRefused
from inbox.models import Contact, Conversation
from inbox.people.permissions import Forbidden

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

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
# How long a caller should leave a database that is away alone.
UNAVAILABLE_SECONDS = 5
_AGAIN = "The database is away for the moment. Send the same call again; with an Idempotency-Key it is not done twice."


class Problem(exceptions.APIException):
    """An error that says which of TITLES it is, and which fields of the call it is about, if any."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        status: int = 400,
        field: str | list[str] | None = None,
        headers: dict[str, str] | None = None,
        errors: list[dict[str, Any]] | None = None,
    ) -> None:
        super().__init__(detail, code)
        self.code = code
        self.status_code = status
        self.fields = [field] if isinstance(field, str) else field or []
        self.headers = headers or {}
        # Where each field has something else that is wrong with it.
        self.errors = errors or [{"field": name, "code": code, "detail": detail} for name in self.fields]


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the problem document for whatever a view raised. What nobody foresaw is logged and a plain 500."""
    error = foreseen(error) or _unforeseen(error, context)
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
    elif isinstance(error, Problem) and error.errors:
        problem["errors"] = error.errors
    set_rollback()
    return Response(problem, error.status_code, headers=_headers(error), content_type=MEDIA_TYPE)


def foreseen(error: Exception) -> exceptions.APIException | None:
    """Return the refusal that an error means to a caller; None for what nobody foresaw."""
    if isinstance(error, exceptions.APIException):
        return error
    if isinstance(error, ExternalIdTaken | AttributeRefused | AttributesTooLarge):
        return _unwritten(error)
    if isinstance(error, TextRefused):
        return Problem(error.code, error.detail, field="text")
    if isinstance(error, Refused):
        return Problem(error.code, error.detail, field=_REFUSED_FIELDS.get(error.code))
    # What was there when the call came in may be erased before it is worked.
    if isinstance(error, Http404 | Contact.DoesNotExist | Conversation.DoesNotExist):
        return exceptions.NotFound("Nothing is here, or it is not yours.")
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(error, Forbidden):
        return exceptions.PermissionDenied(error.detail)
    if isinstance(error, OperationalError | InterfaceError):
        return _unavailable(error)
    return None


def _unwritten(error: Exception) -> Problem:
    """Return why a profile could not be written."""
    if isinstance(error, ExternalIdTaken):
        return Problem("external_id_taken", str(error), status=409, field="external_id")
    if isinstance(error, AttributeRefused):
        return Problem("attribute_refused", str(error), field=f"attributes.{error.key}")
    return Problem("attributes_too_large", str(error), field="attributes")


def _unavailable(error: Exception) -> Problem:
    """Say of a database that is away, or that ended what we did (a failover, a deadlock), that trying again helps."""
    log.warning("an API call found the database away: %s", error)
    headers = {"Retry-After": str(UNAVAILABLE_SECONDS)}
    return Problem("unavailable", _AGAIN, status=503, headers=headers)


def _unforeseen(error: Exception, context: dict[str, Any]) -> Problem:
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
    if isinstance(error, exceptions.NotAuthenticated):
        return "Send a token: `Authorization: Bearer TOKEN`."
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
    headers = {**error.headers} if isinstance(error, Problem) else {}
    if challenge := getattr(error, "auth_header", None):
        # RFC 6750: a call without a token is told how to bring one, a call with a bad one what is wrong with it.
        wrong = isinstance(error, exceptions.AuthenticationFailed)
        headers["WWW-Authenticate"] = challenge + (', error="invalid_token"' if wrong else "")
    if isinstance(error, exceptions.Throttled):
        headers["Retry-After"] = str(_seconds(error))
    return headers
