"""What holds for every request of somebody who is signed in."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from inbox.people.audit import client_ip
from inbox.people.sessions import SSO_WORKSPACE

Answer = Callable[[HttpRequest], HttpResponse]

SECURITY = "/settings/security/"
# Where somebody who came in by single sign-on may go below /accounts/: in, out, and through a mailed link.
OPEN_TO_SSO = re.compile(
    r"/accounts/(login/|logout/|signup/|inactive/|password/reset/.*|oidc/[^/]+/login/(callback/)?|3rdparty/login/.*)\Z"
)


class SsoStaysInside:
    """Keeps a session that a workspace's identity provider vouches for away from the login's own doors.

    The provider proves who somebody is in its own workspace. If it opened the password or the second factor, it would
    open every other workspace of that login, too.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _is_own_door(request) and request.session.get(SSO_WORKSPACE) is not None and request.user.is_authenticated:
            return render(request, "account/sso_inside.html", status=403)
        return self.get_response(request)


def _is_own_door(request: HttpRequest) -> bool:
    path = request.path_info
    if path.startswith(SECURITY):
        # The page itself says in its own words what is missing.
        return path != SECURITY or request.method not in ("GET", "HEAD")
    if not path.startswith("/accounts/"):
        return False
    connects = "connect" in (request.GET.get("process"), request.POST.get("process"))
    return connects or not OPEN_TO_SSO.match(path)


class LastSeen:
    """Notes when and from where each session was last used: for the list of one's sessions.

    At most once in five minutes a session and process, which is what the memory here is for: a note on each request
    would double the writes of the desk.
    """

    EVERY_SECONDS = 300.0
    MOST = 20_000

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self.noted: dict[str, float] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.session.accessed and request.session.session_key and request.user.is_authenticated:
            self._note(request, request.session.session_key)
        return response

    def _note(self, request: HttpRequest, key: str) -> None:
        now = time.monotonic()
        if now - self.noted.get(key, -self.EVERY_SECONDS) < self.EVERY_SECONDS:
            return
        if len(self.noted) >= self.MOST:
            self.noted.clear()
        self.noted[key] = now
        seen = {
            "user_id": request.user.pk,
            "last_seen_at": timezone.now(),
            "ip": client_ip(request) or "0.0.0.0",  # noqa: S104  (not known: a socket file)
            "user_agent": request.headers.get("User-Agent", "")[:200],
        }
        if not UserSession.objects.filter(session_key=key).update(**seen):
            UserSession.objects.get_or_create(session_key=key, defaults=seen)
