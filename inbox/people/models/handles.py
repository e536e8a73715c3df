"""Handles that teammates gave up."""

from __future__ import annotations

from django.db import models

from inbox.people.models.workspaces import HANDLE, Teammate, Workspace
from inbox.people.skeleton import skeleton_of


class FormerHandle(models.Model):
    """A handle that a teammate gave up. It stays theirs, so that nobody else is taken for them."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="former_handles", db_index=False)
    teammate = models.ForeignKey(Teammate, models.CASCADE, related_name="former_handles")
    handle = models.CharField(max_length=39, validators=[HANDLE])
    given_up_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("workspace", skeleton_of("handle"), name="former_handles_do_not_look_alike")
        ]

    def __str__(self) -> str:
        return f"@{self.handle}"
