"""What a thread is made of."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from inbox.models.contacts import Contact
from inbox.models.conversations import Conversation
from inbox.people.models import Teammate, Workspace


class MessageKind(models.TextChoices):
    REPLY = "reply"
    NOTE = "note"
    ACTION = "action"


class AuthorKind(models.TextChoices):
    CONTACT = "contact"
    TEAMMATE = "teammate"
    SYSTEM = "system"


class Message(models.Model):
    """A reply, a private note, or an action. `public_seq` is its number on the visitor's side; null hides it there."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages", db_index=False)
    seq = models.BigIntegerField()
    public_seq = models.BigIntegerField(null=True)
    client_id = models.UUIDField()
    kind = models.CharField(max_length=6, choices=MessageKind)
    author_kind = models.CharField(max_length=8, choices=AuthorKind)
    teammate = models.ForeignKey(Teammate, models.SET_NULL, null=True, related_name="+")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, related_name="+")
    text = models.TextField(blank=True)
    # For an action: what was done ("assigned") and its particulars (names as they were then).
    action = models.CharField(max_length=20, blank=True)
    data = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    conversation_id: int
    teammate_id: int | None
    contact_id: int | None

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="message_seq_is_unique"),
            models.UniqueConstraint(
                fields=["conversation", "public_seq"],
                condition=models.Q(public_seq__isnull=False),
                name="message_public_seq_is_unique",
            ),
            models.UniqueConstraint(fields=["conversation", "client_id"], name="message_client_id_is_unique"),
            models.CheckConstraint(
                condition=models.Q(kind="reply", public_seq__isnull=False)
                | models.Q(kind="note", public_seq__isnull=True)
                | models.Q(kind="action"),
                name="replies_are_public_and_notes_are_not",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "-created_at"])]
        ordering = ["seq"]

    @property
    def author_name(self) -> str:
        """Who wrote this, as everybody sees it."""
        if self.teammate is not None:
            return self.teammate.name
        if self.data.get("team"):  # of an automation: the team writes, and no one of it
            return str(self.data["team"])
        if self.contact is not None:
            return self.contact.person.display_name
        if self.data.get("author_name"):  # of what was brought over (inbox/conversations/history.py)
            return str(self.data["author_name"])
        return "Frontdesk" if self.author_kind == AuthorKind.SYSTEM else "Somebody who has left"
