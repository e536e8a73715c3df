"""What the bell's tests share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from bell.devices import add_device
from bell.models import Device
from inbox.people.audit import COMMAND_LINE
from inbox.people.models import Workspace
from notifications.models import Rule
from tests.factories import make_workspace


@pytest.fixture
def workspace(db: None) -> Workspace:
    """One without routes."""
    workspace = make_workspace()
    Rule.objects.filter(workspace=workspace).delete()
    return workspace


@pytest.fixture
def bell(workspace: Workspace) -> Callable[..., Device]:
    """Make a bell; online unless `away`."""

    def make(name: str = "Reception", *, away: bool = False, **fields: Any) -> Device:
        device, _ = add_device(workspace, name, by=COMMAND_LINE)
        if not away:
            fields |= {"channel": "specific.1", "last_seen_at": timezone.now()}
        Device.objects.filter(pk=device.pk).update(caught_up_at=timezone.now() - timedelta(days=1), **fields)
        return Device.objects.select_related("workspace").get(pk=device.pk)

    return make


def around_now() -> dict[str, str]:
    """Return quiet hours that began an hour ago and end in one, where the clock is UTC's."""
    begin, end = (timezone.now() + timedelta(hours=hours) for hours in (-1, 1))
    return {"from": f"{begin:%H:%M}", "to": f"{end:%H:%M}"}
