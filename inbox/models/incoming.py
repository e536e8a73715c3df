"""Mail that came in, kept as it came until it is worked."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from inbox.people.ids import new_public_id
from inbox.people.models import Workspace


class IncomingMail(models.Model):
    """One letter to a reply address, stored before anything else is done with it; its Message-ID makes it unique.

    `outcome` says what became of it: "" not worked yet, "noted", or why it was refused. The letter itself is forgotten
    once it was worked.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    message_id = models.CharField(max_length=255)
    # Whom it says that it is from, and to which address of ours it went.
    sender = models.CharField(max_length=320)
    recipient = models.CharField(max_length=320)
    raw = models.TextField(blank=True)
    # What the mail provider found of its sender: {"dmarc": "pass"}.
    verdict = models.JSONField(default=dict, blank=True)
    received_at = models.DateTimeField(auto_now_add=True)
    # Work: from this moment on, until null.
    due_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=30, blank=True, default="")
    error = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "message_id"], name="a_letter_comes_in_once")]
        indexes = [
            models.Index(fields=["due_at"], name="incoming_mail_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["received_at"], name="incoming_mail_by_age"),
        ]

    def __str__(self) -> str:
        return self.message_id
