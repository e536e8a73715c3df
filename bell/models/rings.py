"""One strike of a bell, and whether it was heard."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from bell.models.devices import Device
from inbox.people.ids import new_public_id
from inbox.people.models import Teammate, Workspace
from notifications.models import Event


class State(models.TextChoices):
    """What became of a ring. `folded`: struck as a part of another one's roll, if that one is."""

    WAITING = "waiting", "waits for its turn"
    SENT = "sent", "on its way"
    STRUCK = "struck", "struck"
    MISSED = "missed", "nobody heard it"
    FOLDED = "folded", "part of a roll"


class Ring(models.Model):
    """That one bell is to be struck, for one reason. Without a bell: what would have rung, had there been one."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="rings", db_index=False)
    device = models.ForeignKey(Device, models.CASCADE, null=True, blank=True, related_name="rings", db_index=False)
    # The spine's delivery, so that the same one rings once; null: rung by hand, or a roll for what was missed.
    delivery = models.UUIDField(null=True, blank=True)
    # Goes with its event: the reason names people, and who may hear of it follows from the event.
    event = models.ForeignKey(Event, models.CASCADE, null=True, blank=True, related_name="+")
    rung_by = models.ForeignKey(Teammate, models.SET_NULL, null=True, blank=True, related_name="+")
    pattern: Any = models.JSONField()
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    # The ring whose roll it became a part of.
    into = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="folded")

    workspace_id: int
    device_id: int | None
    rung_by_id: int | None

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["delivery", "device"], name="a_delivery_rings_a_bell_once", nulls_distinct=False,
                condition=Q(delivery__isnull=False),
            )
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["workspace", "-id"], name="ring_by_time"),
            models.Index(fields=["device", "-id"], name="ring_of_bell"),
            models.Index(fields=["created_at"], name="ring_open", condition=Q(state__in=["waiting", "sent"])),
        ]

    def __str__(self) -> str:
        return f"{self.reason} ({self.state})"
