"""A message to be sent."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from inbox.people.models import Teammate, Workspace
from notifications.devices import push_keys
from notifications.transports import Message
from notifications.wording import Wording
from tests.factories import make_teammate
from tests.stand_ins.push import PushService, push_service


@pytest.fixture
def message(workspace: Workspace) -> Callable[..., Message]:
    """Make a message; what is not of the message is of its wording."""

    def make(address: str, **fields: Any) -> Message:
        own = {name: fields.pop(name) for name in ("key", "event", "kind", "data") if name in fields}
        wording = Wording(**{"title": "Nadia signed up", "link": "https://desk.test/1", **fields})
        key = own.pop("key", None) or uuid.uuid4()
        return Message(key=key, workspace=workspace, address=address, wording=wording, **own)

    return make


@pytest.fixture
def service(db: None, settings: Any) -> Iterator[PushService]:
    """A push service of this machine, allowed."""
    settings.PUSH_ALLOW_ANY_HOST = True
    push_keys()
    with push_service() as running:
        yield running


@pytest.fixture
def ada(workspace: Workspace) -> Teammate:
    """Who is told."""
    return make_teammate(workspace, "ada", role="owner")
