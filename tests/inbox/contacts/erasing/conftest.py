"""A workspace with its owner and an agent, and who is erased in it."""

from __future__ import annotations

import pytest

from inbox.models import Contact
from inbox.people.models import Teammate, Workspace
from tests.factories import make_teammate, make_workspace
from tests.inbox.contacts.erasing.people import Woman, make_man, make_woman


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace()


@pytest.fixture
def ada(workspace: Workspace) -> Teammate:
    return make_teammate(workspace, "ada", role="owner")


@pytest.fixture
def bea(workspace: Workspace) -> Teammate:
    return make_teammate(workspace, "bea")


@pytest.fixture
def woman(workspace: Workspace, ada: Teammate, bea: Teammate) -> Woman:
    """Who is erased."""
    return make_woman(workspace, ada, bea)


@pytest.fixture
def man(workspace: Workspace, ada: Teammate, bea: Teammate) -> Contact:
    """Who stays as he is."""
    return make_man(workspace, ada, bea)
