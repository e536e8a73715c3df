"""Activity: what happened, newest first, and everything about one event."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from inbox.desk.activity import feed
from inbox.desk.activity.data import pairs_of
from inbox.desk.activity.sight import visible_deliveries, visible_events
from inbox.desk.activity.told import first_picture, told_of
from inbox.desk.activity.why import mine, reasons
from inbox.desk.settings.access import settings_view
from inbox.people.models import Teammate
from inbox.people.permissions import Permission
from notifications import queries, settling
from notifications.models import Event
from notifications.resending import ResendRefused
from notifications.resending import resend as send_again


@never_cache
@require_safe
@settings_view()
def index(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID | None = None) -> HttpResponse:
    """Show the feed, with an event opened if the address names one. htmx gets the event alone."""
    opened = get_object_or_404(_whole_events(teammate), public_id=public_id) if public_id else None
    context = _context(teammate) | (_event_context(teammate, opened) if opened else {})
    if opened and request.headers.get("HX-Request"):
        return render(request, "activity/_event.html", context)
    return render(request, "activity/index.html", context | _feed_context(request, teammate))


@never_cache
@require_safe
@settings_view()
def rows(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Return a page of the feed as a fragment: the newest, or those after `before`."""
    return render(request, "activity/_rows.html", _context(teammate) | _feed_context(request, teammate))


@require_POST
@settings_view(Permission.WRITE)
def acknowledge(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Settle an event by hand: what was told of it is taken back."""
    event = get_object_or_404(visible_events(teammate), public_id=public_id)
    settling.settle(event)
    return _event_again(request, teammate, public_id)


@require_POST
@settings_view(Permission.WRITE)
def resend(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Have one delivery sent again."""
    delivery = get_object_or_404(visible_deliveries(teammate).select_related("event"), public_id=public_id)
    try:
        send_again(delivery)
    except ResendRefused as refused:
        messages.error(request, str(refused))
    return _event_again(request, teammate, delivery.event.public_id)


def _event_again(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return redirect("activity-event", public_id=public_id)
    event = get_object_or_404(_whole_events(teammate), public_id=public_id)
    return render(request, "activity/_event.html", _context(teammate) | _event_context(teammate, event))


def _whole_events(teammate: Teammate) -> QuerySet[Event]:
    return visible_events(teammate).select_related("workspace", "settled_by")


def _context(teammate: Teammate) -> dict[str, Any]:
    return {
        "teammate": teammate,
        "workspace": teammate.workspace,
        "tab": "events",
        "may_act": teammate.may(Permission.WRITE),
        "may_manage": teammate.may(Permission.MANAGE_WORKSPACE),
    }


def _feed_context(request: HttpRequest, teammate: Teammate) -> dict[str, Any]:
    asked = feed.Asked.of(request.GET)
    before = request.GET.get("before", "")
    found, cursor = queries.page_of(asked.events(teammate), teammate.workspace_id, before)
    return {
        "asked": asked,
        "here": asked.query(),
        "lines": feed.lines(found),
        "older": asked.query(before=cursor) if cursor else "",
        "is_first_page": not before,
        "topics": [(key, words, asked.query(topic=key)) for key, words in feed.topics_for(teammate)],
        "all_topics": asked.query(topic=""),
        "times": feed.TIMES.items(),
        "states": feed.STATES.items(),
        "severities": ["warning", "error", "critical"],
    }


def _event_context(teammate: Teammate, event: Event) -> dict[str, Any]:
    deliveries = list(queries.deliveries_of(event))
    told = told_of(event, deliveries)
    return {
        "event": event,
        "tone": feed.tone_of(event),
        "told": told,
        "main": first_picture(told),
        "pairs": pairs_of(event.data),
        "reasons": reasons(event, deliveries, viewer=teammate),
        "earlier": queries.before_it(visible_events(teammate), event),
        "mine": mine(teammate, event, deliveries),
    }
