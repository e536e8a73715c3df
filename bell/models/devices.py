"""A bell: a Raspberry Pi with a hammer, known by its token."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Value
from django.db.models.functions import Lower
from django.db.models.lookups import Exact

from inbox.people.ids import new_public_id
from inbox.people.models import Workspace
from inbox.people.zones import zone_of
from notifications.matching import after_quiet


class DeviceQuerySet(models.QuerySet["Device"]):
    """Bells of any workspace; callers name the workspace."""

    def named(self, name: str) -> DeviceQuerySet:
        """Those of this name, as the constraint compares names: without regard to case."""
        return self.filter(Exact(Lower("name"), Lower(Value(name))))


class Device(models.Model):
    """One bell of a workspace. Only its token's hash is kept: the token itself is shown once."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="bells", db_index=False)
    name = models.CharField(max_length=60)
    hash = models.CharField(max_length=64, unique=True)
    # The last signs of the token, by which its owner recognises it.
    hint = models.CharField(max_length=4)
    muted = models.BooleanField(default=False)
    # {"from": "20:00", "to": "08:00"} by the workspace's clock, or {}: it rings at all hours.
    quiet: Any = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    # The socket that serves it now ("": none), and when anything was last heard over it.
    channel = models.CharField(max_length=100, blank=True, default="")
    last_seen_at = models.DateTimeField(null=True, blank=True)
    version = models.CharField(max_length=40, blank=True, default="")
    # What it missed up to here needs no roll any more.
    caught_up_at = models.DateTimeField(auto_now_add=True)

    objects = DeviceQuerySet.as_manager()

    workspace_id: int

    class Meta:
        constraints = [models.UniqueConstraint("workspace", Lower("name"), name="a_bell_has_a_name_of_its_own")]

    def __str__(self) -> str:
        return self.name

    def is_quiet(self, now: datetime) -> bool:
        """Say whether it is within the bell's quiet hours, by the workspace's clock."""
        return after_quiet(self.quiet, now, zone_of(self.workspace.timezone)) > now
