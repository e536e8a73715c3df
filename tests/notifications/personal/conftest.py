"""Two colleagues, a conversation, and a phone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.core.cache import cache

from inbox.models import Conversation
from inbox.people.models import Teammate, Workspace
from notifications.devices import push_keys
from notifications.models import Delivery, Posting
from tests.factories import make_conversation, make_teammate
from tests.stand_ins.push import Device, PushService, push_service, turned_on


@pytest.fixture(autouse=True)
def nobody_looks() -> None:
    """Nobody has a conversation in front of them."""
    cache.clear()


@pytest.fixture(autouse=True)
def letters(settings: Any) -> None:
    """Letters go to django.core.mail.outbox."""
    settings.MAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def ada(workspace: Workspace) -> Teammate:
    """Who writes."""
    return make_teammate(workspace, "ada")


@pytest.fixture
def bea(workspace: Workspace) -> Teammate:
    """Who is told."""
    return make_teammate(workspace, "bea")


@pytest.fixture
def conversation(workspace: Workspace) -> Conversation:
    """One that is in no team."""
    return make_conversation(workspace)


@pytest.fixture
def service(db: None, settings: Any) -> Iterator[PushService]:
    """A push service of this machine."""
    settings.PUSH_ALLOW_ANY_HOST = True
    push_keys()
    with push_service() as running:
        yield running


@pytest.fixture
def phone(service: PushService, bea: Teammate) -> Device:
    """Where bea has turned push on."""
    return turned_on(service, bea)


def told(teammate: Teammate) -> dict[str, list[str]]:
    """Return what became of what a teammate is told, by transport, oldest first: a status, or the cause instead."""
    found: dict[str, list[str]] = {}
    for row in Delivery.objects.filter(teammate=teammate).order_by("id"):
        found.setdefault(row.transport, []).append(row.cause or row.status)
    return found


def come_due(at: datetime, **which: Any) -> None:
    """Have what waits (of `which` deliveries) come due at a moment: as if time had passed."""
    Delivery.objects.filter(due_at__isnull=False, **which).update(due_at=at)
    Posting.objects.filter(is_closed=False, transport="email").update(closes_at=at)
