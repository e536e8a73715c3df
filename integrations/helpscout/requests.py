"""The last requests of Help Scout's, by which a team sees whether its sidebar works."""

from __future__ import annotations

import uuid

from inbox.people.models import Workspace
from integrations.helpscout.models import SidebarRequest, Verdict

KEPT = 50
# Anybody can send what is refused: so much of it at most, or it would drive out what Help Scout itself asked.
KEPT_REFUSED = 20
REFUSED = (Verdict.BAD_SIGNATURE, Verdict.NO_SIGNATURE, Verdict.UNREADABLE_SECRET)


def note(workspace: int, verdict: Verdict, status: int, milliseconds: int, contact: uuid.UUID | None = None) -> None:
    """Note down a request to a workspace (its key), and forget the oldest. Three queries at most."""
    SidebarRequest.objects.create(
        workspace_id=workspace, verdict=verdict, status=status, milliseconds=milliseconds, contact=contact
    )
    mine = SidebarRequest.objects.filter(workspace=workspace)
    if verdict in REFUSED:
        refused = mine.filter(verdict__in=REFUSED)
        refused.exclude(pk__in=list(refused.order_by("-id").values_list("pk", flat=True)[:KEPT_REFUSED])).delete()
    mine.exclude(pk__in=mine.order_by("-id").values("pk")[:KEPT]).delete()


def last_requests(workspace: Workspace) -> list[SidebarRequest]:
    """Return the last ones, the newest first. One query."""
    return list(SidebarRequest.objects.filter(workspace=workspace).order_by("-id")[:KEPT])
