"""What the desk itself tells a teammate."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from inbox.people.ids import new_public_id
from inbox.people.models import Teammate, Workspace


class Notice(models.Model):
    """A line in a teammate's notices, made by transport `inapp`. `delivery` makes it unique: it cannot double."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    teammate = models.ForeignKey(Teammate, models.CASCADE, related_name="notices", db_index=False)
    delivery = models.UUIDField(unique=True)
    title = models.CharField(max_length=300)
    body = models.TextField(blank=True, default="")
    url = models.CharField(max_length=1000, blank=True, default="")
    icon = models.CharField(max_length=40, default="bell")
    kind = models.CharField(max_length=80, blank=True, default="", db_default="")
    # In which conversation (its public id): shown only to those who may see it now.
    conversation = models.UUIDField(null=True, blank=True)
    count = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "teammate", "-id"], name="notice_by_time"),
            models.Index(fields=["teammate"], name="notice_unread", condition=Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.title
