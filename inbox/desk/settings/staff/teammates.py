"""Settings → Teammates: who works here, and one page for each of them."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from inbox.conversations.assignees import held_by
from inbox.desk.settings.access import settings_view
from inbox.desk.settings.staff.forms import ROLE_LINES, InviteForm, TeamChoice, roles_for
from inbox.desk.settings.staff.people import SHOWN, colleagues, teams_seen_by, with_facts
from inbox.people import membership
from inbox.people.audit import Actor
from inbox.people.handles import HandleRefused, rename_handle
from inbox.people.membership import Refused
from inbox.people.models import ApiToken, Teammate
from inbox.people.models.workspaces import Role
from inbox.people.permissions import Permission, require


@settings_view()
def index(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """List who works here; who manages people also sees invitations and who has left."""
    return render(request, "settings/staff/teammates.html", index_context(request, teammate))


def index_context(request: HttpRequest, teammate: Teammate, form: InviteForm | None = None) -> dict[str, Any]:
    """Return what the list of teammates shows, with `form` for invitations if one is to be mended."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    mates = colleagues(teammate, words)
    context = {
        "teammate": teammate,
        "workspace": teammate.workspace,
        "mates": mates[:SHOWN],
        "more": len(mates) > SHOWN,
        "words": words,
        "manages": teammate.may(Permission.MANAGE_TEAMMATES),
    }
    if context["manages"]:
        left = teammate.workspace.teammates.filter(left_at__isnull=False).select_related("user")
        context |= {
            "form": form or InviteForm(teammate, list(teams_seen_by(teammate))),
            "role_lines": [(role.label, ROLE_LINES[role]) for role in Role],
            "invitations": teammate.workspace.invitations.pending()
            .select_related("invited_by__user")
            .order_by("-sent_at")[:SHOWN],
            "now": timezone.now(),
            "left": left.order_by("-left_at")[:50],
        }
    return context


@settings_view()
def page(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Show one teammate, with what may be changed by the one who looks."""
    return _page(request, teammate, _mate(teammate, public_id))


@settings_view(Permission.MANAGE_TEAMMATES)
@require_POST
def role(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Give somebody another role."""
    mate = _mate(teammate, public_id)
    try:
        membership.change_role(mate, request.POST.get("role", ""), by=Actor.of(request, teammate))
    except Refused as refused:
        return _page(request, teammate, _mate(teammate, public_id), role_problem=refused.detail)
    messages.success(request, f"{mate.name} is {_article(mate.role)} now.")
    return redirect("settings-teammate", public_id=public_id)


@settings_view(Permission.MANAGE_TEAMS)
@require_POST
def teams(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Say in which teams somebody is."""
    mate = _mate(teammate, public_id)
    try:
        wanted = TeamChoice(list(teams_seen_by(teammate))).clean(request.POST.getlist("teams"))
        membership.set_teams(mate, list(wanted), by=Actor.of(request, teammate))
    except (Refused, ValidationError) as refused:
        detail = getattr(refused, "detail", "One of these teams is not known here any more.")
        return _page(request, teammate, _mate(teammate, public_id), teams_problem=detail)
    messages.success(request, f"The teams of {mate.name} are saved.")
    return redirect("settings-teammate", public_id=public_id)


@settings_view()
@require_POST
def about(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """Change a handle and skills: everybody their own, who manages people all of them."""
    mate, by = _mate(teammate, public_id), Actor.of(request, teammate)
    if mate.pk != teammate.pk:
        require(teammate, Permission.MANAGE_TEAMMATES)
    try:
        with transaction.atomic():
            membership.set_skills(mate, request.POST.get("skills", "").split(","), by=by)
            rename_handle(mate, request.POST.get("handle", ""), by=by)
    except (Refused, HandleRefused) as refused:
        typed = {"handle": request.POST.get("handle", ""), "skills": request.POST.get("skills", "")}
        field = "handle_problem" if isinstance(refused, HandleRefused) else "skills_problem"
        return _page(request, teammate, _mate(teammate, public_id), typed=typed, **{field: refused.detail})
    messages.success(request, "Saved.")
    return redirect("settings-teammate", public_id=public_id)


@settings_view()
@require_POST
def remove(request: HttpRequest, teammate: Teammate, public_id: uuid.UUID) -> HttpResponse:
    """End somebody's membership, or one's own."""
    mate, by = _mate(teammate, public_id), Actor.of(request, teammate)
    try:
        if mate.pk == teammate.pk:
            membership.leave(mate, by=by)
            return redirect("desk")
        membership.remove(mate, by=by)
    except Refused as refused:
        return _page(request, teammate, _mate(teammate, public_id), remove_problem=refused.detail)
    messages.success(request, f"{mate.name} does not work here any more. What they wrote stays.")
    return redirect("settings-teammates")


def _mate(teammate: Teammate, public_id: uuid.UUID) -> Teammate:
    found = with_facts(teammate.workspace.teammates.active(), teammate).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    found.workspace = teammate.workspace
    return found


def _page(request: HttpRequest, teammate: Teammate, mate: Teammate, **more: Any) -> HttpResponse:
    itself = mate.pk == teammate.pk
    outranked = mate.role == Role.OWNER and not teammate.may(Permission.MANAGE_OWNERS)
    manages = teammate.may(Permission.MANAGE_TEAMMATES)
    held = held_by(mate)[:100].count()
    context = {
        "teammate": teammate,
        "workspace": teammate.workspace,
        "mate": mate,
        "itself": itself,
        "manages": manages,
        "may_role": manages and not outranked,
        "may_teams": teammate.may(Permission.MANAGE_TEAMS),
        "may_about": manages or itself,
        "may_remove": itself or (manages and not outranked),
        "roles": [(value, label, ROLE_LINES[Role(value)]) for value, label in roles_for(teammate)],
        "role_line": ROLE_LINES[Role(mate.role)],
        "teams": list(teams_seen_by(teammate)),
        "inside": {team.pk for team in mate.seen_teams},  # type: ignore[attr-defined]
        "held": "100 or more" if held == 100 else held,
        "tokens": ApiToken.objects.filter(acts_as=mate, revoked_at__isnull=True).count() if manages or itself else 0,
        "open_invitations": teammate.workspace.invitations.pending().filter(invited_by=mate).count() if manages else 0,
        "is_last_owner": mate.role == Role.OWNER and membership.owners_of(teammate.workspace) == 1,
        "typed": {"handle": mate.handle, "skills": ", ".join(mate.skills)},
        **more,
    }
    refused = any(key.endswith("_problem") for key in more)
    return render(request, "settings/staff/teammate.html", context, status=422 if refused else 200)


def _article(role: str) -> str:
    return f"a {role}" if role == Role.VIEWER else f"an {role}"
