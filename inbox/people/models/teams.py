"""Teammates who share conversations."""

from __future__ import annotations

from django.db import models

from inbox.people.ids import new_public_id
from inbox.people.models.workspaces import HANDLE, Teammate, Workspace
from inbox.people.skeleton import skeleton_of


class Team(models.Model):
    """A group of teammates. The conversations of a private one are seen by its members and by admins alone."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="teams", db_index=False)
    name = models.CharField(max_length=80)
    handle = models.CharField(max_length=39, validators=[HANDLE])
    is_private = models.BooleanField(default=False)
    members = models.ManyToManyField(Teammate, through="TeamMembership", related_name="teams")
    created_at = models.DateTimeField(auto_now_add=True)
    # As Teammate.sought.
    sought = models.TextField(null=True, editable=False)  # noqa: DJ001

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "handle"], name="team_handle_is_unique_in_workspace"),
            models.UniqueConstraint("workspace", skeleton_of("handle"), name="team_handles_do_not_look_alike"),
        ]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class TeamMembership(models.Model):
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+", db_index=False)
    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    teammate = models.ForeignKey(Teammate, models.CASCADE, related_name="memberships")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "teammate"], name="one_membership_per_team")]
        indexes = [models.Index(fields=["workspace", "teammate"])]
