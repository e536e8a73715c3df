"""Connecting a provider to a login with a password, and having to come in by it."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal import auth as totp
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from inbox.people.models import AuditFact, SingleSignOn
from inbox.people.sessions import SSO_WORKSPACE
from tests.factories import make_teammate, make_workspace
from tests.inbox.people.sso.steps import (
    by_password,
    connected,
    me,
    sign_in,
    words,
)

pytestmark = pytest.mark.django_db


def test_a_teammate_with_a_password_connects_and_disconnects_the_provider(workspace, idp) -> None:
    bea = make_teammate(workspace, "bea")
    client, answer = connected(bea, idp)
    assert (answer.status_code, answer["Location"]) == (302, "/settings/security/")
    assert SSO_WORKSPACE not in client.session
    by_sso = Client()
    sign_in(by_sso, workspace, idp)
    assert me(by_sso) == bea
    assert bea.user.email and not EmailAddress.objects.filter(email="grace@acme.test").exists()
    kinds = list(AuditFact.objects.filter(workspace=workspace).values_list("kind", flat=True))
    assert "sso.connected" in kinds
    assert client.post("/settings/sso/disconnect/").status_code == 302
    assert not SocialAccount.objects.exists()
    assert sign_in(Client(), workspace, idp).status_code == 403


def test_a_subject_that_enters_as_somebody_else_cannot_be_connected(workspace, idp) -> None:
    bea, cem = make_teammate(workspace, "bea"), make_teammate(workspace, "cem")
    connected(bea, idp)
    _, answer = connected(cem, idp)
    assert answer.status_code == 403
    assert SocialAccount.objects.get().user == bea.user
    _, answer = connected(bea, idp, "u-2")
    assert "connected to another one" in words(answer)


def test_who_is_no_teammate_connects_nothing_and_who_came_by_it_changes_nothing(client, workspace, idp) -> None:
    stranger = by_password(make_teammate(make_workspace()))
    path = f"/accounts/oidc/ws-{workspace.slug}/connect/"
    asked = stranger.post(path)
    assert stranger.post(asked["Location"], {"password": "password"}).status_code == 404
    assert Client().post(path)["Location"].startswith("/accounts/login/")
    SingleSignOn.objects.update(joins_as="agent")
    sign_in(client, workspace, idp)
    assert client.post(path).status_code == 403
    client.post("/settings/sso/disconnect/")
    assert SocialAccount.objects.count() == 1


def test_where_it_is_required_a_password_leads_to_it_except_for_owners(workspace, idp) -> None:
    ada, bea = make_teammate(workspace, "ada", role="owner"), make_teammate(workspace, "bea", role="admin")
    SingleSignOn.objects.update(is_required=True)
    assert by_password(ada).get("/inbox/mine/").status_code == 200
    client = by_password(bea)
    page = client.get("/inbox/mine/")
    assert page.status_code == 403
    assert "Acme asks for single sign-on" in words(page)
    assert "Connect single sign-on" in words(page)
    client, answer = connected(bea, idp)
    assert answer["Location"] == "/"
    assert client.get("/inbox/mine/").status_code == 200
    assert "Connect" not in words(by_password(bea).get("/inbox/mine/"))
    again = Client()
    sign_in(again, workspace, idp)
    assert again.get("/inbox/mine/").status_code == 200


def test_where_one_workspace_requires_it_the_others_open_as_before(workspace, idp) -> None:
    bea = make_teammate(workspace, "bea")
    elsewhere = make_teammate(make_workspace(name="Elsewhere"), "bea", user=bea.user)
    SingleSignOn.objects.update(is_required=True)
    client = by_password(bea)
    assert me(client) == elsewhere
    session = client.session
    session["workspace"] = workspace.pk
    session.save()
    assert me(client) is None, "a chosen workspace is not swapped for another in silence"
    assert "Work in Elsewhere instead" in words(client.get("/inbox/mine/"))


def test_turned_off_it_opens_nothing_any_more(client, workspace, idp) -> None:
    SingleSignOn.objects.update(joins_as="agent")
    sign_in(client, workspace, idp)
    SingleSignOn.objects.update(is_enabled=False)
    page = client.get("/inbox/mine/")
    assert page.status_code == 403
    assert "is off" in words(page)


def test_a_second_factor_of_the_login_is_asked_for_and_the_session_stays_inside(client, workspace, idp) -> None:
    bea = make_teammate(workspace, "bea")
    connected(bea, idp)
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(bea.user, secret)
    answer = sign_in(client, workspace, idp)
    assert answer["Location"].startswith("/accounts/2fa/authenticate/")
    assert me(client) is None
    code = totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))
    assert client.post(answer["Location"], {"code": code}).status_code == 302
    assert client.session[SSO_WORKSPACE] == workspace.pk
    assert me(client) == bea


def test_signing_in_by_password_afterwards_opens_everything_again(client, workspace, idp) -> None:
    bea = make_teammate(workspace, "bea")
    elsewhere = make_teammate(make_workspace(), "bea", user=bea.user)
    connected(bea, idp)
    sign_in(client, workspace, idp)
    client.post("/accounts/logout/")
    client.post("/accounts/login/", {"login": bea.user.email, "password": "password"})
    assert SSO_WORKSPACE not in client.session
    session = client.session
    session["workspace"] = elsewhere.workspace_id
    session.save()
    assert me(client) == elsewhere
