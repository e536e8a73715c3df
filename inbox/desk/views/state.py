"""What a conversation is in: whose, which team's, how urgent, open or not. Each is a small thing with an address."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods

from inbox.conversations import actions
from inbox.conversations.sight import who_sees
from inbox.desk.access import desk_view
from inbox.desk.lists import views_of
from inbox.desk.views.thread import visible_or_404
from inbox.models import Conversation
from inbox.models.conversations import Priority, Status
from inbox.people.models import Teammate
from inbox.people.models.workspaces import Role

Change = Callable[[HttpRequest, Teammate, Conversation], HttpResponse | None]


def state_view(menu: str) -> Callable[[Change], Callable[..., HttpResponse]]:
    """GET returns the menu `menu`; POST runs the wrapped change and returns the conversation's new state."""

    def decorate(change: Change) -> Callable[..., HttpResponse]:
        @desk_view
        @require_http_methods(["GET", "POST"])
        @wraps(change)
        def view(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
            conversation = visible_or_404(teammate, public_id)
            if request.method == "GET" and menu == "status":
                return HttpResponseNotAllowed(["POST"])  # a button, not a menu
            if request.method == "GET":
                return render(request, f"desk/menus/{menu}.html", _choices(menu, teammate, conversation))
            if not teammate.may_write:
                return _refusal("A viewer reads only; ask an admin for another role.", 403)
            try:
                refusal = change(request, teammate, conversation)
            except actions.Refused as refused:
                refusal = _refusal(refused.detail, 422)
            if refusal is not None:
                return refusal
            return render(request, "desk/_state.html", {"conversation": _fresh(conversation), "teammate": teammate})

        return view

    return decorate


@state_view("assignee")
def assignee(request: HttpRequest, teammate: Teammate, conversation: Conversation) -> HttpResponse | None:
    """Give it to a teammate by handle, or to nobody ("")."""
    handle = request.POST.get("assignee", "")
    to = teammate.workspace.teammates.active().select_related("user").filter(handle=handle).first() if handle else None
    if handle and to is None:
        return _refusal(f"@{handle[:40]} is not a teammate here.", 422)
    actions.assign(conversation, to, by=teammate)
    return None


@state_view("team")
def team(request: HttpRequest, teammate: Teammate, conversation: Conversation) -> HttpResponse | None:
    """Move it to a team by handle, or out of any ("")."""
    handle = request.POST.get("team", "")
    teams = {view.team.handle: view.team for view in views_of(teammate) if view.team is not None}
    if handle and handle not in teams:
        return _refusal("This team is not known here.", 422)
    actions.move(conversation, teams.get(handle), by=teammate)
    return None


@state_view("priority")
def priority(request: HttpRequest, teammate: Teammate, conversation: Conversation) -> HttpResponse | None:
    """Set how urgent it is, by name."""
    wanted = {choice.label: choice for choice in Priority}.get(request.POST.get("priority", ""))
    if wanted is None:
        return _refusal("Choose low, normal, high or urgent.", 422)
    actions.prioritise(conversation, wanted, by=teammate)
    return None


@state_view("snooze")
def snooze(request: HttpRequest, teammate: Teammate, conversation: Conversation) -> HttpResponse | None:
    """Put it aside until a local time ("2026-12-01T09:00"), in the teammate's own zone."""
    try:
        moment = parse_datetime(request.POST.get("until", ""))
        zone = ZoneInfo(teammate.user.timezone)
    except (ValueError, KeyError):
        moment = None
    if moment is None:
        return _refusal("Write the time as 2026-12-01T09:00.", 422)
    actions.snooze(conversation, moment if moment.tzinfo else moment.replace(tzinfo=zone), by=teammate)
    return None


@state_view("status")
def status(request: HttpRequest, teammate: Teammate, conversation: Conversation) -> HttpResponse | None:
    """Close it, or open it again."""
    match request.POST.get("status"):
        case Status.CLOSED:
            actions.close(conversation, by=teammate)
        case Status.OPEN:
            actions.reopen(conversation, by=teammate)
        case _:
            return _refusal("Choose open or closed.", 422)
    return None


def snooze_choices(zone: ZoneInfo, now: datetime | None = None) -> list[tuple[str, datetime]]:
    """Return (words, aware moment) for the usual snoozes, in local time: mornings are at nine."""
    here = (now or timezone.now()).astimezone(zone)
    nine = here.replace(hour=9, minute=0, second=0, microsecond=0)
    tomorrow, monday = nine + timedelta(days=1), nine + timedelta(days=7 - here.weekday())
    later = (here + timedelta(hours=3)).replace(second=0, microsecond=0)
    choices = [("In three hours", later), ("Tomorrow", tomorrow), ("Monday", monday)]
    return choices if monday != tomorrow else choices[:-1]


def _choices(menu: str, teammate: Teammate, conversation: Conversation) -> dict[str, Any]:
    context: dict[str, Any] = {"conversation": conversation, "teammate": teammate}
    match menu:
        case "assignee":
            context["mates"] = _who_may_see(teammate, conversation)
        case "team":
            context["teams"] = [view.team for view in views_of(teammate) if view.team is not None]
        case "priority":
            context["priorities"] = [choice.label for choice in reversed(Priority)]
        case "snooze":
            context["choices"] = snooze_choices(ZoneInfo(teammate.user.timezone))
    return context


def _who_may_see(teammate: Teammate, conversation: Conversation) -> list[Teammate]:
    mates = who_sees(conversation).exclude(role=Role.VIEWER).select_related("user")
    return sorted(mates, key=lambda mate: (mate.pk != teammate.pk, mate.name.casefold()))


def _fresh(conversation: Conversation) -> Conversation:
    return Conversation.objects.for_list().get(pk=conversation.pk)


def _refusal(detail: str, status: int) -> HttpResponse:
    return HttpResponse(detail, status=status, content_type="text/plain; charset=utf-8")
