"""A workspace with its people, and clients that are signed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from inbox.people.models import Teammate, Workspace
from tests.factories import make_teammate, make_workspace


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace()


@pytest.fixture
def owner(workspace: Workspace) -> Teammate:
    return make_teammate(workspace, "ada", role="owner")


@pytest.fixture
def agent(workspace: Workspace) -> Teammate:
    return make_teammate(workspace, "bea", role="agent")


@pytest.fixture
def viewer(workspace: Workspace) -> Teammate:
    return make_teammate(workspace, "vi", role="viewer")


@pytest.fixture
def signed_in() -> Callable[[Teammate], Client]:
    """Return a client of somebody who is signed in."""

    def sign_in(mate: Teammate) -> Client:
        client = Client()
        client.force_login(mate.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in
