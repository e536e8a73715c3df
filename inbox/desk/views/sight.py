"""Who sees a conversation and who follows it: guests are let in for a time, and one follows it or not."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST

from inbox.conversations import follows, guests
from inbox.conversations.actions import Refused
from inbox.desk.access import desk_view
from inbox.desk.seeing import access_context, follow_context
from inbox.desk.views.thread import visible_or_404
from inbox.models import Conversation
from inbox.people.audit import Actor
from inbox.people.models import Teammate
from inbox.people.permissions import Forbidden

HOUR = timedelta(hours=1)


@desk_view
@require_http_methods(["GET", "POST"])
def access(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Return who sees this conversation besides its team, or let the teammate with `handle` see it for `hours`."""
    conversation = visible_or_404(teammate, public_id)
    if request.method == "POST":
        if not teammate.may_write:
            return _refusal("A viewer reads only; ask an admin for another role.", 403)
        handle = request.POST.get("handle", "").removeprefix("@").lower()
        to = teammate.workspace.teammates.active().select_related("user").filter(handle=handle[:40]).first()
        hours = _hours(request.POST.get("hours", "24"))
        if to is None:
            return _refusal(f"@{handle[:40]} is not a teammate here.", 422)
        if hours is None:
            return _refusal("Say for how many hours: a whole number from 1 to 720.", 422)
        try:
            guests.give(conversation, to, by=Actor.of(request, teammate), lasts=hours * HOUR)
        except Forbidden as forbidden:
            return _refusal(forbidden.detail, 403)
        except Refused as refused:
            return _refusal(refused.detail, 422)
    return _access(request, teammate, conversation)


@desk_view
@require_POST
def end_access(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID, access: uuid.UUID) -> HttpResponse:
    """End a guest's access. The guest too may do that; they see nothing of it then, and get an empty answer."""
    conversation = visible_or_404(teammate, public_id)
    found = get_object_or_404(conversation.guests.select_related("conversation", "teammate__user"), public_id=access)
    try:
        guests.end(found, by=Actor.of(request, teammate))
    except Refused as refused:
        return _refusal(refused.detail, 403)
    if not Conversation.objects.visible_to(teammate).filter(pk=conversation.pk).exists():
        return HttpResponse(status=204)
    return _access(request, teammate, conversation)


@desk_view
@require_http_methods(["GET", "POST"])
def follow(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Return whether one follows a conversation, as a button; POST `follow` ("yes" or "no") chooses."""
    conversation = visible_or_404(teammate, public_id)
    if request.method == "POST":
        if request.POST.get("follow") not in ("yes", "no"):
            return _refusal("Choose yes or no.", 422)
        follows.choose(conversation, teammate, request.POST["follow"] == "yes")
    return render(request, "desk/_follow.html", follow_context(conversation, teammate))


def _access(request: HttpRequest, teammate: Teammate, conversation: Conversation) -> HttpResponse:
    context = {"conversation": conversation, "teammate": teammate, **access_context(conversation, teammate)}
    return render(request, "desk/_access.html", context)


def _hours(value: str) -> int | None:
    hours = int(value) if value.isascii() and value.isdigit() and len(value) < 5 else 0
    return hours if 1 <= hours <= guests.LONGEST // HOUR else None


def _refusal(detail: str, status: int) -> HttpResponse:
    return HttpResponse(detail, status=status, content_type="text/plain; charset=utf-8")
