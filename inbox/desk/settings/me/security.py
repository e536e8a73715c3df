"""Settings → Security: how one's login is opened, and where it is open now."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from inbox.desk.settings.access import settings_view
from inbox.people.accounts import record_of_login
from inbox.people.devices import device
from inbox.people.models import Teammate
from inbox.people.sessions import SSO_WORKSPACE, end_other_sessions, end_session, sessions_of


@settings_view()
def security(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Show the login's doors; who came in by single sign-on reads why they are not shown."""
    context: dict[str, Any] = {"teammate": teammate, "workspace": teammate.workspace}
    if request.session.get(SSO_WORKSPACE) is not None:
        return render(request, "settings/me/security_sso.html", context)
    factors = list(Authenticator.objects.filter(user_id=teammate.user_id).order_by("created_at"))
    of = {kind: [one for one in factors if one.type == kind] for kind in Authenticator.Type.values}
    codes = of["recovery_codes"]
    sessions = [
        {"row": row, "device": device(row.user_agent), "here": row.session_key == request.session.session_key}
        for row in sessions_of(teammate.user)
    ]
    context |= {
        "app": of["totp"][0] if of["totp"] else None,
        "passkeys": of["webauthn"],
        "codes_left": len(codes[0].wrap().get_unused_codes()) if codes else None,
        "sessions": sorted(sessions, key=lambda session: not session["here"]),
        "sso_panel": ["settings/sso/_connect.html", "settings/me/_nothing.html"],
    }
    return render(request, "settings/me/security.html", context)


@settings_view()
@require_POST
def end_one(request: HttpRequest, teammate: Teammate, pk: int) -> HttpResponse:
    """End one session of mine."""
    ended = end_session(teammate.user, pk)
    if ended is None:
        messages.info(request, "That session has ended already.")
    else:
        record_of_login(request, teammate.user, "session.ended", where=device(ended.user_agent))
        messages.success(request, "That session has ended.")
    return redirect("settings-security")


@settings_view()
@require_POST
def end_others(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """End all sessions of mine but this one."""
    count = end_other_sessions(teammate.user, request.session.session_key)
    if count:
        record_of_login(request, teammate.user, "session.ended", count=count)
    messages.success(request, f"{count} {'session has' if count == 1 else 'sessions have'} ended. This one goes on.")
    return redirect("settings-security")
