"""What the tests of single sign-on do again and again."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.utils import timezone

from inbox.desk.access import teammate_of
from inbox.people.models import Invitation, SingleSignOn, Teammate, User, Workspace
from inbox.people.models.invitations import LASTS
from tests.identity_provider import IdentityProvider


def with_sso(workspace: Workspace, idp: IdentityProvider, **fields: Any) -> Workspace:
    given = {"issuer": idp.url, "client_id": idp.client_id, "client_secret": idp.client_secret, "label": "Acme login"}
    SingleSignOn.objects.create(workspace=workspace, **{**given, **fields})
    return workspace


def address_asked(answer: Any) -> dict[str, str]:
    """Return the query of the provider's address that a page leads on to."""
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', answer.content.decode())
    assert found is not None, answer.content.decode()
    return {key: values[0] for key, values in parse_qs(urlsplit(html.unescape(found[1])).query).items()}


def begin(client: Client, workspace: Workspace, **data: Any) -> dict[str, str]:
    """Press the button, and return the query that the provider is asked with."""
    answer = client.post(f"/accounts/oidc/ws-{workspace.slug}/login/", data)
    assert answer.status_code == 200, answer.content.decode()
    return address_asked(answer)


def come_back(client: Client, where: str) -> Any:
    parts = urlsplit(where)
    return client.get(f"{parts.path}?{parts.query}")


def sign_in(client: Client, workspace: Workspace, idp: IdentityProvider, subject: str = "u-1", **data: Any) -> Any:
    return come_back(client, idp.approve(begin(client, workspace, **data), subject))


def words(answer: Any) -> str:
    text = html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode().partition("<main")[2]))
    return " ".join(text.split())


def invite(workspace: Workspace, email: str, role: str = "agent", **fields: Any) -> Invitation:
    given = {"token_hash": email + workspace.slug, "expires_at": timezone.now() + LASTS, "role": role}
    return Invitation.objects.create(workspace=workspace, email=email, **{**given, **fields})


def nobody_new(before: int) -> None:
    assert User.objects.count() == before
    assert not SocialAccount.objects.exists()


def me(client: Client) -> Teammate | None:
    user = User.objects.filter(pk=client.session.get("_auth_user_id", 0)).first()
    return teammate_of(user, client.session) if user is not None else None


def by_password(teammate: Teammate) -> Client:
    client = Client()
    form = {"login": teammate.user.email, "password": "password"}
    assert client.post("/accounts/login/", form).status_code == 302
    return client


def connected(bea: Teammate, idp: IdentityProvider, subject: str = "u-1") -> tuple[Client, Any]:
    """Connect the provider's `subject` to this teammate's login; return their client and the last answer."""
    client = by_password(bea)
    asked = client.post(f"/accounts/oidc/ws-{bea.workspace.slug}/connect/")
    assert asked.status_code == 302 and "/accounts/reauthenticate/" in asked["Location"]
    page = client.post(asked["Location"], {"password": "password"})
    return client, come_back(client, idp.approve(address_asked(page), subject))
