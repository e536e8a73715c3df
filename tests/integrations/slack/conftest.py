"""A workspace that is connected to a Slack of this machine."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache

from inbox.people.audit import COMMAND_LINE
from inbox.people.models import Workspace
from integrations.connections import set_connection
from notifications.transports import Message
from notifications.wording import Wording
from tests.factories import make_workspace
from tests.stand_ins.slack import TOKEN, Slack, slack_stand_in


@pytest.fixture
def slack(settings) -> Iterator[Slack]:
    cache.clear()
    with slack_stand_in() as running:
        settings.SLACK_API_URL = running.url
        yield running


@pytest.fixture
def workspace(db: None) -> Workspace:
    workspace = make_workspace()
    connect(workspace, bot_token=TOKEN, signing_secret="s3cret")
    return workspace


def connect(workspace: Workspace, **values: str) -> None:
    """Set the workspace's Slack."""
    set_connection(workspace, "slack", values, by=COMMAND_LINE)


@pytest.fixture
def message(workspace: Workspace) -> Callable[..., Message]:
    """Make a message; what is not of the message is of its wording."""

    def make(address: str = "#sales", **fields: Any) -> Message:
        own = {name: fields.pop(name) for name in ("silent", "external", "kind") if name in fields}
        wording = Wording(**{"title": "Nadia signed up", "link": "https://desk.test/1", **fields})
        return Message(key=uuid.uuid4(), workspace=workspace, address=address, wording=wording, **own)

    return make
