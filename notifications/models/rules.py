"""Who wants to hear of what, and how: a workspace's routes, a teammate's preferences, automated messages."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from inbox.people.ids import new_public_id
from inbox.people.models import Teammate, Workspace
from notifications.words import Face, Severity


class Rule(models.Model):
    """Match, audience, transport, wording, delay and cap. A Route, a Preference and an Automation are its faces.

    An event matches where its kind fits one of `kinds` ("payment.*", "user.*"; none: any), its topic is among `topics`
    (none: any), its severity is at least `min_severity`, and `condition` (CEL) says yes.
    """

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="rules", db_index=False)
    face = models.CharField(max_length=12, choices=Face, default=Face.ROUTE)
    teammate = models.ForeignKey(Teammate, models.CASCADE, null=True, blank=True, related_name="rules", db_index=False)
    name = models.CharField(max_length=80)
    purpose = models.CharField(max_length=300, blank=True, default="")
    enabled = models.BooleanField(default=True)
    # Takes what no other route took.
    is_fallback = models.BooleanField(default=False)

    kinds = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    topics = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    min_severity = models.SmallIntegerField(choices=Severity, default=Severity.INFO)
    # Whether it takes what happens in private teams' conversations too.
    takes_private = models.BooleanField(default=False)
    condition = models.CharField(max_length=2000, blank=True, default="")

    transport = models.CharField(max_length=20)
    address = models.CharField(max_length=320, blank=True, default="")
    template = models.TextField(blank=True, default="")
    # Always told with a sound, or never: what a transport can make of it.
    silent = models.BooleanField(default=False)

    # Seconds in which events with equal keys share one message; 0: each has its own.
    group_seconds = models.PositiveIntegerField(default=0)
    # At most `cap` messages in `cap_seconds`, the rest in one summary; 0: no cap.
    cap = models.PositiveIntegerField(default=0)
    cap_seconds = models.PositiveIntegerField(default=60)
    delay_seconds = models.PositiveIntegerField(default=0)
    # {"from": "22:00", "to": "07:00"} by the workspace's clock; empty: none. What falls into it waits for its end.
    quiet: Any = models.JSONField(default=dict, blank=True)
    muted_until = models.DateTimeField(null=True, blank=True)

    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    workspace_id: int
    teammate_id: int | None

    class Meta:
        indexes = [models.Index(fields=["workspace", "face"], name="rule_by_face", condition=Q(enabled=True))]
        constraints = [
            # A preference's name is the key of what is chosen (notifications/personal/choices.py).
            models.UniqueConstraint(
                fields=["teammate", "name", "transport"],
                name="preference_is_chosen_once",
                condition=Q(face="preference"),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """What names this rule in a delivery, for good: "route:12"."""
        return f"{self.face}:{self.pk}"
