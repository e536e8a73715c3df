"""Teams: who shares which conversations."""

from __future__ import annotations

from collections.abc import Collection

from django.db import IntegrityError, transaction

from inbox.people.audit import Actor, record
from inbox.people.handles import HandleRefused, check_handle, free_handle
from inbox.people.membership import (
    Refused,
    changing,
    hooks,
    tell_access_changed,
    tell_assignees_changed,
)
from inbox.people.models import Team, Teammate, TeamMembership, Workspace
from inbox.people.permissions import Permission, require

NAME_LENGTH = 80


def create_team(
    workspace: Workspace,
    name: str,
    *,
    by: Actor,
    handle: str = "",
    is_private: bool = False,
    members: Collection[Teammate] = (),
) -> Team:
    """Make a team; without a `handle` it gets one from its name. Raises Refused, HandleRefused or Forbidden."""
    name = _clean(name)
    try:
        with changing(workspace.pk, by) as (locked, by):
            _require(by)
            kept = check_handle(locked, handle) if handle.strip() else free_handle(locked, name)
            team = Team.objects.create(workspace=locked, name=name, handle=kept, is_private=is_private)
            inside = _members(locked, members)
            _join(team, inside)
            record("team.created", workspace=locked, by=by, subject=name, handle=kept, private=is_private,
                   members=sorted(mate.name for mate in inside))  # fmt: skip
            _tell_all(locked)
    except IntegrityError as error:
        raise HandleRefused("Somebody took this handle just now. Choose another one.") from error
    return team


def change_team(team: Team, *, name: str, is_private: bool, by: Actor) -> None:
    """Rename a team, and say whether it is private. Its handle stays, as addresses and mentions hold it."""
    name = _clean(name)
    with changing(team.workspace_id, by) as (workspace, by):
        _require(by)
        locked = _locked(team)
        if name != locked.name:
            record("team.renamed", workspace=workspace, by=by, subject=name, before=locked.name, after=name)
        if is_private != locked.is_private:
            kind = "team.made_private" if is_private else "team.opened"
            record(kind, workspace=workspace, by=by, subject=name)
        changed = is_private != locked.is_private
        locked.name, locked.is_private = name, is_private
        locked.save(update_fields=["name", "is_private"])
        if changed:
            _tell_all(workspace)
            tell_assignees_changed()
    team.name, team.is_private = name, is_private


def set_members(team: Team, members: Collection[Teammate], *, by: Actor) -> None:
    """Make exactly these active teammates the members of a team."""
    with changing(team.workspace_id, by) as (workspace, by):
        _require(by)
        locked = _locked(team)
        before = {mate.pk: mate for mate in locked.members.select_related("user")}
        wanted = {mate.pk: mate for mate in _members(workspace, members)}
        added = [wanted[pk] for pk in wanted.keys() - before.keys()]
        removed = [before[pk] for pk in before.keys() - wanted.keys()]
        if not added and not removed:
            return
        TeamMembership.objects.filter(team=locked, teammate__in=removed).delete()
        _join(locked, added)
        record("team.members_changed", workspace=workspace, by=by, subject=locked.name,
               added=sorted(mate.name for mate in added), removed=sorted(mate.name for mate in removed))  # fmt: skip
        tell_access_changed([*added, *removed])
        if removed:
            tell_assignees_changed()


def add_member(team: Team, teammate: Teammate, *, by: Actor) -> None:
    """Let a teammate into a team."""
    set_members(team, [*team.members.all(), teammate], by=by)


def remove_member(team: Team, teammate: Teammate, *, by: Actor) -> None:
    """Take a teammate out of a team. What was assigned to them there goes back to nobody, if they no longer see it."""
    set_members(team, [mate for mate in team.members.all() if mate.pk != teammate.pk], by=by)


def delete_team(team: Team, *, by: Actor, takes_over: Team | None = None) -> None:
    """Delete a team; `takes_over` gets its conversations.

    Raises Refused while it is private, has conversations, and nobody takes them over: a conversation without a team is
    seen by all. The hooks move the conversations in transactions of their own, as there may be many.
    """
    if takes_over is not None and (takes_over.workspace_id != team.workspace_id or takes_over.pk == team.pk):
        raise Refused("Choose another team of this workspace to take over.")
    with changing(team.workspace_id, by) as (_, actor):
        _require(actor)
    for hook in hooks.team_dissolving:
        hook(team, takes_over, actor.teammate, False)
    with changing(team.workspace_id, by) as (workspace, by):
        _require(by)
        # For update in full: nothing can be put into the team between this look and its end.
        locked = Team.objects.select_for_update().filter(pk=team.pk).first()
        if locked is None:
            return
        for hook in hooks.team_dissolving:
            hook(locked, takes_over, by.teammate, True)
        record("team.deleted", workspace=workspace, by=by, subject=locked.name, handle=locked.handle,
               private=locked.is_private, taken_over_by=takes_over.name if takes_over else "")  # fmt: skip
        locked.delete()
        _tell_all(workspace)
        tell_assignees_changed()


def _clean(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Refused("Give the team a name.")
    if len(name) > NAME_LENGTH:
        raise Refused(f"A team's name has at most {NAME_LENGTH} letters.")
    return name


def _require(by: Actor) -> None:
    if by.teammate is not None:
        require(by.teammate, Permission.MANAGE_TEAMS)


def _locked(team: Team) -> Team:
    locked = Team.objects.select_for_update(no_key=True).filter(pk=team.pk).first()
    if locked is None:
        raise Refused("This team is not there any more.")
    return locked


def _members(workspace: Workspace, members: Collection[Teammate]) -> list[Teammate]:
    wanted = [mate.pk for mate in members]
    return list(workspace.teammates.active().select_related("user").filter(pk__in=wanted))


def _join(team: Team, members: Collection[Teammate]) -> None:
    with transaction.atomic():
        TeamMembership.objects.bulk_create(
            [TeamMembership(workspace_id=team.workspace_id, team=team, teammate=mate) for mate in members],
            ignore_conflicts=True,
        )


def _tell_all(workspace: Workspace) -> None:
    for hook in hooks.sight_changed:
        hook(workspace)
