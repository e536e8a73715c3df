"""Settings → Webhook secret: shown on purpose only, rolled without a post that a receiver would refuse."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from inbox.desk.settings.access import settings_view
from inbox.desk.settings.house.signing import CHECKING
from inbox.people.audit import Actor
from inbox.people.models import Teammate
from inbox.people.permissions import Permission
from notifications.webhook_secrets import (
    SecretRefused,
    end_former_webhook_secret,
    roll_webhook_secret,
    show_webhook_secret,
    webhook_secret,
)


@require_GET
@settings_view(Permission.MANAGE_WORKSPACE)
def webhooks(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Show what the secret is for and how it stands, without the secret."""
    return _page(request, teammate)


@never_cache
@require_POST
@settings_view(Permission.MANAGE_WORKSPACE)
def show(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Show the secret in this one answer."""
    try:
        secret = show_webhook_secret(teammate.workspace, by=Actor.of(request, teammate))
    except SecretRefused as refused:
        messages.error(request, str(refused))
        return redirect("settings-webhooks")
    return _page(request, teammate, secret)


@never_cache
@require_POST
@settings_view(Permission.MANAGE_WORKSPACE)
def roll(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Make a new secret and show it in this one answer. The former one signs beside it for a day."""
    try:
        secret = roll_webhook_secret(teammate.workspace, by=Actor.of(request, teammate))
    except SecretRefused as refused:
        messages.error(request, str(refused))
        return redirect("settings-webhooks")
    return _page(request, teammate, secret, made=True)


@require_POST
@settings_view(Permission.MANAGE_WORKSPACE)
def end(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Have the former secret sign nothing from now on."""
    if end_former_webhook_secret(teammate.workspace, by=Actor.of(request, teammate)):
        messages.success(request, "The former secret signs nothing any more.")
    return redirect("settings-webhooks")


def _page(request: HttpRequest, teammate: Teammate, secret: str = "", made: bool = False) -> HttpResponse:
    context = {"teammate": teammate, "workspace": teammate.workspace, "secret": secret, "made": made}
    context |= {"known": webhook_secret(teammate.workspace), "code": CHECKING}
    return render(request, "settings/house/webhooks.html", context)
