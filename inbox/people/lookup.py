"""Finding a workspace and its owner for those at the command line."""

from __future__ import annotations

from django.core.management.base import CommandError

from inbox.people.models import Teammate, Workspace
from inbox.people.models.workspaces import Role


def workspace_named(slug: str) -> Workspace:
    """Return the workspace with this slug. Raises CommandError, naming those there are, if there is none."""
    workspace = Workspace.objects.filter(slug=slug).first()
    if workspace is None:
        known = ", ".join(Workspace.objects.order_by("slug").values_list("slug", flat=True)[:20]) or "none yet"
        raise CommandError(f"There is no workspace {slug!r}. There are: {known}.")
    return workspace


def owner_of(workspace: Workspace) -> Teammate:
    """Return the workspace's first owner. Raises CommandError if it has none."""
    owner = workspace.teammates.active().filter(role=Role.OWNER).select_related("workspace").order_by("id").first()
    if owner is None:
        raise CommandError(f"The workspace {workspace.slug!r} has no owner.")
    return owner
