"""The secret with which a workspace's outgoing webhooks are signed."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

from inbox.people.models import Workspace
from inbox.people.secrets import EncryptedTextField

# How long the former secret signs beside a new one: a day in which receivers are given the new one.
OVERLAP = timedelta(hours=24)


def new_webhook_secret() -> str:
    """Return a fresh secret as Standard Webhooks writes them: whsec_ and 32 bytes in base64."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


class WebhookSecret(models.Model):
    """One for each workspace, made when it is first needed, encrypted at rest."""

    workspace = models.OneToOneField(Workspace, models.CASCADE, primary_key=True, related_name="webhook_secret")
    secret = EncryptedTextField(default=new_webhook_secret)
    # The one before, and since when it is.
    previous = EncryptedTextField(null=True, blank=True)
    rolled_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"webhook secret of {self.workspace_id}"

    workspace_id: int

    @property
    def both_until(self) -> datetime | None:
        """Until when the former secret signs, too; None where it does not now."""
        if not self.previous or self.rolled_at is None or timezone.now() - self.rolled_at >= OVERLAP:
            return None
        return self.rolled_at + OVERLAP

    @property
    def signing(self) -> list[str]:
        """The secrets that sign now, the newest first."""
        return [str(self.secret), *([str(self.previous)] if self.both_until else [])]
