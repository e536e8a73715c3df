"""Events that a page tracks: `Frontdesk("track", name, data)`.

The key is public, so all of this is anyone's word: few kinds, little data, not often, and no title or link of its own.
"""

from __future__ import annotations

import io
import json
from typing import Any, ClassVar

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from pydantic import ValidationError
from rest_framework.exceptions import APIException

from inbox.api.parsing import StrictJSONParser
from inbox.api.throttling import WindowThrottle
from inbox.events import who_of, who_of_account
from inbox.models import Visitor
from inbox.people.models import Workspace
from inbox.widget.answers import open_to_all, problem
from inbox.widget.forms import TrackRequest
from inbox.widget.session import origin_allowed, visitor_of
from notifications.events import track as track_event
from notifications.kind import Kind
from notifications.kinds.custom import NAME, PREFIX, Custom
from notifications.registry import UnknownKind, kind_of

LARGEST_DATA = 4 * 1024
# JSON may spell a letter in six bytes.
MAX_BODY = 32 * 1024


class AddressThrottle(WindowThrottle):
    """By address: an office shares one."""

    scope = "widget_events_address"

    def who(self, request: Any) -> str | None:
        """Return the address."""
        return self.get_ident(request)


class VisitorThrottle(WindowThrottle):
    """By browser."""

    scope = "widget_events_visitor"

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    def who(self, request: Any) -> str | None:
        """Return the visitor's key."""
        return str(self.visitor.pk)


class OfPage(Custom):
    """A workspace's own kind from a page. Its wording is the kind's name: what the data say of it is not believed."""

    by_page: ClassVar[bool] = True

    def _said(self, key: str) -> str:
        return ""


@csrf_exempt
@require_http_methods(["POST", "OPTIONS"])
def events(request: HttpRequest) -> HttpResponse:
    """Track an event of a page and answer 202, which says nothing of who is told."""
    if request.method == "OPTIONS":
        return open_to_all(HttpResponse(status=204))
    return open_to_all(_events(request))


def _events(request: HttpRequest) -> HttpResponse:
    try:
        _not_too_often(AddressThrottle(), request)
        asked = _asked(request)
        workspace = _workspace(asked.key, request)
        visitor = _visitor(workspace, asked.visitor)
        if visitor is not None:
            _not_too_often(VisitorThrottle(visitor), request)
        event = event_of_page(asked.name, asked.data)
    except _Refused as refused:
        return refused.answer
    except UnknownKind:
        return problem(400, "unknown_kind", "A page tracks feedback.given and kinds of your own: user.cart_emptied.")
    except ValidationError as error:
        return problem(400, "data_invalid", f"data.{_first(error)}")
    with transaction.atomic():
        # Held until the event is written: whoever erases them finds it, or came before.
        held = Visitor.objects.select_for_update(no_key=True, of=("self",)).select_related("contact__account")
        visitor = held.filter(pk=visitor.pk).first() if visitor is not None else None
        contact = visitor.contact if visitor is not None else None
        track_event(
            event,
            workspace=workspace,
            contact=who_of(contact) if contact else None,
            account=who_of_account(contact.person.account) if contact else None,
        )
    return JsonResponse({}, status=202)


class _Refused(Exception):
    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.answer = problem(status, code, detail)


def _asked(request: HttpRequest) -> TrackRequest:
    if len(request.body) > MAX_BODY:
        raise _Refused(413, "too_large", f"An event's request holds {MAX_BODY // 1024} KiB at most.")
    try:
        asked = TrackRequest.model_validate(StrictJSONParser().parse(io.BytesIO(request.body)))
    except APIException as error:
        raise _Refused(400, "bad_json", str(error.detail)) from error
    except ValidationError as error:
        raise _Refused(400, "bad_request", _first(error)) from error
    if len(json.dumps(asked.data, ensure_ascii=False).encode()) > LARGEST_DATA:
        raise _Refused(413, "data_too_large", f"The data of an event from a page hold {LARGEST_DATA // 1024} KiB.")
    return asked


def _workspace(key: str, request: HttpRequest) -> Workspace:
    workspace = Workspace.objects.filter(widget_key=key).first()
    if workspace is None:
        raise _Refused(404, "unknown_key", "No workspace has this widget key; copy the snippet again.")
    if not origin_allowed(workspace, request.headers.get("Origin")):
        raise _Refused(403, "origin_not_allowed", "This site is not among those that may carry the widget.")
    return workspace


def _visitor(workspace: Workspace, token: str | None) -> Visitor | None:
    """Return whose token this is. One that is not known here is nobody's: the event counts all the same."""
    visitor = visitor_of(token) if token else None
    return visitor if visitor is not None and visitor.workspace_id == workspace.pk else None


def event_of_page(name: str, data: dict[str, Any]) -> Kind:
    """Return the event of a kind that pages may track. Raises UnknownKind, and ValidationError for other data."""
    if name.startswith(PREFIX) and NAME.fullmatch(name):
        return OfPage(own_name=name, data=data)
    kind = kind_of(name)
    if not kind.by_page or kind is Custom:
        raise UnknownKind(name)
    return kind.model_validate(data)


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}."


def _not_too_often(throttle: WindowThrottle, request: Any) -> None:
    if not throttle.allow_request(request, None):
        refused = _Refused(429, "rate_limited", "Too many events; wait and try again.")
        refused.answer["Retry-After"] = str(int(throttle.wait() or 1) + 1)
        raise refused
