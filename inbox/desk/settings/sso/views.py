"""Settings → Single sign-on, and one's own connection to it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.account.decorators import reauthentication_required
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from inbox.desk.settings.access import settings_view
from inbox.desk.settings.sso.forms import SsoForm
from inbox.people import sso as ways_in
from inbox.people.audit import Actor
from inbox.people.discovery import ProviderRefused, check_provider
from inbox.people.models import SingleSignOn, Teammate
from inbox.people.permissions import Permission
from inbox.people.sessions import SSO_WORKSPACE
from inbox.people.sso_setup import SetupRefused, only_by_sso, remove_sso, save_sso, turn_sso


@settings_view(Permission.MANAGE_KEYS)
@require_http_methods(["GET", "POST"])
def single_sign_on(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Show or change the workspace's identity provider."""
    sso = _stored(teammate)
    form = SsoForm(sso, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_sso(teammate.workspace, form.wanted(), by=Actor.of(request, teammate))
        except SetupRefused as refused:
            form.add_error(refused.field or None, refused.detail)
        else:
            messages.success(request, f"Saved. {saved.found}".strip())
            if saved.cut_off:
                messages.warning(request, f"{_logins(saved.cut_off)} of the former provider cut off.")
            return redirect("settings-sso")
    return _page(request, teammate, sso, form, status=422 if form.errors else 200)


@settings_view(Permission.MANAGE_KEYS)
@require_POST
def test(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Ask the provider now whether it answers as it must, and show what it says."""
    sso = _stored_or_404(teammate)
    try:
        result = {"ok": True, "words": check_provider(sso.issuer)}
    except ProviderRefused as refused:
        result = {"ok": False, "words": refused.detail}
    return _page(request, teammate, sso, SsoForm(sso), result=result)


@settings_view(Permission.MANAGE_KEYS)
@require_POST
def state(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Turn it on or off."""
    on = request.POST.get("state") == "on"
    try:
        turn_sso(teammate.workspace, on, by=Actor.of(request, teammate))
    except SetupRefused as refused:
        messages.error(request, f"It was not turned {'on' if on else 'off'}. {refused.detail}")
    else:
        messages.success(request, f"Single sign-on is {'on' if on else 'off'}.")
    return redirect("settings-sso")


@settings_view(Permission.MANAGE_KEYS)
@require_POST
def remove(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Forget the provider."""
    cut_off = remove_sso(teammate.workspace, by=Actor.of(request, teammate))
    messages.success(request, f"Single sign-on was removed; {_logins(cut_off)} of the provider cut off.")
    return redirect("settings-sso")


@settings_view()
@require_POST
@reauthentication_required(app="allauth.socialaccount")  # type: ignore[untyped-decorator]
def disconnect(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Take the provider off one's own login."""
    sso = _stored_or_404(teammate)
    if request.session.get(SSO_WORKSPACE) is not None:
        messages.error(request, "Sign in with your password to change this.")
        return redirect("settings-security")
    try:
        gone = ways_in.disconnect(sso, teammate, by=Actor.of(request, teammate))
    except ways_in.SsoRefused as refused:
        messages.error(request, refused.detail)
    else:
        words = f"Single sign-on no longer opens {teammate.workspace.name} for you."
        messages.success(request, words if gone else "It was not connected.")
    return redirect("settings-security")


def _page(
    request: HttpRequest, teammate: Teammate, sso: SingleSignOn | None, form: SsoForm, status: int = 200, **more: Any
) -> HttpResponse:
    provider_id = SingleSignOn(workspace=teammate.workspace).provider_id
    known = SocialAccount.objects.filter(provider=provider_id)
    context = {
        "teammate": teammate,
        "workspace": teammate.workspace,
        "sso": sso,
        "host": urlsplit(sso.issuer).hostname if sso is not None else "",
        "form": form,
        "redirect_address": request.build_absolute_uri(reverse("sso-callback", args=[provider_id])),
        "start_address": request.build_absolute_uri(reverse("sso-workspace", args=[teammate.workspace.slug])),
        "connected": known.count() if sso is not None else 0,
        "last": known.order_by("-last_login").first() if sso is not None else None,
        "only_by_sso": only_by_sso(teammate.workspace) if sso is not None else 0,
        **more,
    }
    return render(request, "settings/sso/page.html", context, status=status)


def _stored(teammate: Teammate) -> SingleSignOn | None:
    return SingleSignOn.objects.filter(workspace=teammate.workspace).select_related("workspace").first()


def _stored_or_404(teammate: Teammate) -> SingleSignOn:
    sso = _stored(teammate)
    if sso is None:
        raise Http404
    return sso


def _logins(count: int) -> str:
    return f"{count} login{'s' if count != 1 else ''}"
