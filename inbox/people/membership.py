"""Who works in a workspace, as what, and in which teams. These verbs are the only ones that change it.

Each takes the workspace's row lock first: so two owners who demote each other at once are told one after the other, and
the second one finds that they are no owner any more.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from inbox.people.audit import Actor, record
from inbox.people.models import ApiToken, Team, Teammate, TeamMembership, Workspace
from inbox.people.models.workspaces import Role
from inbox.people.permissions import Forbidden, Permission, require
from inbox.people.sessions import SSO_WORKSPACE

MOST_SKILLS = 20
SKILL_LENGTH = 50


class Refused(ValueError):
    """The change makes no sense, or would leave the workspace without an owner. `detail` says what to do."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


@dataclass
class Hooks:
    """What the floors above do when access changes. They register in AppConfig.ready; each is called inside the
    transaction, and does what is slow after the commit."""

    # Somebody sees more or less than before: their live sockets must look again.
    access_changed: list[Callable[[Collection[Teammate]], None]] = field(default_factory=list)
    # The same, for everybody in a workspace.
    sight_changed: list[Callable[[Workspace], None]] = field(default_factory=list)
    # Somebody may no longer have what is assigned to them.
    assignees_changed: list[Callable[[], None]] = field(default_factory=list)
    # Before a team is deleted: (team, the team that takes over or None, by whom, at last). Called first outside of the
    # transaction, to move what there is in batches, and `at last` under the team's lock, to see that nothing is left.
    # May raise Refused.
    team_dissolving: list[Callable[[Team, Team | None, Teammate | None, bool], None]] = field(default_factory=list)


hooks = Hooks()


@contextmanager
def changing(workspace_id: int, by: Actor) -> Iterator[tuple[Workspace, Actor]]:
    """Hold a workspace's row lock for a change of who may do what, and yield it with `by` as they are now.

    Raises Forbidden where the actor left meanwhile.
    """
    with transaction.atomic():
        workspace = Workspace.objects.select_for_update(no_key=True).get(pk=workspace_id)
        if by.teammate is not None:
            now = Teammate.objects.active().select_related("user").filter(pk=by.teammate.pk, workspace=workspace)
            fresh = now.first()
            if fresh is None:
                raise Forbidden(Permission.MANAGE_TEAMMATES)
            by = replace(by, teammate=fresh)
        yield workspace, by


def change_role(teammate: Teammate, role: str, *, by: Actor) -> None:
    """Give a teammate another role. Raises Refused for the last owner, Forbidden for who may not."""
    if role not in Role.values:
        raise Refused("Choose one of the roles.")
    with changing(teammate.workspace_id, by) as (workspace, by):
        locked = _locked(teammate)
        before = locked.role
        if role == before:
            return
        _require_power(by, over=locked.role, giving=role)
        if before == Role.OWNER:
            _require_another_owner(locked)
        locked.role = role
        locked.save(update_fields=["role"])
        record("teammate.role_changed", workspace=workspace, by=by, subject=locked.name, before=before, after=role)
        if not locked.may(Permission.MANAGE_KEYS):
            _revoke(Q(made_by=locked), workspace, by)
        tell_access_changed([locked])
        tell_assignees_changed()
    teammate.role = role


def set_teams(teammate: Teammate, teams: Collection[Team], *, by: Actor) -> None:
    """Put a teammate into exactly these teams of their workspace."""
    with changing(teammate.workspace_id, by) as (workspace, by):
        if by.teammate is not None:
            require(by.teammate, Permission.MANAGE_TEAMS)
        locked = _locked(teammate)
        before = {team.pk: team for team in locked.teams.all()}
        wanted = {team.pk: team for team in teams if team.workspace_id == workspace.pk}
        if before.keys() == wanted.keys():
            return
        put_into_teams(locked, wanted.values())
        added, removed = wanted.keys() - before.keys(), before.keys() - wanted.keys()
        record(
            "teammate.teams_changed",
            workspace=workspace,
            by=by,
            subject=locked.name,
            added=sorted(wanted[pk].name for pk in added),
            removed=sorted(before[pk].name for pk in removed),
        )
        tell_access_changed([locked])
        if removed:
            tell_assignees_changed()


def set_skills(teammate: Teammate, skills: Collection[str], *, by: Actor) -> None:
    """Say what a teammate is good at. Raises Refused for too many or too long ones."""
    wanted = list(dict.fromkeys(" ".join(skill.split()).casefold() for skill in skills if skill.strip()))
    if len(wanted) > MOST_SKILLS or any(len(skill) > SKILL_LENGTH for skill in wanted):
        raise Refused(f"Name at most {MOST_SKILLS} skills of at most {SKILL_LENGTH} letters each.")
    if by.teammate is not None and by.teammate.pk != teammate.pk:
        require(by.teammate, Permission.MANAGE_TEAMMATES)
    Teammate.objects.filter(pk=teammate.pk).update(skills=wanted)
    teammate.skills = wanted


