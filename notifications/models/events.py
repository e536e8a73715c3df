"""What happened: one row for each fact that was tracked, never changed but for what the spine notes beside it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from inbox.people.ids import new_public_id
from inbox.people.models import Teammate, Workspace
from notifications.words import ERASED, Severity, Topic


class Event(models.Model):
    """A fact: kind (`noun.past_verb`), topic, severity, typed data and its wording as it was then.

    The spine stands below contacts and accounts, so it knows them by their public ids and by the names they had.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="events", db_index=False)
    kind = models.CharField(max_length=80)
    topic = models.CharField(max_length=20, choices=Topic)
    severity = models.SmallIntegerField(choices=Severity, default=Severity.INFO)
    title = models.CharField(max_length=300)
    body = models.TextField(blank=True, default="")
    # A path of ours ("/inbox/all/12/") or somebody else's https address.
    url = models.CharField(max_length=1000, blank=True, default="")
    icon = models.CharField(max_length=40, default="bell")
    data: Any = models.JSONField(default=dict)
    contact = models.UUIDField(null=True, blank=True)
    contact_name = models.CharField(max_length=200, blank=True, default="")
    account = models.CharField(max_length=255, blank=True, default="")
    account_name = models.CharField(max_length=200, blank=True, default="")
    # The conversation it happened in, and whether that was in a private team then: it is told to nobody else.
    conversation = models.UUIDField(null=True, blank=True)
    is_private = models.BooleanField(default=False)
    actor = models.ForeignKey(Teammate, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    actor_name = models.CharField(max_length=120, blank=True, default="")
    # What it is about ("conversation:0192…", "invoice:in_1"): by it a later event settles this one.
    subject = models.CharField(max_length=200, blank=True, default="")
    # Events with equal keys are alike enough to share one message.
    group_key = models.CharField(max_length=200, blank=True, default="")
    occurred_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)
    # When rules were looked at; null: still to be done.
    routed_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)

    workspace_id: int
    actor_id: int | None

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="event_to_route", condition=Q(routed_at__isnull=True)),
            models.Index(fields=["workspace", "-id"], name="event_by_time"),
            models.Index(fields=["workspace", "kind", "-id"], name="event_by_kind"),
            models.Index(fields=["workspace", "topic", "-id"], name="event_by_topic"),
            # What weeks are counted from: few of all events are of these topics.
            models.Index(
                fields=["workspace", "topic", "occurred_at"],
                name="event_of_week",
                condition=Q(topic__in=["financials", "client-feedback"]),
            ),
            models.Index(fields=["workspace", "contact", "-id"], name="event_by_contact"),
            models.Index(fields=["workspace", "account", "-id"], name="event_by_account", condition=~Q(account="")),
            models.Index(fields=["workspace", "subject"], name="event_by_subject", condition=~Q(subject="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.title}"

    @property
    def is_erased(self) -> bool:
        """Whether whom it was about was erased: it has no words and no data any more."""
        return self.group_key == ERASED

    @property
    def severity_word(self) -> str:
        """ "info", "warning", "error" or "critical"."""
        return Severity(self.severity).label


class EventKey(models.Model):
    """An idempotency key under which an event was tracked. Kept apart from events, for a day."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=255)
    event = models.UUIDField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="event_key_is_used_once")]
        indexes = [models.Index(fields=["created_at"], name="event_key_by_age")]

    def __str__(self) -> str:
        return self.key
