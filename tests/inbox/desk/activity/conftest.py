"""What the Activity pages' tests share: a workspace with its people, signed-in clients, and events."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from inbox.people.models import Teammate, Workspace
from notifications import transports
from notifications.events import track
from notifications.kind import Who
from notifications.kinds.money import PaymentFailed
from notifications.models import Event, Rule
from tests.factories import make_teammate, make_workspace
from tests.notifications.recorder import Recorder

NADIA = Who("0192f0c4-0000-7000-8000-000000000001", "Nadia Okafor")


@pytest.fixture
def workspace(db: None) -> Workspace:
    """One without routes."""
    workspace = make_workspace()
    Rule.objects.filter(workspace=workspace).delete()
    return workspace


@pytest.fixture
def owner(workspace: Workspace) -> Teammate:
    return make_teammate(workspace, "ada", role="owner")


@pytest.fixture
def agent(workspace: Workspace) -> Teammate:
    return make_teammate(workspace, "bea", role="agent")


@pytest.fixture
def medium() -> Iterator[Recorder]:
    """The transport `recorder`."""
    recorder = Recorder()
    transports._TRANSPORTS["recorder"] = recorder
    yield recorder
    del transports._TRANSPORTS["recorder"]


@pytest.fixture
def signed_in() -> Callable[[Teammate], Client]:
    """Return a client of somebody who is signed in."""

    def sign_in(mate: Teammate) -> Client:
        client = Client()
        client.force_login(mate.user)
        return client

    return sign_in


def failed(workspace: Workspace, invoice: str = "in_1", **more: Any) -> Event:
    """Track a failed payment and return its event."""
    contact = more.pop("contact", NADIA)
    event = PaymentFailed(amount_minor=1250, currency="EUR", invoice=invoice)
    public_id = track(event, workspace=workspace, contact=contact, **more)
    return Event.objects.select_related("workspace").get(public_id=public_id)
