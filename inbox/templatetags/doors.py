"""Which workspaces somebody may go to."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest

from inbox.people.models import Teammate, User
from inbox.people.sessions import SSO_WORKSPACE
from inbox.people.workspaces import may_create_workspace

register = template.Library()


@register.simple_tag(takes_context=True)
def places(context: Any) -> list[Teammate]:
    """Return the memberships that this session may work in, by the workspace's name."""
    request = context.get("request")
    if request is None or not request.user.is_authenticated:
        return []
    # A page draws them twice.
    if not hasattr(request, "places"):
        request.places = _places(request)
    return request.places  # type: ignore[no-any-return]


def _places(request: HttpRequest) -> list[Teammate]:
    mine = Teammate.objects.active().filter(user_id=request.user.pk or 0).select_related("workspace")
    only = request.session.get(SSO_WORKSPACE)
    return list((mine.filter(workspace_id=only) if only is not None else mine).order_by("workspace__name", "pk"))


@register.simple_tag(takes_context=True)
def may_start(context: Any) -> bool:
    """Return whether this session may make a workspace."""
    request = context.get("request")
    if request is None or not isinstance(request.user, User) or request.session.get(SSO_WORKSPACE) is not None:
        return False
    if not hasattr(request, "may_start"):
        request.may_start = may_create_workspace(request.user)
    return bool(request.may_start)


@register.simple_tag(takes_context=True)
def ended_memberships(context: Any) -> list[Teammate]:
    """Return the workspaces that this login worked in before, the last one first."""
    request = context.get("request")
    if request is None or not request.user.is_authenticated:
        return []
    gone = Teammate.objects.filter(user_id=request.user.pk, left_at__isnull=False)
    return list(gone.select_related("workspace").order_by("-left_at")[:5])
