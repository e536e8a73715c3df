"""A workspace's first three steps: what it is called, the widget on a page, and colleagues.

Each step has an address of its own and can be come back to; only the first makes anything that later steps need.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from inbox.desk.access import teammate_of
from inbox.desk.settings.staff.forms import InviteForm
from inbox.desk.settings.staff.invitations import invite_all
from inbox.people.audit import Actor
from inbox.people.membership import Refused
from inbox.people.models import Teammate, User
from inbox.people.permissions import Permission
from inbox.people.sessions import SSO_WORKSPACE
from inbox.people.workspaces import create_workspace, may_create_workspace
from inbox.people.zones import zone_names
from inbox.widget.snippet import snippet

# In the session: the slug of the workspace whose start is not finished, and the step it is at.
STARTING = "starting"
STEPS = {"widget": "start-widget", "invite": "start-invite"}


class WorkspaceForm(forms.Form):
    name = forms.CharField(
        label="Company or product",
        max_length=120,
        error_messages={"required": "Give the workspace a name: your company's, say."},
        widget=forms.TextInput(attrs={"autocomplete": "organization", "autofocus": True}),
    )
    timezone = forms.CharField(
        label="Time zone",
        max_length=64,
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Choose a time zone from the list."},
    )

    def clean_timezone(self) -> str:
        """Return the zone as it is written in the list, however it was typed."""
        typed = self.cleaned_data["timezone"].strip().replace(" ", "_").casefold()
        known = {name.casefold(): name for name in zone_names()}
        if typed not in known:
            raise ValidationError("Choose a time zone from the list, such as Europe/Lisbon.")
        return known[typed]


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def workspace(request: HttpRequest) -> HttpResponse:
    """Step one: a name and a time zone. A start that was left in the middle goes on where it was."""
    unfinished = _unfinished(request)
    if unfinished and request.method == "GET" and "another" not in request.GET:
        return unfinished
    user = request.user
    assert isinstance(user, User)
    if request.session.get(SSO_WORKSPACE) is not None or not may_create_workspace(user):
        return render(request, "doors/start_closed.html", _standing(request), status=403)
    form = WorkspaceForm(request.POST if request.method == "POST" else None, initial={"timezone": user.timezone})
    if form.is_valid():
        try:
            made = create_workspace(user, by=Actor.of(request, None), **form.cleaned_data)
        except Refused as refused:
            form.add_error("name", refused.detail)
        else:
            request.session["workspace"] = made.pk
            request.session[STARTING] = [made.slug, "widget"]
            return redirect("start-widget", slug=made.slug)
    context = {**_standing(request), "form": form, "step": 1, "zones": zone_names()}
    return render(request, "doors/start_workspace.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@require_GET
def widget(request: HttpRequest, slug: str) -> HttpResponse:
    """Step two: the line that a customer's page carries, and whether it was seen."""
    teammate = _starting(request, slug, Permission.MANAGE_WORKSPACE, "widget")
    line = snippet(teammate.workspace, request)
    context = {"teammate": teammate, "workspace": teammate.workspace, "step": 2, "snippet": line}
    return render(request, "doors/start_widget.html", context)


@login_required
@never_cache
@require_GET
def seen(request: HttpRequest, slug: str) -> HttpResponse:
    """Say whether a widget of this workspace was heard of: the page asks every two seconds until it was."""
    teammate = _member(request, slug, Permission.MANAGE_WORKSPACE)
    if teammate.workspace.widget_seen_at is None:
        return HttpResponse(status=204)  # nothing to swap, so the keyboard keeps its place
    return render(request, "doors/_seen.html", {"workspace": teammate.workspace})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """Step three: colleagues. Then the desk, with them or without."""
    teammate = _starting(request, slug, Permission.MANAGE_TEAMMATES, "invite")
    if request.method == "POST" and "skip" in request.POST:
        return _finish(request)
    form = InviteForm(teammate, [], request.POST if request.method == "POST" else None)
    sent: list[str] = []
    if form.is_valid():
        sent, refusals = invite_all(request, teammate, form)
        if not refusals:
            return _finish(request)
        left = request.POST.copy()
        left["addresses"] = "\n".join(refusals)
        form = InviteForm(teammate, [], left)
        form.is_valid()
        for detail in refusals.values():
            form.add_error("addresses", detail)
    context = {"teammate": teammate, "workspace": teammate.workspace, "step": 3, "form": form, "sent": sent}
    return render(request, "doors/start_invite.html", context, status=422 if form.errors else 200)


def _standing(request: HttpRequest) -> dict[str, Any]:
    """Return where somebody is who has not made a workspace now: maybe they have others."""
    return {"has_desk": teammate_of(request.user, request.session) is not None}


def _unfinished(request: HttpRequest) -> HttpResponse | None:
    kept = request.session.get(STARTING)
    if not kept:
        return None
    slug, step = kept
    if step in STEPS and _mine(request, slug) is not None:
        return redirect(STEPS[step], slug=slug)
    del request.session[STARTING]
    return None


def _starting(request: HttpRequest, slug: str, permission: Permission, step: str) -> Teammate:
    teammate = _member(request, slug, permission)
    if request.session.get(STARTING) != [slug, step] and request.method == "GET":
        request.session[STARTING] = [slug, step]
    return teammate


def _member(request: HttpRequest, slug: str, permission: Permission) -> Teammate:
    teammate = _mine(request, slug)
    if teammate is None or not teammate.may(permission):
        raise Http404
    return teammate


def _mine(request: HttpRequest, slug: str) -> Teammate | None:
    """Return the membership of this workspace, if it is the one that this session works in now."""
    teammate = teammate_of(request.user, request.session)
    return teammate if teammate is not None and teammate.workspace.slug == slug else None


def _finish(request: HttpRequest) -> HttpResponse:
    request.session.pop(STARTING, None)
    return redirect("desk")
