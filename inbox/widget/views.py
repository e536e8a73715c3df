"""What the widget asks over HTTP: its loader, its session, and the sample page that carries it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import find
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods
from pydantic import ValidationError

from inbox.api.throttling import SessionThrottle
from inbox.models import Conversation, Message, Visitor
from inbox.people.models import Teammate, Workspace
from inbox.people.models.workspaces import Availability
from inbox.people.staticfiles import lighter
from inbox.people.templatetags.people import hue, initials
from inbox.widget.expectation import expected_reply
from inbox.widget.forms import SessionRequest
from inbox.widget.session import SessionRefused, current_conversation, note_page, open_session, origin_allowed

MAX_BODY = 32 * 1024


@lru_cache(maxsize=1)
def _loader_source() -> str:
    path = find("widget/loader.js")
    assert isinstance(path, str)
    return lighter(Path(path).read_text(encoding="utf-8")).replace("__PANEL_URL__", static("widget/panel.js"))


@gzip_page
@cache_control(public=True, max_age=600)
def loader(request: HttpRequest) -> HttpResponse:
    """Serve the script that customers' pages carry. It names the panel by its hashed file, so both change together."""
    if settings.DEBUG:
        _loader_source.cache_clear()
    response = HttpResponse(_loader_source(), content_type="text/javascript; charset=utf-8")
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def demo(request: HttpRequest) -> HttpResponse:
    """Show a sample shop with the demo workspace's widget on it."""
    workspace = get_object_or_404(Workspace, slug="demo")
    page = "cart" if request.GET.get("page") == "cart" else "home"
    return render(request, "widget/demo.html", {"widget_key": workspace.widget_key, "page": page})


@csrf_exempt
@require_http_methods(["POST", "OPTIONS"])
def session(request: HttpRequest) -> HttpResponse:
    """Open or resume a visitor's session. It uses no cookie, so any site may ask; the workspace's list decides."""
    if request.method == "OPTIONS":
        return _cors(request, HttpResponse(status=204))
    return _cors(request, _session(request))


def _session(request: HttpRequest) -> HttpResponse:
    throttle = SessionThrottle()
    if not throttle.allow_request(request, None):  # type: ignore[arg-type]
        answer = _problem(429, "rate_limited", "Too many sessions from this address; wait and try again.")
        answer["Retry-After"] = str(int(throttle.wait() or 1) + 1)
        return answer
    if len(request.body) > MAX_BODY:
        return _problem(413, "too_large", f"A session request holds {MAX_BODY // 1024} KiB at most.")
    try:
        asked = SessionRequest.model_validate_json(request.body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        if first["type"] == "json_invalid":
            return _problem(400, "bad_json", "The body is one JSON object.")
        where = ".".join(str(part) for part in first["loc"])
        return _problem(400, "bad_request", f"{where}: {first['msg']}.")
    workspace = None if "\x00" in asked.key else Workspace.objects.filter(widget_key=asked.key).first()
    if workspace is None:
        return _problem(404, "unknown_key", "No workspace has this widget key; copy the snippet again.")
    if not origin_allowed(workspace, request.headers.get("Origin")):
        return _problem(403, "origin_not_allowed", "This site is not among those that may carry the widget.")
    try:
        user = asked.user.model_dump(exclude_none=True) if asked.user else None
        visitor, token = open_session(workspace, asked.visitor, user)
    except SessionRefused as refused:
        return _problem(refused.status, refused.code, refused.detail)
    note_page(visitor, asked.page.model_dump() if asked.page else {}, request.headers.get("User-Agent", ""))
    return JsonResponse(_answer(workspace, visitor, token))


def _answer(workspace: Workspace, visitor: Visitor, token: str) -> dict[str, Any]:
    conversation = current_conversation(visitor)
    team = Teammate.objects.filter(workspace=workspace).exclude(role="viewer").select_related("user").order_by("id")
    available = [teammate for teammate in team if teammate.availability == Availability.AVAILABLE]
    return {
        "visitor": token,
        "conversation": _conversation(conversation) if conversation else None,
        "expected_reply": expected_reply(workspace),
        "workspace": {
            "name": workspace.name,
            "accent": workspace.accent,
            "greeting": workspace.greeting,
            "online": bool(available),
            "teammates": [
                {"name": mate.name, "initials": initials(mate.name), "hue": hue(mate.name)} for mate in available[:3]
            ],
        },
    }


def _conversation(conversation: Conversation) -> dict[str, Any]:
    unread = Message.objects.filter(
        Q(author_kind="teammate") | Q(author_kind="system"),
        conversation=conversation,
        public_seq__gt=conversation.contact_read_seq,
    )
    return {
        "id": str(conversation.public_id),
        "number": conversation.number,
        "status": conversation.status,
        "last_seq": conversation.last_public_seq,
        "read_seq": conversation.contact_read_seq,
        "teammate_read_seq": conversation.teammate_read_seq,
        "unread": unread[:100].count(),
    }


def _problem(status: int, code: str, detail: str) -> JsonResponse:
    body = {"type": "about:blank", "title": detail.split(";")[0], "status": status, "code": code, "detail": detail}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def _cors(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Methods"] = "POST"
    response["Access-Control-Allow-Headers"] = "Content-Type"
    response["Access-Control-Max-Age"] = "86400"
    return response
