"""What is asked of alerts: an operator's workspace beside a tenant's, and that what was reported is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections

from inbox.people.models import Workspace
from notifications.models import Event, Rule
from notifications.ops import alerts, watch
from tests.factories import make_workspace


@pytest.fixture
def operator(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """The operator's workspace, the first; with alerts on. No thread watches the schedule."""
    settings.OPS_ALERTS = True
    monkeypatch.setattr(watch, "start", lambda: None)
    monkeypatch.setattr(alerts, "_current", None)
    watch._noted.clear()
    workspace = make_workspace()
    Rule.objects.all().delete()
    yield workspace
    alerts.end()
    connections.close_all()


@pytest.fixture
def tenant(operator: Workspace) -> Workspace:
    """Somebody else's."""
    return make_workspace()


@pytest.fixture
def told(operator: Workspace) -> Callable[..., list[Event]]:
    """Return what the operator's workspace was told so far; with `held`, what was held back too."""

    def events(*, held: bool = False) -> list[Event]:
        assert alerts.alerts().flush(20, held=held)
        return list(Event.objects.filter(workspace=operator).order_by("id"))

    return events