def leave(teammate: Teammate, *, by: Actor) -> None:
    """End one's own membership. Raises Refused for the last owner."""
    with changing(teammate.workspace_id, by) as (workspace, by):
        _end(_locked(teammate), workspace, by, "teammate.left")


def remove(teammate: Teammate, *, by: Actor) -> None:
    """End somebody's membership: sessions, sockets and tokens end at once. Raises Refused or Forbidden."""
    with changing(teammate.workspace_id, by) as (workspace, by):
        locked = _locked(teammate)
        if by.teammate is not None and by.teammate.pk == locked.pk:
            return _end(locked, workspace, by, "teammate.left")
        _require_power(by, over=locked.role)
        return _end(locked, workspace, by, "teammate.removed")


def put_into_teams(teammate: Teammate, teams: Collection[Team]) -> None:
    """Make a teammate a member of exactly these teams, in the caller's transaction."""
    TeamMembership.objects.filter(teammate=teammate).exclude(team__in=teams).delete()
    TeamMembership.objects.bulk_create(
        [TeamMembership(workspace_id=teammate.workspace_id, team=team, teammate=teammate) for team in teams],
        ignore_conflicts=True,
    )


def owners_of(workspace: Workspace) -> int:
    """Return how many owners work in the workspace now."""
    return Teammate.objects.active().filter(workspace=workspace, role=Role.OWNER).count()


def tell_access_changed(teammates: Collection[Teammate]) -> None:
    """Have the live sockets of these teammates look again at what they may hear."""
    for hook in hooks.access_changed:
        hook(teammates)


def tell_assignees_changed() -> None:
    """Have conversations taken from those who may no longer have them."""
    for hook in hooks.assignees_changed:
        hook()


def _locked(teammate: Teammate) -> Teammate:
    found = Teammate.objects.select_for_update(no_key=True, of=("self",)).select_related("user")
    locked = found.filter(pk=teammate.pk, left_at__isnull=True).first()
    if locked is None:
        raise Refused("This teammate has left the workspace already.")
    return locked


def _require_power(by: Actor, *, over: str, giving: str = "") -> None:
    """Only owners touch owners, or make one. An actor without a teammate (the command line) may do all."""
    if by.teammate is None:
        return
    require(by.teammate, Permission.MANAGE_TEAMMATES)
    if Role.OWNER in (over, giving):
        require(by.teammate, Permission.MANAGE_OWNERS)


def _require_another_owner(teammate: Teammate) -> None:
    others = Teammate.objects.active().filter(workspace_id=teammate.workspace_id, role=Role.OWNER)
    if not others.exclude(pk=teammate.pk).exists():
        raise Refused("A workspace needs an owner, and this is the last one. Make somebody else an owner first.")


def _end(teammate: Teammate, workspace: Workspace, by: Actor, kind: str) -> None:
    """End a locked membership, with all that let its holder in."""
    if teammate.role == Role.OWNER:
        _require_another_owner(teammate)
    teams = sorted(teammate.teams.values_list("name", flat=True))
    record(kind, workspace=workspace, by=by, subject=teammate.name, handle=teammate.handle, role=teammate.role,
           teams=teams)  # fmt: skip
    Teammate.objects.filter(pk=teammate.pk).update(left_at=Now())
    TeamMembership.objects.filter(teammate=teammate).delete()
    # Those that act as them, and those that they made for others and so have seen in clear.
    _revoke(Q(acts_as=teammate) | Q(made_by=teammate), workspace, by)
    _end_sessions(teammate)
    tell_access_changed([teammate])
    tell_assignees_changed()


def _revoke(which: Q, workspace: Workspace, by: Actor) -> None:
    tokens = ApiToken.objects.filter(which, workspace=workspace, revoked_at__isnull=True)
    for token in tokens.select_related("acts_as__user"):
        record("token.revoked", workspace=workspace, by=by, subject=token.name, acts_as=token.acts_as.name)
    tokens.update(revoked_at=Now())


def _end_sessions(teammate: Teammate) -> None:
    """End the login's sessions that have no workspace left to work in."""
    elsewhere = Teammate.objects.active().filter(user_id=teammate.user_id).exclude(pk=teammate.pk).exists()
    for session in UserSession.objects.filter(user_id=teammate.user_id):
        only = session._session_store(session.session_key).get(SSO_WORKSPACE)
        if not elsewhere or only == teammate.workspace_id:
            session.end()
