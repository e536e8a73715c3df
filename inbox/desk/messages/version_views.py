"""The versions of a message: who saved what when, and going back."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from inbox.desk.activity.forms import span
from inbox.desk.messages.forms import MessageForm
from inbox.desk.messages.views import automation_of, context_of
from inbox.desk.settings.access import settings_view
from inbox.desk.settings.keys.wordings import in_words
from inbox.people.audit import Actor
from inbox.people.models import Teammate
from inbox.people.permissions import Permission
from notifications.automations import saving, tracking
from notifications.automations.figures import Figures, by_version
from notifications.automations.saving import version_values
from notifications.automations.values import FIELDS, AutomationRefused
from notifications.models import AutomationVersion

MOST = 100
_SPANS = ("delay_seconds", "most_seconds")
_LABELS = {
    "kinds": "Sent on",
    "condition": "If",
    "quiet": "Quiet hours",
    "quiet_zone": "By whose clock",
    "most_seconds": "At most within",
    "audience": "To",
    "channel": "By",
}


@never_cache
@require_safe
@settings_view()
def index(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """List the newest versions with how each did."""
    automation = automation_of(teammate, public_id)
    figures = by_version(automation)
    rows = AutomationVersion.objects.filter(automation=automation).order_by("-number")[:MOST]
    context = {
        **context_of(teammate, automation, "versions"),
        "versions": [(row, figures.get(row.number, Figures())) for row in rows],
        "is_counted": tracking.is_on(teammate.workspace),
    }
    return render(request, "messages/versions.html", context)


@never_cache
@require_safe
@settings_view()
def page(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID, number: int) -> HttpResponse:
    """Show one version as it was."""
    automation = automation_of(teammate, public_id)
    version = get_object_or_404(AutomationVersion, automation=automation, number=number)
    values = version_values(version)
    said = [
        (_label(name), span(value) if name in _SPANS else in_words(value))
        for name in FIELDS
        if (value := values.get(name)) and name not in ("subject", "body")
    ]
    context = {**context_of(teammate, automation, "versions"), "version": version, "said": said}
    return render(request, "messages/version.html", context)


def _label(name: str) -> str:
    """Return what the editor calls a field, so that it stands by itself."""
    return _LABELS.get(name) or str(MessageForm.base_fields[name].label or name.replace("_", " ")).capitalize()


@require_POST
@settings_view(Permission.WRITE)
def restore(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID, number: int) -> HttpResponse:
    """Go back to a version: it becomes the newest one."""
    automation = automation_of(teammate, public_id)
    automation.workspace = teammate.workspace
    try:
        made = saving.restore(automation, number, by=Actor.of(request, teammate))
    except AutomationVersion.DoesNotExist:
        raise Http404 from None
    except AutomationRefused as refused:
        messages.error(request, f"It cannot go back to version {number} as it is. {refused}")
        return redirect("automation-version", public_id=public_id, number=number)
    messages.success(request, f"It says again what it said in version {number}. That is version {made.version} now.")
    return redirect("automation", public_id=public_id)
