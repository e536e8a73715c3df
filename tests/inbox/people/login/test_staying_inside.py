"""What somebody who came in by single sign-on does not reach."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from inbox.people.middleware import OPEN_TO_SSO
from inbox.people.models import SingleSignOn, Teammate, User, Workspace
from inbox.people.sessions import SSO_WORKSPACE
from tests.inbox.people.login.steps import (
    browser,
    sign_in,
)

pytestmark = pytest.mark.django_db


def by_sso(client: Client, teammate: Teammate) -> Client:
    SingleSignOn.objects.get_or_create(workspace=teammate.workspace, issuer="https://id.test", client_id="frontdesk")
    client.force_login(teammate.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session[SSO_WORKSPACE] = teammate.workspace_id
    session.save()
    return client


def paths_below(prefix: str, patterns: list[Any], before: str = "") -> list[str]:
    """Every address that the project knows below `prefix`, with something plausible for each parameter."""
    found = []
    for pattern in patterns:
        raw = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += paths_below(prefix, pattern.url_patterns, raw)
        elif isinstance(pattern, URLPattern):
            path = re.sub(r"<int:\w+>", "1", raw)
            path = re.sub(r"<(?:\w+:)?\w+>|\(\?P<\w+>[^)]*\)", "x1", path)
            found.append("/" + path.replace("^", "").replace("$", "").replace("\\Z", "").replace("\\", ""))
    return [path for path in found if path.startswith(prefix)]


def test_who_came_by_single_sign_on_reaches_no_door_of_the_login(client, ada) -> None:
    by_sso(client, ada)
    doors = [path for path in paths_below("/accounts/", get_resolver().url_patterns) if not OPEN_TO_SSO.match(path)]
    doors += ["/settings/security/sessions/end/", "/settings/security/sessions/1/end/"]
    assert {"/accounts/email/", "/accounts/password/change/", "/accounts/2fa/totp/activate/"} <= set(doors)
    for path in doors:
        for answer in (client.get(path), client.post(path)):
            assert answer.status_code == 403, path
            assert "Sign in with your password to change this" in answer.content.decode(), path
    connecting = client.get("/accounts/oidc/ws-x/login/?process=connect")
    assert connecting.status_code == 403


def test_who_came_by_single_sign_on_sees_no_sessions_and_can_sign_out(client, ada) -> None:
    sign_in(browser(), ada.user)
    page = by_sso(client, ada).get("/settings/security/").content.decode()
    assert "Your login is kept elsewhere" in page
    assert "End" not in page
    assert client.post("/accounts/logout/")["Location"] == "/accounts/login/"


def test_who_came_by_single_sign_on_cannot_rename_a_login_that_has_other_doors(client, ada) -> None:
    by_sso(client, ada)
    client.post("/settings/profile/", {"name": "Somebody", "handle": "ada", "timezone": "UTC", "theme": "dark"})
    fresh = User.objects.get(pk=ada.user.pk)
    assert (fresh.name, fresh.theme) == ("Ada", "dark")


def test_a_password_sheds_what_a_provider_vouched_for(client, ada) -> None:
    session = client.session
    session[SSO_WORKSPACE] = ada.workspace_id
    session.save()
    sign_in(client, ada.user)
    assert SSO_WORKSPACE not in client.session
    assert Workspace.objects.filter(pk=ada.workspace_id).exists()
