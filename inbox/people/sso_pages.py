"""The way in through a workspace's identity provider: where it begins, where it comes back to, and its shut doors."""

from __future__ import annotations

import secrets
from typing import Any

import requests
from allauth.account.decorators import reauthentication_required
from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inbox.people.discovery import ProviderRefused
from inbox.people.models import SingleSignOn, Teammate
from inbox.people.oidc import WorkspaceCallback, WorkspaceOpenID, provider_of
from inbox.people.sessions import SSO_WORKSPACE
from inbox.people.social import explain, refusal
from inbox.people.sso import SsoRefused, account_of, opens_without_sso, sso_by_provider, sso_by_slug

NOT_KNOWN = "No workspace of this name has single sign-on. Look at the address your admin gave you, or ask them."
# Each beginning is a call to somebody's server.
RATES = {"sso_begin": "120/m/ip"}


@never_cache
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Ask for the workspace's name, then lead to its provider."""
    if request.method == "GET":
        return _ask(request)
    slug = request.POST.get("slug", "").strip().lower().strip("/")
    sso = sso_by_slug(slug)
    return _ask(request, slug, NOT_KNOWN, status=422) if sso is None else _begin(request, sso, "login")


@never_cache
@require_GET
def of_workspace(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the one button that leads to this workspace's provider: an address that an admin can hand out."""
    sso = sso_by_slug(slug)
    if sso is None:
        return _ask(request, slug, NOT_KNOWN, status=404)
    return render(request, "socialaccount/login.html", _context(request, sso))


@never_cache
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the provider. Only a POST begins a sign-in: a link elsewhere must not."""
    sso = sso_by_provider(provider_id)
    if sso is None:
        raise Http404
    if request.method == "GET":
        return redirect("sso-workspace", slug=sso.workspace.slug)
    return _begin(request, sso, "login")


@never_cache
@require_POST
@login_required
@reauthentication_required(app="allauth.socialaccount")  # type: ignore[untyped-decorator]
def begin_connecting(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the provider to connect its login to one's own, with the password asked for anew."""
    sso = sso_by_provider(provider_id)
    mine = Teammate.objects.active().filter(user_id=request.user.pk or 0)
    if sso is None or not mine.filter(workspace=sso.workspace).exists():
        raise Http404
    if request.session.get(SSO_WORKSPACE) is not None:
        return refusal(request, sso, "Sign in with your password to change this.")
    return _begin(request, sso, "connect")


@never_cache
@require_GET
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take what the provider sends people back with."""
    sso = sso_by_provider(provider_id)
    if sso is None:
        raise Http404
    try:
        answer: HttpResponse = WorkspaceCallback.adapter_view(WorkspaceOpenID(request, provider_id))(request)
    except SsoRefused as refused:
        return refusal(request, sso, refused.detail)
    except ProviderRefused as refused:
        return refusal(request, sso, refused.detail, status=401)
    return answer


@login_required
def connections(request: HttpRequest) -> HttpResponse:
    """Lead to where one's connection is now; allauth's own page lists providers of all kinds."""
    return redirect("settings-security")


def shut_door(request: HttpRequest) -> HttpResponse | None:
    """Return the page for somebody who is signed in, but not in the way that their workspace asks for; else None."""
    mine = Teammate.objects.active().filter(user_id=request.user.pk or 0).select_related("workspace__sso", "user")
    only = request.session.get(SSO_WORKSPACE)
    if only is not None:
        mate = mine.filter(workspace_id=only).first()
        context: dict[str, Any] = {"workspace": mate.workspace if mate else None}
        return render(request, "socialaccount/ended.html", context, status=403) if mate is not None else None
    locked = [mate for mate in mine.order_by("id") if not opens_without_sso(mate)]
    chosen = request.session.get("workspace")
    locked.sort(key=lambda mate: mate.workspace_id != chosen)
    if not locked:
        return None
    sso = locked[0].workspace.sso
    open_ones = [mate.workspace for mate in mine.order_by("id") if opens_without_sso(mate)]
    connected = account_of(sso, locked[0]) is not None
    context = {**_context(request, sso), "connected": connected, "others": open_ones, "teammate": locked[0]}
    return render(request, "socialaccount/required.html", context, status=403)


def _begin(request: HttpRequest, sso: SingleSignOn, process: str) -> HttpResponse:
    """Return a page that leads on to the provider by itself.

    Not a redirect: browsers hold our policy's form-action against every address that a form's answer redirects to, and
    nobody can name all those that a provider passes through.
    """
    limited: HttpResponse | None = ratelimit.consume_or_429(
        request, app="allauth.account", action="sso_begin", config=RATES
    )
    if limited is not None:
        return limited
    nonce = secrets.token_urlsafe(24)
    data = {"nonce": nonce, "user": request.user.pk if process == "connect" else None}
    provider = provider_of(request, sso)
    try:
        answer = provider.redirect(
            request, process, next_url=get_next_redirect_url(request), data=data, auth_params={"nonce": nonce}
        )
    except (OAuth2Error, requests.RequestException) as error:
        detail, hint = explain(None, error)
        return refusal(request, sso, detail, status=424, hint=hint)
    except ImmediateHttpResponse as refused:
        card: HttpResponse = refused.response
        return card
    return render(request, "socialaccount/leaving.html", {**_context(request, sso), "url": answer["Location"]})


def _context(request: HttpRequest, sso: SingleSignOn) -> dict[str, Any]:
    return {"sso": sso, "workspace": sso.workspace, "next": get_next_redirect_url(request) or ""}


def _ask(request: HttpRequest, slug: str = "", problem: str = "", status: int = 200) -> HttpResponse:
    context = {"slug": slug[:50], "problem": problem, "next": get_next_redirect_url(request) or ""}
    return render(request, "socialaccount/start.html", context, status=status)
