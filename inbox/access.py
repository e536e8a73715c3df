"""What the inbox does when somebody's access changes (inbox/people/membership.py calls these)."""

from __future__ import annotations

from collections.abc import Collection

from inbox.people.models import Teammate, Workspace
from inbox.people.nudge import nudge_on_commit
from inbox.realtime import Frame, publish_on_commit, teammate_group, workspace_group

SETTLE = "inbox.tasks.settle_assignees"


def look_again(teammates: Collection[Teammate]) -> None:
    """Have the live sockets of these teammates look again at what they may hear, once this is committed."""
    publish_on_commit([Frame(teammate_group(mate.pk), {}, "reauthorise") for mate in teammates])
    nudge_on_commit(SETTLE)


def all_look_again(workspace: Workspace) -> None:
    """The same for every live desk of a workspace: a team became private, or open."""
    publish_on_commit([Frame(workspace_group(workspace.pk), {}, "reauthorise")])
    nudge_on_commit(SETTLE)


def sessions_ended(user_id: int, keep: str) -> None:
    """Have the live desks of a login look whether their session is among those that ended; `keep` is not."""
    mates = Teammate.objects.active().filter(user_id=user_id).values_list("pk", flat=True)
    publish_on_commit([Frame(teammate_group(pk), {}, "reauthorise", {"keep": keep}) for pk in mates])


def settle_assignees() -> None:
    """Have a worker take conversations from those who may no longer have them."""
    nudge_on_commit(SETTLE)
