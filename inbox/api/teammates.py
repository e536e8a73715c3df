"""Those whom a call names by their handle."""

from __future__ import annotations

from inbox.api.problems import Problem
from inbox.models import Conversation
from inbox.people.models import Team, Teammate, Workspace
from inbox.people.permissions import Permission


def author_named(caller: Teammate, handle: str) -> Teammate:
    """Return the teammate who is to write.

    Raises Problem if there is none, one who may only look, or somebody else than whom the token acts as: only tokens
    of owners and admins speak for others.
    """
    author = _teammate(caller.workspace, handle)
    if author is None:
        raise Problem("author_unknown", f"@{handle} is not a teammate of this workspace.", field="author")
    if author.pk != caller.pk and not caller.may(Permission.MANAGE_TEAMMATES):
        raise Problem(
            "author_not_yours",
            f"This token acts as @{caller.handle} and may not write as @{author.handle}. Use a token of an admin.",
            status=403,
            field="author",
        )
    if not author.may_write:
        raise Problem("author_cannot_write", f"@{handle} is a viewer and writes nothing.", field="author")
    return author


def require_sight(author: Teammate, conversation: Conversation) -> None:
    """Raise a Problem where the author may not see what they are to write in."""
    if not Conversation.objects.visible_to(author).filter(pk=conversation.pk).exists():
        raise Problem("author_cannot_see", f"@{author.handle} may not see this conversation.", field="author")


def assignee_named(workspace: Workspace, handle: str) -> Teammate:
    """Return the teammate who is to have a conversation. Raises Problem if there is none."""
    assignee = _teammate(workspace, handle)
    if assignee is None:
        raise Problem("assignee_unknown", f"@{handle} is not a teammate of this workspace.", field="assignee")
    return assignee


def team_named(workspace: Workspace, handle: str) -> Team:
    """Return the team with this handle. Raises Problem if there is none."""
    team = Team.objects.filter(workspace=workspace, handle=handle).first()
    if team is None:
        raise Problem("team_unknown", f"No team of this workspace has the handle {handle!r}.", field="team")
    return team


def _teammate(workspace: Workspace, handle: str) -> Teammate | None:
    active = Teammate.objects.active().filter(workspace=workspace)
    return active.filter(handle=handle).select_related("user", "workspace").first()
