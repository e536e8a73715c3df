"""What the spine's tests share: a workspace, a medium that records, and a worker's work done here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from inbox.people.models import Workspace
from notifications import postings, routing, sending, transports
from notifications.models import Rule
from tests.factories import make_workspace
from tests.notifications.recorder import Recorder


@pytest.fixture
def workspace(db: None) -> Workspace:
    """One without routes."""
    workspace = make_workspace()
    Rule.objects.filter(workspace=workspace).delete()
    return workspace


@pytest.fixture
def medium() -> Iterator[Recorder]:
    """The transport `recorder`."""
    recorder = Recorder()
    transports._TRANSPORTS["recorder"] = recorder
    yield recorder
    del transports._TRANSPORTS["recorder"]


@pytest.fixture
def route(workspace: Workspace) -> Callable[..., Rule]:
    """Make a route to the recorder."""

    def make(**fields: Any) -> Rule:
        values = {"name": "Everything", "transport": "recorder", "address": "#all", **fields}
        return Rule.objects.create(workspace=workspace, **values)

    return make


def work() -> None:
    """Do all that a worker would do now."""
    while routing.drain() + sending.drain() + postings.drain():
        pass
