"""A workspace, and what happens in one week of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from inbox.incoming import event_named
from inbox.kickoff.week import Week
from inbox.models import Conversation
from inbox.people.models import Workspace
from inbox.people.zones import zone_of
from notifications.events import track
from notifications.kind import Who
from tests.factories import make_conversation, make_workspace

WEEK = Week.read("2026-W47", zone_of("Europe/Berlin"))
INSIDE = WEEK.begin + timedelta(days=2)
ACME = Who("acme", "Acme")


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace(timezone="Europe/Berlin")


@pytest.fixture
def happened(workspace: Workspace) -> Callable[..., None]:
    """Track an event in the week: `happened("plan.upgraded", change_minor=100, currency="EUR")`."""

    def happen(
        kind: str, *, at: datetime = INSIDE, account: Who | None = ACME, where: Workspace = workspace, **data: Any
    ) -> None:
        track(event_named(kind, data), workspace=where, account=account, occurred_at=at)

    return happen


def talked(workspace: Workspace, at: datetime = INSIDE, answered_after: timedelta | None = None) -> Conversation:
    """Return a conversation that a customer began at a time, and that was answered after so long, or not."""
    conversation = make_conversation(workspace)
    first = at + answered_after if answered_after is not None else None
    Conversation.objects.filter(pk=conversation.pk).update(created_at=at, first_reply_at=first)
    return conversation
