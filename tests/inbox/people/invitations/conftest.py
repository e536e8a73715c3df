"""A workspace that invites, and what an invitation's letter holds."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.db.models.functions import Now
from django.test import Client

from inbox.people.audit import Actor
from inbox.people.invitations import invite
from inbox.people.models import Invitation, Teammate, User, Workspace
from inbox.people.models.invitations import LASTS
from tests.factories import make_teammate, make_workspace


def link(token: str) -> str:
    return f"https://desk.test/invitations/{token}/"


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace(name="Northwind")


@pytest.fixture
def owner(workspace: Workspace) -> Teammate:
    return make_teammate(workspace, "ada", name="Ada Lindqvist", role="owner")


@pytest.fixture
def admin(workspace: Workspace, owner: Teammate) -> Teammate:
    return make_teammate(workspace, "bea", role="admin")


def newcomer(email: str = "cem@shop.test", **fields: Any) -> User:
    return User.objects.create_user(email, "a long password", **{"name": "Cem Demir", **fields})


def invited(by: Teammate, email: str = "cem@shop.test", role: str = "agent", teams: tuple[Any, ...] = ()) -> str:
    """Invite and return the token that the letter holds."""
    invite(by.workspace, email, role, teams, link=link, by=Actor(by))
    return token_in(mail.outbox[-1].body)


def token_in(letter: str) -> str:
    found = re.search(r"/invitations/([^/\s]+)/", letter)
    assert found is not None, letter
    return found[1]


def expire() -> None:
    Invitation.objects.update(expires_at=Now() - LASTS)


def browser(user: User | None = None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return client
