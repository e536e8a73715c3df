"""From one workspace to another."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from inbox.people.models import Teammate
from inbox.people.sessions import SSO_WORKSPACE


@login_required
@require_POST
def switch(request: HttpRequest, slug: str) -> HttpResponse:
    """Work in another of one's workspaces. Who came in by an identity provider stays in the one that it is for."""
    mate = get_object_or_404(
        Teammate.objects.active().select_related("workspace"), user_id=request.user.pk, workspace__slug=slug
    )
    only = request.session.get(SSO_WORKSPACE)
    if only is not None and only != mate.workspace_id:
        return render(request, "doors/switch_refused.html", {"workspace": mate.workspace}, status=403)
    request.session["workspace"] = mate.workspace_id
    # The view that was open there is not one of here.
    request.session.pop("view", None)
    return redirect("desk")
