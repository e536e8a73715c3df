"""Views of the settings: for a teammate, and for those alone whose role holds the permission."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from inbox.desk.access import desk_view
from inbox.people.models import Teammate
from inbox.people.permissions import Forbidden, Permission, require

View = Callable[..., HttpResponse]


def settings_view(permission: Permission = Permission.READ) -> Callable[[View], View]:
    """Wrap a view so that it is called with the teammate second, and answered 403 in words where the role is too small.

    A Forbidden that a verb raises inside the view is answered the same way.
    """

    def decorate(view: View) -> View:
        @desk_view
        @wraps(view)
        def wrapped(request: HttpRequest, teammate: Teammate, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                require(teammate, permission)
                return view(request, teammate, *args, **kwargs)
            except Forbidden as forbidden:
                context = {"teammate": teammate, "workspace": teammate.workspace, "detail": forbidden.detail}
                return render(request, "settings/forbidden.html", context, status=403)

        return wrapped

    return decorate
