"""When a teammate wants to be told."""

from __future__ import annotations

from typing import Any

from django.db import models

from inbox.people.models import Teammate, Workspace


class HoursOf(models.TextChoices):
    """Whose hours count."""

    WORKSPACE = "workspace", "the workspace's business hours"
    OWN = "own", "my own hours"
    ALWAYS = "always", "always"


class Schedule(models.Model):
    """A teammate's working hours, and until when they are not to be disturbed. Without a row: the workspace's hours."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    teammate = models.OneToOneField(Teammate, models.CASCADE, related_name="schedule")
    hours = models.CharField(max_length=9, choices=HoursOf, default=HoursOf.WORKSPACE)
    # Of `own`: as Workspace.business_hours (inbox/people/hours.py), in the teammate's own zone.
    own_hours: Any = models.JSONField(default=dict, blank=True)
    quiet_until = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    teammate_id: int

    class Meta:
        indexes = [models.Index(fields=["workspace", "teammate"], name="schedule_of_teammate")]

    def __str__(self) -> str:
        return self.hours
