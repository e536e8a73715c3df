"""A workspace with an owner, an admin and an agent."""

from __future__ import annotations

import pytest
from django.test import Client

from inbox.people import membership
from inbox.people.models import AuditFact, Teammate, Workspace
from tests.factories import make_teammate, make_workspace


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace(name="Northwind")


@pytest.fixture
def ada(workspace: Workspace) -> Teammate:
    return make_teammate(workspace, "ada", role="owner")


@pytest.fixture
def bea(workspace: Workspace, ada: Teammate) -> Teammate:
    return make_teammate(workspace, "bea", role="admin")


@pytest.fixture
def cem(workspace: Workspace, ada: Teammate) -> Teammate:
    return make_teammate(workspace, "cem", role="agent")


def browser(teammate: Teammate) -> Client:
    client = Client()
    client.force_login(teammate.user, "allauth.account.auth_backends.AuthenticationBackend")
    client.get("/inbox/mine/")  # from here on the session is in the login's list
    return client


def fresh(teammate: Teammate) -> Teammate:
    return Teammate.objects.get(pk=teammate.pk)


def kinds(workspace: Workspace) -> list[str]:
    return list(AuditFact.objects.filter(workspace=workspace).order_by("id").values_list("kind", flat=True))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whom the hooks were called for, by handle; "*" is everybody."""
    heard: list[str] = []
    hooks = membership.hooks
    monkeypatch.setattr(hooks, "access_changed", [lambda mates: heard.extend(mate.handle for mate in mates)])
    monkeypatch.setattr(hooks, "sight_changed", [lambda workspace: heard.append("*")])
    return heard
