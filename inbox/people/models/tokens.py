"""Keys for servers."""

from __future__ import annotations

from django.db import models

from inbox.people.models.workspaces import Teammate, Workspace
from inbox.people.secrets import new_token, token_hash


class ApiToken(models.Model):
    """A bearer token of a workspace. Only its hash is kept: the token itself is shown once."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="api_tokens")
    acts_as = models.ForeignKey(Teammate, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def issue(cls, teammate: Teammate, name: str) -> str:
        """Make a token that acts as `teammate` and return it in clear, for the only time."""
        token = new_token("fd")
        cls.objects.create(workspace=teammate.workspace, acts_as=teammate, name=name, hash=token_hash(token))
        return token
