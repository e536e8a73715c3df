"""Messages: what is sent to people by itself. Everybody reads them; whoever may write changes them."""

from __future__ import annotations

import uuid
from typing import Any

from csp.decorators import csp_update
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from inbox.desk.activity.sight import visible_deliveries, visible_events
from inbox.desk.messages.forms import MessageForm
from inbox.desk.messages.lines import Line
from inbox.desk.messages.lines import sent as sent_lines
from inbox.desk.settings.access import settings_view
from inbox.people.audit import Actor
from inbox.people.models import Teammate
from inbox.people.permissions import Permission, require
from notifications.automations import saving, tracking
from notifications.automations.figures import figures_of
from notifications.automations.trying import fitting
from notifications.automations.values import AutomationRefused, fresh, values_of
from notifications.models import Automation, Event
from notifications.queries import page_of
from notifications.registry import all_kinds
from notifications.words import Topic

RECENT = 20
# The preview of a letter is a document of its own, in a frame.
FRAMED = {"frame-src": ["'self'"]}


@never_cache
@require_safe
@settings_view()
def index(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """List the messages with how they are doing."""
    rows = list(saving.automations_of(teammate.workspace).order_by("pk"))
    figures = figures_of(rows)
    context = {
        **context_of(teammate),
        "lines": [Line.of(row, figures[row.pk]) for row in rows],
        "is_counted": tracking.is_on(teammate.workspace),
        "may_count": teammate.may(Permission.MANAGE_WORKSPACE),
    }
    return render(request, "messages/index.html", context)


@never_cache
@csp_update(FRAMED)
@settings_view(Permission.WRITE)
def new(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Write a message."""
    if request.method == "POST":
        return _save(request, teammate, None)
    return form_page(request, teammate, MessageForm.of(teammate.workspace, fresh()), None)


@never_cache
@csp_update(FRAMED)
@settings_view()
def page(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Show one message; POST changes it."""
    automation = automation_of(teammate, public_id)
    if request.method == "POST":
        return _save(request, teammate, automation)
    return form_page(request, teammate, MessageForm.of(teammate.workspace, values_of(automation)), automation)


@require_POST
@settings_view(Permission.WRITE)
def enabled(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Switch a message on or off."""
    on = request.POST.get("enabled") == "true"
    row = saving.switch(automation_of(teammate, public_id), on=on, by=Actor.of(request, teammate))
    messages.success(request, f"{row.rule.name} is switched {'on' if on else 'off'}.")
    return redirect("automations")


@require_POST
@settings_view(Permission.WRITE)
def delete(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Delete a message."""
    row = automation_of(teammate, public_id)
    saving.delete_automation(row, by=Actor.of(request, teammate))
    messages.success(request, f"{row.rule.name} is deleted. What it sent stays in Activity, under Deliveries.")
    return redirect("automations")


@never_cache
@require_safe
@settings_view()
def sent(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """List what a message sent, and what it did not, newest first."""
    automation = automation_of(teammate, public_id)
    before = request.GET.get("before", "")
    mine = visible_deliveries(teammate).filter(rule=automation.rule_id, automated__isnull=False)
    found, older = page_of(mine.select_related("event", "posting", "automated"), teammate.workspace_id, before)
    context = {
        **context_of(teammate, automation, "sent"),
        "line": Line.of(automation, figures_of([automation])[automation.pk]),
        "is_counted": tracking.is_on(teammate.workspace),
        "sent": sent_lines(found),
        "older": older,
    }
    return render(request, "messages/sent.html", context)


@require_POST
@settings_view(Permission.MANAGE_WORKSPACE)
def tracking_switch(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Count who opens letters and follows their links, or do not."""
    on = request.POST.get("on") == "true"
    tracking.switch(teammate.workspace, on=on, by=Actor.of(request, teammate))
    messages.success(request, f"Opens and clicks are {'counted from now on' if on else 'not counted any more'}.")
    return redirect("automations")


def _save(request: HttpRequest, teammate: Teammate, automation: Automation | None) -> HttpResponse:
    require(teammate, Permission.WRITE)
    form = MessageForm(teammate.workspace, request.POST)
    if form.is_valid():
        try:
            saved = saving.save_automation(
                teammate.workspace, form.values(), by=Actor.of(request, teammate), automation=automation
            )
        except AutomationRefused as refused:
            form.take(refused)
        else:
            messages.success(request, f"Saved as version {saved.version}.")
            return redirect("automation", public_id=saved.rule.public_id)
    return form_page(request, teammate, form, automation, status=422)


def form_page(
    request: HttpRequest, teammate: Teammate, form: MessageForm, automation: Automation | None, status: int = 200
) -> HttpResponse:
    """Answer with the editor."""
    context = {
        **context_of(teammate, automation, "write"),
        "form": form,
        "recent": recent(teammate, automation.rule.kinds if automation is not None else []),
        "known_kinds": [name for name, kind in all_kinds().items() if kind.topic != Topic.AUDIT],
    }
    return render(request, "messages/write.html", context, status=status)


def recent(teammate: Teammate, kinds: list[str]) -> list[Event]:
    """Return the last events of these kinds that a teammate may see."""
    events = visible_events(teammate).exclude(topic=Topic.AUDIT)
    return list(fitting(events, kinds).order_by("-id")[:RECENT]) if kinds else []


def automation_of(teammate: Teammate, public_id: Any) -> Automation:
    """Return a message of the teammate's workspace. 404 for another one's."""
    return get_object_or_404(saving.automations_of(teammate.workspace), rule__public_id=public_id)


def context_of(teammate: Teammate, automation: Automation | None = None, tab: str = "") -> dict[str, Any]:
    """Return what every page of Messages says."""
    if automation is not None:
        automation.workspace = teammate.workspace
    return {
        "teammate": teammate,
        "workspace": teammate.workspace,
        "automation": automation,
        "tab": tab,
        "may_write": teammate.may(Permission.WRITE),
    }
