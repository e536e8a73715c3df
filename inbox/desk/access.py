"""Which teammate is looking at the desk."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any

from allauth.core.internal.sessionkit import get_session_user
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from inbox.models import Contact, Conversation
from inbox.people.models import Teammate
from inbox.people.sessions import SSO_WORKSPACE
from inbox.people.sso import opens_without_sso, sso_of
from inbox.people.sso_pages import shut_door
from inbox.people.trail import note


def teammate_of(user: Any, session: Any) -> Teammate | None:
    """Return the membership that `user` works in now: the workspace kept in the session, else their first one.

    Who came in through a workspace's identity provider is in that workspace and in no other, whatever else they are.
    """
    teammate = _membership(user, session) if user.is_authenticated and user.is_active else None
    if teammate is not None:
        note(teammate=str(teammate.public_id), workspace=str(teammate.workspace.public_id))
    return teammate


def _membership(user: Any, session: Any) -> Teammate | None:
    mine = Teammate.objects.active().filter(user_id=user.pk).order_by("id")
    mine = mine.select_related("workspace__sso", "user", "schedule")
    mine = mine.defer("workspace__sso__client_secret")  # not decrypted on each request
    only = session.get(SSO_WORKSPACE) if session is not None else None
    if only is not None:
        mate = mine.filter(workspace_id=only).first()
        return mate if mate is not None and sso_of(mate.workspace) is not None else None
    chosen = session.get("workspace") if session is not None else None
    mate = mine.filter(workspace_id=chosen).first() if chosen else None
    if mate is not None:
        return mate if opens_without_sso(mate) else None
    return next((mate for mate in mine if opens_without_sso(mate)), None)


def still_here(teammate: Teammate, session: Any) -> Teammate | None:
    """Return `teammate` as they are now, None if that session has ended or they may not work there any more.

    The session is read again from its store: a socket has it from when it was opened. That it works in another
    workspace by now changes nothing: a page that is open goes on showing the one it was made for.
    """
    store = import_module(settings.SESSION_ENGINE).SessionStore(session.session_key)
    user = get_session_user(store)
    if user is None:
        return None
    found = teammate_of(user, {**dict(store.items()), "workspace": teammate.workspace_id})
    return found if found is not None and found.pk == teammate.pk else None


def page_for_who_left(teammate: Teammate) -> str:
    """Return the address of a page that tells somebody that their membership has ended, "" if it has not."""
    if not Teammate.objects.filter(pk=teammate.pk, left_at__isnull=False).exists():
        return ""
    return reverse("left", args=[signing.dumps(teammate.pk, salt="left")])


def desk_view(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Wrap a view so that it is called with the signed-in teammate as its second argument."""

    @login_required
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        teammate = teammate_of(request.user, request.session)
        if teammate is None:
            return shut_door(request) or render(request, "desk/no_workspace.html", status=403)
        try:
            return view(request, teammate, *args, **kwargs)
        except (Contact.DoesNotExist, Conversation.DoesNotExist) as gone:  # erased at this moment
            raise Http404 from gone

    return wrapped
