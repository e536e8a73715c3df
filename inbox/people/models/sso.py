"""A workspace's own identity provider."""

from __future__ import annotations

from django.db import models

from inbox.people.models.workspaces import Role, Workspace
from inbox.people.secrets import EncryptedTextField

JOINS_AS = [(role.value, role.label) for role in (Role.AGENT, Role.VIEWER)]


class SingleSignOn(models.Model):
    """An OpenID Connect provider that lets people into one workspace. It proves (provider, subject), nothing else."""

    workspace = models.OneToOneField(Workspace, models.CASCADE, related_name="sso")
    issuer = models.URLField(max_length=300)
    client_id = models.CharField(max_length=300)
    client_secret = EncryptedTextField(blank=True)
    label = models.CharField(max_length=60, default="Single sign-on")
    # What somebody gets who comes in for the first time, uninvited. Empty: nobody comes in uninvited.
    joins_as = models.CharField(max_length=10, choices=JOINS_AS, blank=True)
    is_required = models.BooleanField(default=False)
    is_enabled = models.BooleanField(default=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.label

    @property
    def provider_id(self) -> str:
        """The name under which django-allauth knows this provider: one a workspace."""
        return f"ws-{self.workspace.slug}"
