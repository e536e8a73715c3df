"""What becomes of a team's conversations when it is deleted."""

from __future__ import annotations

from django.utils import timezone

from inbox.conversations.actions import move
from inbox.models import Conversation, GuestAccess
from inbox.models.conversations import Status
from inbox.people.membership import Refused
from inbox.people.models import Team, Teammate

BATCH = 1000


def hand_over(team: Team, to: Team | None, by: Teammate | None, at_last: bool) -> None:
    """Put all conversations of `team` into `to`; without one, those of an open team into none.

    Raises Refused where that would show a private team's conversations to all, or (`at_last`) where somebody has put
    one into the team meanwhile. What is open or snoozed says so in its thread; what is closed moves quietly, as there
    may be much of it.
    """
    left = Conversation.objects.filter(workspace_id=team.workspace_id, team=team)
    if to is None and team.is_private and left.exists():
        raise Refused(
            f"{team.name} is private and has conversations. Choose the team that takes them over: without a team, "
            "everybody here could read them."
        )
    if at_last:
        if left.exists():
            raise Refused("Somebody has put a conversation into this team just now. Delete it once more.")
        return
    while pending := list(left.exclude(status=Status.CLOSED).order_by("pk")[:100]):
        for conversation in pending:
            move(conversation, to, by=by)
    quiet = left.filter(status=Status.CLOSED)
    while some := list(quiet.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        GuestAccess.objects.filter(conversation__in=some, ended_at__isnull=True).update(ended_at=timezone.now())
        quiet.filter(pk__in=some).update(team=to)
