"""Those whom a call names by their handle."""

from __future__ import annotations

from inbox.api.problems import Problem
from inbox.models import Conversation
from inbox.people.models import Team, Teammate, Workspace


def author_named(workspace: Workspace, handle: str) -> Teammate:
    """Return the teammate who is to write. Raises Problem if there is none, or one who may only look."""
    author = _teammate(workspace, handle)
    if author is None:
        raise Problem("author_unknown", f"@{handle} is not a teammate of this workspace.", field="author")
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
    active = Teammate.objects.filter(workspace=workspace, user__is_active=True)
    return active.filter(handle=handle).select_related("user", "workspace").first()
