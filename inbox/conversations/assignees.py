"""Conversations whose assignee may no longer have them go back to nobody, so that somebody else picks them up.

Leaving a workspace or a private team does not wait for this: `settle` claims what is due and works it, here or in a
worker, and may run as often as it likes.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from inbox.conversations.actions import assign
from inbox.models import Conversation, GuestAccess
from inbox.models.conversations import Status
from inbox.people.models import Team, Teammate, TeamMembership
from inbox.people.models.workspaces import Role

_TO_DO = (Status.OPEN, Status.SNOOZED)


def settle(limit: int = 100) -> int:
    """Take up to `limit` open or snoozed conversations from those who left or may not see them; return how many."""
    return sum(_take(due, limit) for due in (_of_leavers(), _of_outsiders()))


def held_by(teammate: Teammate) -> QuerySet[Conversation]:
    """Return the open and snoozed conversations that would lose their assignee if this teammate left."""
    return Conversation.objects.filter(workspace_id=teammate.workspace_id, assignee=teammate, status__in=_TO_DO)


# Both ask for ids first: few have left, few teams are private, and with literal ids an index leads to what they hold.


def _of_leavers() -> QuerySet[Conversation]:
    left = list(Teammate.objects.filter(left_at__isnull=False).values_list("pk", "workspace_id"))
    return Conversation.objects.filter(
        workspace_id__in={workspace for _, workspace in left},
        assignee_id__in=[pk for pk, _ in left],
        status__in=_TO_DO,
    )


def _of_outsiders() -> QuerySet[Conversation]:
    private = list(Team.objects.filter(is_private=True).values_list("pk", "workspace_id"))
    inside = TeamMembership.objects.filter(team=OuterRef("team"), teammate=OuterRef("assignee"))
    guest = GuestAccess.objects.running().filter(conversation=OuterRef("pk"), teammate=OuterRef("assignee"))
    return Conversation.objects.filter(
        ~Exists(inside),
        ~Exists(guest),
        workspace_id__in={workspace for _, workspace in private},
        team_id__in=[pk for pk, _ in private],
        assignee__role__in=(Role.AGENT, Role.VIEWER),
        status__in=_TO_DO,
    )


def _take(due: QuerySet[Conversation], limit: int) -> int:
    with transaction.atomic():
        locked = due.select_for_update(no_key=True, skip_locked=True, of=("self",)).order_by("pk")
        taken = list(locked[:limit])
        for conversation in taken:
            assign(conversation, None, by=None)
    return len(taken)
