"""Who may see which conversation, and what a teammate asks of those they may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import BooleanField, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from inbox.people.models import Team, Teammate, TeamMembership

if TYPE_CHECKING:
    from inbox.models.conversations import Conversation  # noqa: F401  (named in the base class's annotation)


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def visible_to(self, teammate: Teammate) -> ConversationQuerySet:
        """The one rule of sight: the teammate's workspace, less private teams that they are not in, but for what they
        were given access to for a time (admins see all)."""
        from inbox.models.mentions import GuestAccess

        mine = self.filter(workspace_id=teammate.workspace_id)
        if teammate.sees_all_teams:
            return mine
        hidden = Team.objects.filter(workspace_id=teammate.workspace_id, is_private=True).exclude(
            id__in=TeamMembership.objects.filter(teammate=teammate).values("team_id")
        )
        guest_of = GuestAccess.objects.running().filter(workspace_id=teammate.workspace_id, teammate=teammate)
        return mine.filter(
            Q(team__isnull=True) | ~Q(team_id__in=hidden.values("id")) | Q(pk__in=guest_of.values("conversation_id"))
        )

    def with_unread_by(self, teammate: Teammate) -> ConversationQuerySet:
        """Annotate `unread`: somebody else's reply or note lies beyond what the teammate has read.

        What happened before the teammate joined is not unread, and neither is anything they did themselves.
        """
        from inbox.models.conversations import ReadMarker
        from inbox.models.messages import Message

        marker = ReadMarker.objects.filter(conversation=OuterRef("pk"), teammate=teammate).values("seq")
        beyond = Message.objects.filter(
            conversation=OuterRef("pk"), seq__gt=OuterRef("read_to"), kind__in=("reply", "note")
        ).exclude(teammate=teammate)
        return self.annotate(
            read_to=Coalesce(Subquery(marker), Value(0)),
        ).annotate(
            unread=models.Case(
                models.When(last_message_at__lt=teammate.created_at, then=Value(False)),
                models.When(read_to__gte=F("last_seq"), then=Value(False)),
                default=Exists(beyond),
                output_field=BooleanField(),
            )
        )

    def for_list(self) -> ConversationQuerySet:
        """Fetch with each row what a list shows of it."""
        return self.select_related(
            "contact__account", "contact__root__account", "assignee__user", "team", "last_teammate__user"
        )
