"""Facts of topic `audit`, kept as rows of their own until the spine tracks them."""

from __future__ import annotations

from django.db import models

from inbox.people.ids import new_public_id
from inbox.people.models.workspaces import Teammate, Workspace


class AuditFact(models.Model):
    """A change of power: kind (`noun.past_verb`), who, to whom or what, when and from where. Never changed."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="audit_facts", db_index=False)
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=200, blank=True)
    data = models.JSONField(default=dict)
    actor = models.ForeignKey(Teammate, models.SET_NULL, null=True, related_name="+")
    actor_name = models.CharField(max_length=120)
    via = models.CharField(max_length=20)
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "-at", "-id"], name="audit_by_time")]

    def __str__(self) -> str:
        return self.kind
