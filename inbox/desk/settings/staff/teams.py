"""Settings → Teams: who shares which conversations."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from inbox.desk.settings.access import settings_view
from inbox.desk.settings.staff.forms import NewTeamForm, TeamForm
from inbox.desk.settings.staff.people import teams_seen_by
from inbox.models import Conversation
from inbox.people import teams as verbs
from inbox.people.audit import Actor
from inbox.people.handles import HandleRefused
from inbox.people.membership import Refused
from inbox.people.models import Team, Teammate
from inbox.people.permissions import Permission, require


@settings_view()
def index(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """List the teams that this teammate may know of."""
    active = Q(members__left_at__isnull=True, members__user__is_active=True)
    context = {
        **_context(teammate),
        "teams": teams_seen_by(teammate).annotate(members_count=Count("members", filter=active)),
        "mine": set(teammate.teams.values_list("pk", flat=True)),
    }
    return render(request, "settings/staff/teams.html", context)


@settings_view(Permission.MANAGE_TEAMS)
def new(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Make a team."""
    form = NewTeamForm(request.POST if request.method == "POST" else None)
    chosen = set(request.POST.getlist("members"))
    if request.method == "POST" and form.is_valid():
        try:
            team = verbs.create_team(
                teammate.workspace,
                form.cleaned_data["name"],
                handle=form.cleaned_data["handle"],
                is_private=form.cleaned_data["is_private"],
                members=[mate for mate in _mates(teammate) if str(mate.public_id) in chosen],
                by=Actor.of(request, teammate),
            )
            messages.success(request, f"The team {team.name} is there.")
            return redirect("settings-team", public_id=team.public_id)
        except HandleRefused as refused:
            form.add_error("handle", refused.detail)
        except Refused as refused:
            form.add_error("name", refused.detail)
    context = {**_context(teammate), "form": form, "mates": _mates(teammate), "chosen": chosen}
    return render(request, "settings/staff/team_new.html", context, status=422 if request.method == "POST" else 200)


@settings_view()
def page(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Show one team; POST renames it and says whether it is private."""
    team = _team(teammate, public_id)
    form = _form_of(team, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require(teammate, Permission.MANAGE_TEAMS)
        if form.is_valid():
            try:
                verbs.change_team(team, by=Actor.of(request, teammate), **form.cleaned_data)
                messages.success(request, "Saved.")
                return redirect("settings-team", public_id=public_id)
            except Refused as refused:
                form.add_error("name", refused.detail)
    return _page(request, teammate, team, form)


@settings_view(Permission.MANAGE_TEAMS)
@require_POST
def members(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Say who is in a team."""
    team, chosen = _team(teammate, public_id), set(request.POST.getlist("members"))
    wanted = [mate for mate in _mates(teammate) if str(mate.public_id) in chosen]
    try:
        verbs.set_members(team, wanted, by=Actor.of(request, teammate))
        messages.success(request, f"The members of {team.name} are saved.")
    except Refused as refused:
        messages.error(request, refused.detail)
    return redirect("settings-team", public_id=public_id)


@settings_view(Permission.MANAGE_TEAMS)
@require_POST
def delete(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Delete a team; its conversations go to the chosen one."""
    team, heir = _team(teammate, public_id), None
    chosen = request.POST.get("takes_over", "")
    if chosen:
        heir = teams_seen_by(teammate).exclude(pk=team.pk).filter(handle=chosen).first()
    try:
        if chosen and heir is None:
            raise Refused("The team that was to take over is not there any more. Choose another one.")
        verbs.delete_team(team, takes_over=heir, by=Actor.of(request, teammate))
    except Refused as refused:
        return _page(request, teammate, team, _form_of(team), delete_problem=refused.detail)
    messages.success(request, f"The team {team.name} is deleted.")
    return redirect("settings-teams")


def _page(request: HttpRequest, teammate: Teammate, team: Team, form: TeamForm, **more: Any) -> HttpResponse:
    inside = set(team.memberships.values_list("teammate_id", flat=True))
    mates = _mates(teammate)
    context = {
        **_context(teammate),
        "team": team,
        "form": form,
        "mates": mates if teammate.may(Permission.MANAGE_TEAMS) else [mate for mate in mates if mate.pk in inside],
        "inside": inside,
        "heirs": teams_seen_by(teammate).exclude(pk=team.pk),
        "has_conversations": Conversation.objects.filter(workspace=teammate.workspace, team=team).exists(),
        **more,
    }
    status = 422 if form.errors or more else 200
    return render(request, "settings/staff/team.html", context, status=status)


def _form_of(team: Team, typed: Any = None) -> TeamForm:
    return TeamForm(typed, initial={"name": team.name, "is_private": team.is_private})


def _context(teammate: Teammate) -> dict[str, Any]:
    return {
        "teammate": teammate,
        "workspace": teammate.workspace,
        "manages": teammate.may(Permission.MANAGE_TEAMS),
    }


def _mates(teammate: Teammate) -> list[Teammate]:
    found = teammate.workspace.teammates.active().select_related("user")
    return sorted(found, key=lambda mate: mate.name.casefold())


def _team(teammate: Teammate, public_id: uuid.UUID) -> Team:
    return get_object_or_404(teams_seen_by(teammate), public_id=public_id)
