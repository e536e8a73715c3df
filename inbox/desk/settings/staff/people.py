"""What the pages about people ask of the database."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Exists, Max, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from inbox.people.models import Team, Teammate, TeamMembership

SHOWN = 200


def teams_seen_by(teammate: Teammate) -> QuerySet[Team]:
    """Return the teams that `teammate` may know of: a private one is known to those inside, and to admins."""
    teams = teammate.workspace.teams.order_by("name")
    if teammate.sees_all_teams:
        return teams
    inside = TeamMembership.objects.filter(teammate=teammate).values("team_id")
    return teams.filter(Q(is_private=False) | Q(pk__in=inside))


def colleagues(teammate: Teammate, words: str = "") -> list[Teammate]:
    """Return up to SHOWN + 1 active teammates by name, with `.seen_teams`, `.has_two_factor` and `.last_seen`."""
    found = with_facts(teammate.workspace.teammates.active(), teammate).order_by("user__name", "pk")
    if words:
        found = found.filter(
            Q(user__name__icontains=words) | Q(handle__icontains=words) | Q(user__email__icontains=words)
        )
    return list(found[: SHOWN + 1])


def with_facts(teammates: QuerySet[Teammate], viewer: Teammate) -> QuerySet[Teammate]:
    """Fetch with each teammate what the pages show of them to `viewer`."""
    factors = Authenticator.objects.filter(user=OuterRef("user")).exclude(type=Authenticator.Type.RECOVERY_CODES)
    sessions = UserSession.objects.filter(user=OuterRef("user")).values("user").annotate(last=Max("last_seen_at"))
    teams = Prefetch("teams", teams_seen_by(viewer), to_attr="seen_teams")
    return (
        teammates.select_related("user")
        .prefetch_related(teams)
        .annotate(
            has_two_factor=Exists(factors), last_seen=Coalesce(Subquery(sessions.values("last")), "user__last_login")
        )
    )
