"""The door that a letter of invitation leads to. Looking at it changes nothing: mail programs follow links too."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from inbox.people import invitations
from inbox.people.audit import Actor
from inbox.people.invitations import State
from inbox.people.membership import Refused
from inbox.people.models import Invitation, User
from inbox.people.permissions import Forbidden
from inbox.people.secrets import token_hash
from inbox.people.sessions import INVITATION, SSO_WORKSPACE


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Say who invites whom to what; a POST of the invited one joins and opens the desk."""
    response = _answer(request, token_hash(token))
    # The address holds the secret: no other site may read it from a Referer header. ("no-referrer" would say the same,
    # and would have browsers post our own forms from the origin "null", which the CSRF check rightly refuses.)
    response["Referrer-Policy"] = "same-origin"
    return response


@never_cache
@require_http_methods(["GET", "POST"])
def opened(request: HttpRequest) -> HttpResponse:
    """Do the same for the link that was opened before signing in."""
    return _answer(request, str(request.session.get(INVITATION, "")))


def _answer(request: HttpRequest, digest: str) -> HttpResponse:
    found, state = invitations.look_up_hash(digest)
    if found is None or state != State.USABLE:
        if request.session.get(INVITATION) == digest:
            del request.session[INVITATION]
        return _closed(request, found, state)
    user = request.user
    if not isinstance(user, User):
        request.session[INVITATION] = digest
        return _page(request, found, "signed_out")
    if request.session.get(SSO_WORKSPACE) is not None or not invitations.is_for(found, user):
        return _page(request, found, "somebody_else", 403 if request.method == "POST" else 200)
    if request.method == "GET":
        return _page(request, found, "welcome")
    try:
        teammate = invitations.accept_hash(digest, user, by=Actor.of(request, None))
    except (Refused, Forbidden):
        return _closed(request, *invitations.look_up_hash(digest))
    request.session.pop(INVITATION, None)
    request.session["workspace"] = teammate.workspace_id
    return redirect("desk")


def _page(request: HttpRequest, found: Invitation, what: str, status: int = 200) -> HttpResponse:
    context = {
        "invitation": found,
        "what": what,
        "role": f"{'a' if found.role == 'viewer' else 'an'} {found.role}",
        "masked": invitations.masked(found.email),
    }
    return render(request, "doors/invitation.html", context, status=status)


def _closed(request: HttpRequest, found: Invitation | None, state: State) -> HttpResponse:
    """Say why a link opens nothing. Who has joined by it is led to their desk."""
    accepted_by = found.accepted_by if found is not None else None
    if accepted_by is not None and accepted_by.user_id == request.user.pk and accepted_by.left_at is None:
        return redirect("desk")
    context = {"state": state, "detail": invitations.WORDS[state], "invitation": found}
    return render(request, "doors/invitation_closed.html", context, status=404 if found is None else 410)
