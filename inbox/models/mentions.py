"""Who was named in a note, who follows a conversation, and who sees one for a time."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from inbox.models.conversations import Conversation
from inbox.models.messages import Message
from inbox.people.ids import new_public_id
from inbox.people.models import Teammate, Workspace


class Mention(models.Model):
    """A teammate named in a note: by their own handle, by a team's, or by @here (`handle` is what was written)."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="mentions", db_index=False)
    message = models.ForeignKey(Message, models.CASCADE, related_name="mentions", db_index=False)
    teammate = models.ForeignKey(Teammate, models.CASCADE, related_name="mentions", db_index=False)
    handle = models.CharField(max_length=39)
    # The line of the thread from which on it is news: the note's own, or that of the edit that named them.
    seq = models.BigIntegerField()
    # Null: they could not see the conversation, so they were not told a thing.
    told_at = models.DateTimeField(null=True, blank=True)
    # An edit took the name out again.
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # When they said that they had read it, without having opened the conversation.
    read_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    teammate_id: int
    conversation_id: int
    message_id: int

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "teammate"], name="named_once_in_a_note")]
        indexes = [
            models.Index(
                fields=["workspace", "teammate", "conversation"],
                name="mention_of_teammate",
                condition=Q(withdrawn_at__isnull=True, told_at__isnull=False),
            ),
            # Those who could not see it, for when they can.
            models.Index(fields=["conversation", "teammate"], name="mention_untold", condition=Q(told_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"@{self.handle}"


class Follow(models.Model):
    """That a teammate follows a conversation: they wrote in it, were named or given it, or chose to. `is_muted`: they
    chose not to, and nothing but their own choice changes that."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="follows", db_index=False)
    teammate = models.ForeignKey(Teammate, models.CASCADE, related_name="+")
    is_muted = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "conversation", "teammate"], name="followed_once")]


class GuestAccessQuerySet(models.QuerySet["GuestAccess"]):
    def running(self, now: datetime | None = None) -> GuestAccessQuerySet:
        """Return those that open their conversation now."""
        return self.filter(ended_at__isnull=True, ends_at__gt=now or timezone.now())


class GuestAccess(models.Model):
    """That a teammate sees one conversation of a private team that they are not in, until `ends_at`."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="guests", db_index=False)
    teammate = models.ForeignKey(Teammate, models.CASCADE, related_name="+", db_index=False)
    given_by = models.ForeignKey(Teammate, models.SET_NULL, null=True, related_name="+", db_index=False)
    ends_at = models.DateTimeField()
    # When it ended: by itself, by hand, or because the conversation moved on.
    ended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = GuestAccessQuerySet.as_manager()

    conversation_id: int
    teammate_id: int

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "teammate"], condition=Q(ended_at__isnull=True), name="one_access_at_a_time"
            )
        ]
        indexes = [
            models.Index(
                fields=["workspace", "teammate", "conversation"], name="guest_access_of", condition=Q(ended_at=None)
            ),
            models.Index(fields=["ends_at"], name="guest_access_to_end", condition=Q(ended_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.teammate} until {self.ends_at:%Y-%m-%d %H:%M}"
