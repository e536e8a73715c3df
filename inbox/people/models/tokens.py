"""Keys for servers."""

from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.db import models

from inbox.people.ids import new_public_id
from inbox.people.models.workspaces import Teammate, Workspace
from inbox.people.secrets import new_token, token_hash


class Scope(models.TextChoices):
    READ = "read"
    WRITE = "write"


class ApiToken(models.Model):
    """A bearer token of a workspace. Only its hash is kept: the token itself is shown once."""

    public_id = models.UUIDField(default=new_public_id, db_default=RandomUUID(), unique=True, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="api_tokens")
    acts_as = models.ForeignKey(Teammate, models.CASCADE, related_name="api_tokens")
    # Who has seen it in clear. Empty: made on the command line, or by somebody whose row is gone.
    made_by = models.ForeignKey(Teammate, models.SET_NULL, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=80)
    scope = models.CharField(max_length=5, choices=Scope, default=Scope.WRITE, db_default="write")
    # The last signs of the token, by which its owner recognises it in a list.
    hint = models.CharField(max_length=4, blank=True, default="", db_default="")
    hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # Right to the minute: a busy token does not write a row with each call.
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def issue(cls, teammate: Teammate, name: str, scope: str = Scope.WRITE, *, made_by: Teammate | None = None) -> str:
        """Make a token that acts as `teammate` and return it in clear, for the only time."""
        token = new_token("fd")
        cls.objects.create(
            workspace=teammate.workspace,
            acts_as=teammate,
            made_by=made_by,
            name=name,
            scope=scope,
            hint=token[-4:],
            hash=token_hash(token),
        )
        return token
