"""A workspace whose sidebar is connected, and Help Scout asking."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from inbox.models import Account, Contact
from inbox.people.audit import COMMAND_LINE
from inbox.people.models import Teammate, Workspace
from integrations.connections import set_connection
from tests.factories import make_contact, make_teammate, make_workspace

SECRET = "s3cr3t of forty signs at the very most"
EMAIL = "nadia@northwind.example"
Ask = Callable[..., Any]


def signed(body: bytes, secret: str = SECRET) -> str:
    """Return a signature, put together here: Frontdesk's own code is what is tested."""
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha1)).decode()


@pytest.fixture
def workspace(db: None) -> Workspace:
    workspace = make_workspace()
    set_connection(workspace, "helpscout", {"secret": SECRET}, by=COMMAND_LINE)
    return workspace


@pytest.fixture
def owner(workspace: Workspace) -> Teammate:
    return make_teammate(workspace, "ada", role="owner")


@pytest.fixture
def account(workspace: Workspace) -> Account:
    return Account.objects.create(
        workspace=workspace, external_id="northwind", name="Northwind", plan="Pro", status="active"
    )


@pytest.fixture
def contact(workspace: Workspace, account: Account) -> Contact:
    """A customer with a verified address and a company."""
    return known(workspace, EMAIL, name="Nadia Okafor", account=account)


def known(workspace: Workspace, email: str, *, proved: bool = True, **fields: Any) -> Contact:
    """Return a new contact with an address."""
    from inbox.contacts.identities import claim, verify

    contact = make_contact(workspace, email=email, **fields)
    (verify if proved else claim)(contact, "email", email)
    return contact


@pytest.fixture
def ask(workspace: Workspace) -> Ask:
    """Ask as Help Scout does: `ask(EMAIL)`, `ask(emails=[…])`, or with a whole body."""

    def ask_for(email: str | None = None, *, body: Any = None, of: Workspace = workspace, **more: Any) -> Any:
        asked = {"customer": {"id": 1, "email": email, **more}, "ticket": False} if body is None else body
        raw = asked if isinstance(asked, bytes) else json.dumps(asked).encode()
        return post(of.slug, raw, signed(raw))

    return ask_for


def post(slug: str, raw: bytes, signature: str | None) -> Any:
    """Send a raw body to a workspace's door."""
    headers = {} if signature is None else {"X-HelpScout-Signature": signature}
    path = f"/integrations/helpscout/{slug}/sidebar/"
    return Client().post(path, raw, content_type="application/json", headers=headers)


def browser(teammate: Teammate) -> Client:
    """Return a browser in which a teammate is signed in."""
    client = Client()
    client.force_login(teammate.user, "allauth.account.auth_backends.AuthenticationBackend")
    return client
