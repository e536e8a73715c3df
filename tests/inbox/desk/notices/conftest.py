"""A workspace in which ada names bea, and what they see in their browsers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from inbox.conversations import actions
from inbox.models import Conversation
from inbox.people.ids import new_public_id
from inbox.people.models import Teammate, Workspace
from notifications.models import Notice, Rule
from tests.factories import make_conversation, make_teammate, make_workspace
from tests.notifications.conftest import work


@pytest.fixture
def workspace(db: None) -> Workspace:
    """One without routes."""
    workspace = make_workspace()
    Rule.objects.filter(workspace=workspace).delete()
    return workspace


@pytest.fixture
def ada(workspace: Workspace) -> Teammate:
    """The owner, who writes the notes."""
    return make_teammate(workspace, "ada", role="owner")


@pytest.fixture
def bea(workspace: Workspace) -> Teammate:
    """An agent, who is named."""
    return make_teammate(workspace, "bea", role="agent")


@pytest.fixture
def name(ada: Teammate) -> Callable[..., Conversation]:
    """Have ada name somebody in a note, and a worker tell them. Return the conversation."""

    def write(mate: Teammate, text: str = "have a look", conversation: Conversation | None = None) -> Conversation:
        conversation = conversation or make_conversation(mate.workspace)
        actions.note(conversation, ada, f"@{mate.handle} {text}")
        work()
        return conversation

    return write


def make_notice(mate: Teammate, **fields: Any) -> Notice:
    """Return a notice of something that is in no conversation."""
    return Notice.objects.create(
        workspace=mate.workspace, teammate=mate, **{"delivery": new_public_id(), "title": "An alert", **fields}
    )
