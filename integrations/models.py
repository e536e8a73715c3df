"""A workspace's settings for what others run."""

from __future__ import annotations

import json
from typing import Any

from django.db import models

from inbox.people.models import Workspace
from inbox.people.secrets import EncryptedTextField


class Integration(models.TextChoices):
    HELPSCOUT = "helpscout", "Help Scout"
    STRIPE = "stripe", "Stripe"
    SLACK = "slack", "Slack"
    INTERCOM = "intercom", "Intercom"


class Connection(models.Model):
    """What one workspace has set for one integration. The values are encrypted at rest and never shown again."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="connections", db_index=False)
    integration = models.CharField(max_length=20, choices=Integration)
    config = EncryptedTextField(default="{}")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "integration"], name="one_connection_per_integration")
        ]

    def __str__(self) -> str:
        return self.get_integration_display()

    @property
    def values(self) -> dict[str, Any]:
        """What was set, by key, in clear."""
        return dict(json.loads(self.config))


from integrations.helpscout.models import SidebarLayout, SidebarRequest  # noqa: E402, F401
from integrations.stripe.models import StripeBackfill, StripeCustomer, StripeEvent, StripeTold  # noqa: E402, F401
