"""Settings → API tokens."""

from __future__ import annotations

import uuid
from typing import Any

from cryptography.fernet import InvalidToken
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from inbox.desk.settings.access import settings_view
from inbox.desk.settings.keys.forms import TokenForm
from inbox.people.audit import Actor
from inbox.people.models import Teammate
from inbox.people.permissions import Permission
from inbox.people.secrets import decrypt, encrypt
from inbox.people.tokens import TokenRefused, issue_token, live_tokens, revoke_token

# In the session, encrypted, between making a token and the one page that shows it.
FRESH = "fresh_api_token"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@settings_view(Permission.MANAGE_KEYS)
def tokens(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Show the workspace's tokens and a form for another one; make it."""
    form = TokenForm(request.POST if request.method == "POST" else None, maker=teammate)
    if request.method != "POST":
        return _page(request, teammate, form, fresh=_shown_once(request, teammate))
    if form.is_valid():
        try:
            chosen = form.cleaned_data
            made = issue_token(
                chosen["acts_as"], name=chosen["name"], scope=chosen["scope"], by=Actor.of(request, teammate)
            )
        except TokenRefused as refused:
            form.add_error(refused.field, refused.detail)
        else:
            fresh = {"workspace": teammate.workspace_id, "name": made.row.name, "token": encrypt(made.clear)}
            request.session[FRESH] = fresh
            return redirect("settings-tokens")
    return _page(request, teammate, form, status=422)


@require_POST
@settings_view(Permission.MANAGE_KEYS)
def revoke(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """End a token at once."""
    token = get_object_or_404(teammate.workspace.api_tokens.select_related("workspace"), public_id=public_id)
    revoke_token(token, by=Actor.of(request, teammate))
    messages.success(request, f"“{token.name}” (…{token.hint}) is revoked. Calls with it are refused from now on.")
    return redirect("settings-tokens")


def _page(
    request: HttpRequest, teammate: Teammate, form: TokenForm, *, fresh: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "teammate": teammate,
        "workspace": teammate.workspace,
        "form": form,
        "fresh": fresh,
        "tokens": live_tokens(teammate.workspace),
        "sample_url": request.build_absolute_uri("/api/v1/conversations/?limit=1"),
    }
    return render(request, "settings/keys/tokens.html", context, status=status)


def _shown_once(request: HttpRequest, teammate: Teammate) -> dict[str, str] | None:
    """Return the token that was just made here, and forget it."""
    fresh: dict[str, Any] | None = request.session.pop(FRESH, None)
    if fresh is None or fresh["workspace"] != teammate.workspace_id:
        return None
    try:
        return {"name": fresh["name"], "token": decrypt(fresh["token"])}
    except InvalidToken:  # the keys were changed in this very second; a token can be made again
        return None
