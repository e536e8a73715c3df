"""Settings → Identity secret: shown on purpose only, made anew without turning a visitor away."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from inbox.desk.settings.access import settings_view
from inbox.desk.settings.house.signing import SAMPLES
from inbox.people.audit import Actor
from inbox.people.house import HouseRefused, retire_identity_secret, rotate_identity_secret, show_identity_secret
from inbox.people.models import Teammate
from inbox.people.permissions import Permission


@require_GET
@settings_view(Permission.MANAGE_KEYS)
def identity(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Show what the secret is for and how it stands, without the secret."""
    return _page(request, teammate)


@never_cache
@require_POST
@settings_view(Permission.MANAGE_KEYS)
def show(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Show the secret in this one answer."""
    return _page(request, teammate, show_identity_secret(teammate.workspace, by=Actor.of(request, teammate)))


@never_cache
@require_POST
@settings_view(Permission.MANAGE_KEYS)
def rotate(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Make a new secret and show it in this one answer. The former one stays good."""
    try:
        secret = rotate_identity_secret(teammate.workspace, by=Actor.of(request, teammate))
    except HouseRefused as refused:
        messages.error(request, str(refused))
        return redirect("settings-identity")
    teammate.workspace.refresh_from_db()
    return _page(request, teammate, secret, made=True)


@require_POST
@settings_view(Permission.MANAGE_KEYS)
def retire(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """End the former secret."""
    if retire_identity_secret(teammate.workspace, by=Actor.of(request, teammate)):
        messages.success(request, "The former secret is retired: it signs nothing any more.")
    return redirect("settings-identity")


def _page(request: HttpRequest, teammate: Teammate, secret: str = "", made: bool = False) -> HttpResponse:
    context = {"teammate": teammate, "workspace": teammate.workspace, "secret": secret, "made": made}
    context["code"] = SAMPLES
    return render(request, "settings/house/identity.html", context)
