"""Telling something once and for all: events come twice, and are replayed."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from inbox.people.models import Workspace
from integrations.stripe.models import StripeTold
from integrations.stripe.subscriptions import Fact
from notifications.events import track
from notifications.kind import Who


def tell(workspace: Workspace, fact: Fact, account: Who | None, at: datetime) -> bool:
    """Track something about an account, in the caller's transaction, unless it was tracked before; return whether it
    was tracked now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO integrations_stripetold (workspace_id, key, created_at) VALUES (%s, %s, now()) "
            "ON CONFLICT DO NOTHING RETURNING id",
            [workspace.pk, fact.key[:700]],
        )
        first = cursor.fetchone()
    if first is None:
        return False
    told = track(fact.kind, workspace=workspace, account=account, occurred_at=at)
    StripeTold.objects.filter(pk=first[0]).update(event=told)
    return True
