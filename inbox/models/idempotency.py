"""What was answered to a write, so that the same write can be answered again and is done once."""

from __future__ import annotations

from django.db import models

from inbox.people.models import ApiToken, Workspace


class IdempotencyKey(models.Model):
    """A client's key for one write of one token, and the answer it got. Expires a day after it was made."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=255)
    # SHA-256 of method, path and body: the same key with another request is a mistake that must be told.
    request_hash = models.CharField(max_length=64)
    # Empty while the first request is being worked.
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "token", "key"], name="idempotency_key_is_unique_for_token")
        ]

    def __str__(self) -> str:
        return self.key
