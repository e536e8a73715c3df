"""The thread between a customer and the team."""

from __future__ import annotations

from django.db import models

from inbox.models.contacts import Contact, Visitor
from inbox.models.sight import ConversationQuerySet
from inbox.people.ids import new_public_id
from inbox.people.models import Team, Teammate, Workspace


class Status(models.TextChoices):
    OPEN = "open"
    SNOOZED = "snoozed"
    CLOSED = "closed"


class Priority(models.IntegerChoices):
    LOW = -1, "low"
    NORMAL = 0, "normal"
    HIGH = 1, "high"
    URGENT = 2, "urgent"


# The customer waits for an answer, and nobody was told yet that it takes long.
WAITS_UNTOLD = models.Q(status="open", waiting_since__isnull=False) & (
    models.Q(told_waiting_since__isnull=True) | models.Q(told_waiting_since__lt=models.F("waiting_since"))
)


class ConversationCounter(models.Model):
    """Gives the numbers of a workspace's conversations: a row of its own, so nothing else waits for its lock."""

    workspace = models.OneToOneField(Workspace, models.CASCADE, primary_key=True, related_name="+")
    last_number = models.BigIntegerField(default=0)


class Conversation(models.Model):
    """A thread. The `last_*` fields repeat the newest message so that a list of threads is one query."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="conversations", db_index=False)
    number = models.BigIntegerField()
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="conversations")
    # The browser it was started from. Null when a server started it.
    visitor = models.ForeignKey(Visitor, models.SET_NULL, null=True, blank=True, related_name="conversations")
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    assignee = models.ForeignKey(Teammate, models.SET_NULL, null=True, blank=True, related_name="assigned")
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="conversations")
    priority = models.SmallIntegerField(choices=Priority, default=Priority.NORMAL)
    last_seq = models.BigIntegerField(default=0)
    last_public_seq = models.BigIntegerField(default=0)
    # How far each side has read, in public_seq: what the other side's ticks show.
    contact_read_seq = models.BigIntegerField(default=0)
    teammate_read_seq = models.BigIntegerField(default=0)
    last_text = models.CharField(max_length=160, blank=True)
    last_kind = models.CharField(max_length=6, blank=True)
    last_author_kind = models.CharField(max_length=8, blank=True)
    last_teammate = models.ForeignKey(
        Teammate, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    last_message_at = models.DateTimeField()
    # Since when the customer has been without an answer; null while it is their turn.
    waiting_since = models.DateTimeField(null=True, blank=True)
    # The last wait (its `waiting_since`) that was told of as too long.
    told_waiting_since = models.DateTimeField(null=True, blank=True)
    first_reply_at = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    workspace_id: int
    contact_id: int
    team_id: int | None
    assignee_id: int | None
    visitor_id: int | None

    objects = ConversationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "number"], name="conversation_number_is_unique"),
            models.CheckConstraint(
                condition=models.Q(status="snoozed", snoozed_until__isnull=False)
                | ~models.Q(status="snoozed") & models.Q(snoozed_until__isnull=True),
                name="snoozed_has_an_end",
            ),
            models.CheckConstraint(
                condition=models.Q(status="closed", closed_at__isnull=False)
                | ~models.Q(status="closed") & models.Q(closed_at__isnull=True),
                name="closed_has_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "status", "-last_message_at", "-id"], name="conversation_list"),
            models.Index(fields=["workspace", "-last_message_at", "-id"], name="conversation_by_activity"),
            models.Index(
                fields=["workspace", "assignee", "status", "-last_message_at", "-id"], name="conversation_by_assignee"
            ),
            models.Index(
                fields=["workspace", "team", "status", "-last_message_at", "-id"], name="conversation_by_team"
            ),
            models.Index(fields=["workspace", "contact", "-last_message_at", "-id"], name="conversation_by_contact"),
            models.Index(fields=["visitor", "-id"], name="conversation_by_visitor"),
            models.Index(fields=["workspace", "created_at"], name="conversation_by_creation"),
            models.Index(fields=["snoozed_until"], condition=models.Q(status="snoozed"), name="conversation_to_wake"),
            models.Index(
                fields=["workspace", "waiting_since"], condition=WAITS_UNTOLD, name="conversation_waits_untold"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"


class ReadMarker(models.Model):
    """How far a teammate has read a conversation, in `seq`."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    teammate = models.ForeignKey(Teammate, models.CASCADE, related_name="read_markers")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="read_markers", db_index=False)
    seq = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "teammate"], name="one_marker_each")]
        indexes = [models.Index(fields=["workspace", "teammate"])]
