"""How a workspace's sidebar in Help Scout looks, and what was asked of it lately."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from inbox.people.models import Workspace


class SidebarLayout(models.Model):
    """Which rows a workspace's sidebar shows, from top to bottom, and the team's own Liquid below them."""

    workspace = models.OneToOneField(Workspace, models.CASCADE, primary_key=True, related_name="+")
    # Names of rows (integrations/helpscout/rows.py): "company", "contact:KEY" for an attribute of the workspace's own.
    rows = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    snippet = models.TextField(blank=True, default="")
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{len(self.rows)} rows"


class Verdict(models.TextChoices):
    """What became of a request."""

    FOUND = "found", "Found"
    CLAIMED = "claimed", "Found by an unverified address"
    UNKNOWN = "unknown", "Not found"
    NO_CUSTOMER = "no_customer", "Named no customer"
    BAD_SIGNATURE = "bad_signature", "Wrong signature"
    NO_SIGNATURE = "no_signature", "No signature"
    UNREADABLE_SECRET = "unreadable_secret", "Our secret cannot be read"
    BAD_BODY = "bad_body", "Not the JSON that Help Scout sends"


class SidebarRequest(models.Model):
    """One request of Help Scout's. It holds no address and no name: only whom it found, by their public id."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    verdict = models.CharField(max_length=20, choices=Verdict)
    status = models.PositiveSmallIntegerField()
    milliseconds = models.PositiveIntegerField()
    contact = models.UUIDField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "-id"], name="sidebar_request_list")]

    def __str__(self) -> str:
        return self.verdict
