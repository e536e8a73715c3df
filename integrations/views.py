"""Settings → Connections."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from inbox.desk.settings.access import settings_view
from inbox.people.audit import Actor
from inbox.people.models import Teammate
from inbox.people.permissions import Permission
from integrations.cards import cards_of
from integrations.configs import CONFIGS, ConnectionRefused
from integrations.connections import change_connection, remove_connection
from integrations.forms import ConnectionForm
from integrations.models import Integration
from integrations.trying import TrialFailed, trials, try_connection


@never_cache
@require_safe
@settings_view(Permission.MANAGE_KEYS)
def connections(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Show what is connected."""
    return _page(request, teammate)


@require_POST
@settings_view(Permission.MANAGE_KEYS)
def connect(request: HttpRequest, teammate: Teammate, integration: str) -> HttpResponse:
    """Set an integration's keys; an empty input keeps what was set."""
    label = _known(integration).label
    form = ConnectionForm(request.POST, config=CONFIGS[integration])
    if form.is_valid():
        try:
            by = Actor.of(request, teammate)
            change_connection(teammate.workspace, integration, form.cleaned_data, by=by)
        except ConnectionRefused as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"{label} is connected. What you gave is encrypted, and never shown again.")
            return redirect("settings-connections")
    return _page(request, teammate, form, status=422)


@require_POST
@settings_view(Permission.MANAGE_KEYS)
def disconnect(request: HttpRequest, teammate: Teammate, integration: str) -> HttpResponse:
    """Forget an integration's keys."""
    label = _known(integration).label
    if remove_connection(teammate.workspace, integration, by=Actor.of(request, teammate)):
        messages.success(request, f"{label} is not connected any more, and its keys are gone from here.")
    return redirect("settings-connections")


@require_POST
@settings_view(Permission.MANAGE_KEYS)
def try_out(request: HttpRequest, teammate: Teammate, integration: str) -> HttpResponse:
    """Ask the other side whether what is set works, and say what it said."""
    known = _known(integration)
    if known not in trials():
        raise Http404
    try:
        messages.success(request, f"{known.label} answers. {try_connection(teammate.workspace, known)}")
    except TrialFailed as failed:
        messages.error(request, f"{known.label} does not work. {failed}")
    return redirect("settings-connections")


def _known(integration: str) -> Integration:
    if integration not in CONFIGS:
        raise Http404
    return Integration(integration)


def _page(
    request: HttpRequest, teammate: Teammate, form: ConnectionForm | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "teammate": teammate,
        "workspace": teammate.workspace,
        "cards": cards_of(request, teammate.workspace, form),
    }
    return render(request, "integrations/connections.html", context, status=status)
