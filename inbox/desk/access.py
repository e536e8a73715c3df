"""Which teammate is looking at the desk."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from inbox.people.models import Teammate


def teammate_of(user: Any, session: Any) -> Teammate | None:
    """Return the membership that `user` works in now: the workspace kept in the session, else their first one."""
    if not user.is_authenticated or not user.is_active:
        return None
    mine = Teammate.objects.filter(user_id=user.pk).select_related("workspace", "user").order_by("id")
    chosen = session.get("workspace") if session is not None else None
    return (mine.filter(workspace_id=chosen).first() if chosen else None) or mine.first()


def desk_view(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Wrap a view so that it is called with the signed-in teammate as its second argument."""

    @login_required
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        teammate = teammate_of(request.user, request.session)
        if teammate is None:
            return render(request, "desk/no_workspace.html", status=403)
        return view(request, teammate, *args, **kwargs)

    return wrapped
