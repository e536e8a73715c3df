"""What the widget asks over HTTP: its loader, its session, and the sample page that carries it."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import find
from django.db import DatabaseError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_http_methods
from pydantic import ValidationError

from inbox.api.throttling import SessionThrottle
from inbox.models import Conversation, Message, Visitor
from inbox.people.models import Teammate, Workspace
from inbox.people.models.workspaces import Availability
from inbox.people.origins import origin_of
from inbox.people.staticfiles import lighter
from inbox.people.templatetags.people import hue, initials
from inbox.widget.answers import open_to_all, problem
from inbox.widget.expectation import answers_now, expected_reply
from inbox.widget.forms import SessionRequest
from inbox.widget.session import (
    SessionRefused,
    current_conversation,
    note_page,
    open_session,
    origin_allowed,
    saw_widget,
)

MAX_BODY = 32 * 1024


@lru_cache(maxsize=1)
def _loader_source() -> str:
    path = find("widget/loader.js")
    assert isinstance(path, str)
    return lighter(Path(path).read_text(encoding="utf-8")).replace("__PANEL_URL__", static("widget/panel.js"))


@gzip_page
@cache_control(public=True, max_age=60, stale_while_revalidate=86400)
@conditional_page
def loader(request: HttpRequest) -> HttpResponse:
    """Serve the script that customers' pages carry. It names the panel by its hashed file, so both change together.

    With `?key=` it brings the workspace's colour and side along, so that the launcher is right at once.
    """
    if settings.DEBUG:
        _loader_source.cache_clear()
    source = _loader_source().replace('"__LOOK__"', json.dumps(_look(request), separators=(",", ":")))
    response = HttpResponse(source, content_type="text/javascript; charset=utf-8")
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _look(request: HttpRequest) -> dict[str, str]:
    """Return what the launcher needs to look right, and note the page that asks; {} where the key says nothing."""
    key = request.GET.get("key", "")
    if not key or "\x00" in key:
        return {}
    try:
        columns = ("accent", "widget_side", "widget_origins", "widget_seen_at")
        known = Workspace.objects.only(*columns).filter(widget_key=key).first()
        if known is None:
            return {}
        page = request.headers.get("Referer", "")
        if page and origin_allowed(known, origin_of(page)):
            saw_widget(known, None, page)
    except DatabaseError:  # the launcher stands on every page of the customer's, whatever happens to ours
        return {}
    return {"accent": known.accent, "side": known.widget_side}


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
        return open_to_all(HttpResponse(status=204))
    return open_to_all(_session(request))


def _session(request: HttpRequest) -> HttpResponse:
    throttle = SessionThrottle()
    if not throttle.allow_request(request, None):  # type: ignore[arg-type]
        answer = problem(429, "rate_limited", "Too many sessions from this address; wait and try again.")
        answer["Retry-After"] = str(int(throttle.wait() or 1) + 1)
        return answer
    if len(request.body) > MAX_BODY:
        return problem(413, "too_large", f"A session request holds {MAX_BODY // 1024} KiB at most.")
    try:
        asked = SessionRequest.model_validate_json(request.body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        if first["type"] == "json_invalid":
            return problem(400, "bad_json", "The body is one JSON object.")
        where = ".".join(str(part) for part in first["loc"])
        return problem(400, "bad_request", f"{where}: {first['msg']}.")
    workspace = None if "\x00" in asked.key else Workspace.objects.filter(widget_key=asked.key).first()
    if workspace is None:
        return problem(404, "unknown_key", "No workspace has this widget key; copy the snippet again.")
    if not origin_allowed(workspace, request.headers.get("Origin")):
        return problem(403, "origin_not_allowed", "This site is not among those that may carry the widget.")
    try:
        user = asked.user.model_dump(exclude_none=True) if asked.user else None
        visitor, token = open_session(workspace, asked.visitor, user)
    except SessionRefused as refused:
        return problem(refused.status, refused.code, refused.detail)
    note_page(visitor, asked.page.model_dump() if asked.page else {}, request.headers.get("User-Agent", ""))
    saw_widget(workspace, request.headers.get("Origin"), asked.page.url if asked.page else "")
    return JsonResponse(_answer(workspace, visitor, token))


def _answer(workspace: Workspace, visitor: Visitor, token: str) -> dict[str, Any]:
    conversation = current_conversation(visitor)
    return {
        "visitor": token,
        "conversation": _conversation(conversation) if conversation else None,
        "expected_reply": expected_reply(workspace),
        # A browser's own clock may be wrong by a day; what the widget shows as "Today" follows this one.
        "now": timezone.now().isoformat(),
        "workspace": looks_of(workspace),
    }


def looks_of(workspace: Workspace) -> dict[str, Any]:
    """Return what a widget shows of the workspace and of who is there now."""
    team = (
        Teammate.objects.active()
        .filter(workspace=workspace)
        .exclude(role="viewer")
        .select_related("user")
        .order_by("id")
    )
    available = [teammate for teammate in team if teammate.availability == Availability.AVAILABLE]
    return {
        "name": workspace.name,
        "accent": workspace.accent,
        "title": workspace.widget_title,
        "side": workspace.widget_side,
        "greeting": workspace.greeting,
        "online": bool(available) and answers_now(workspace),
        "teammates": [
            {"name": mate.name, "initials": initials(mate.name), "hue": hue(mate.name)} for mate in available[:3]
        ],
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
