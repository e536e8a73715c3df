"""A workspace's provider proves (provider, subject), and lets in there whom the workspace asked in."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp
from django.db import connection
from django.test import Client
from django.utils import timezone

from inbox.people.audit import Actor
from inbox.people.models import AuditFact, SingleSignOn, Teammate, User
from inbox.people.sessions import SSO_WORKSPACE
from inbox.people.sso import Claims, SsoRefused, enter
from tests.factories import make_team, make_teammate, make_workspace
from tests.identity_provider import identity_provider
from tests.inbox.people.sso.steps import (
    invite,
    me,
    nobody_new,
    sign_in,
    with_sso,
    words,
)

pytestmark = pytest.mark.django_db


def test_an_invited_newcomer_joins_as_invited_and_their_address_proves_nothing(client, workspace, idp) -> None:
    support = make_team(workspace, "support")
    invitation = invite(workspace, "grace@acme.test", "admin", team_ids=[support.pk, 999_999])
    answer = sign_in(client, workspace, idp, next="/inbox/all/")
    assert (answer.status_code, answer["Location"]) == (302, "/inbox/all/")
    grace = workspace.teammates.get()
    assert (grace.role, grace.name) == ("admin", "Grace Hopper")
    assert grace.handle.startswith("grace")
    assert (grace.user.email, grace.work_email, grace.user.has_usable_password()) == (None, "grace@acme.test", False)
    assert not EmailAddress.objects.filter(user=grace.user).exists()
    assert list(grace.teams.all()) == [support]
    invitation.refresh_from_db()
    assert invitation.accepted_by == grace
    fact = AuditFact.objects.get(workspace=workspace, kind="teammate.joined")
    assert (fact.via, fact.actor, fact.ip) == ("sso", grace, "127.0.0.1")
    assert client.session[SSO_WORKSPACE] == workspace.pk
    assert client.get("/inbox/all/").status_code == 200
    assert not SocialApp.objects.exists()


def test_an_uninvited_newcomer_is_told_whom_to_ask(client, workspace, idp) -> None:
    before = User.objects.count()
    answer = sign_in(client, workspace, idp)
    assert answer.status_code == 403
    assert "Ask an admin of Acme to invite grace@acme.test" in words(answer)
    nobody_new(before)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("role", ["agent", "viewer"])
def test_where_everybody_joins_a_newcomer_joins_as_that(client, workspace, idp, role) -> None:
    SingleSignOn.objects.update(joins_as=role)
    idp.people["u-1"] |= {"zoneinfo": "Europe/Lisbon"}
    assert sign_in(client, workspace, idp).status_code == 302
    grace = workspace.teammates.get()
    assert (grace.role, grace.user.timezone) == (role, "Europe/Lisbon")


def test_who_has_come_before_comes_in_as_the_same_whatever_address_is_claimed_now(client, workspace, idp) -> None:
    SingleSignOn.objects.update(joins_as="agent")
    sign_in(client, workspace, idp)
    other = make_teammate(workspace, "other")
    idp.people["u-1"] = {"email": other.user.email, "email_verified": True}
    again = Client()
    assert sign_in(again, workspace, idp).status_code == 302
    assert me(again).work_email == "grace@acme.test"
    assert workspace.teammates.count() == 2


def test_a_provider_never_opens_an_existing_login_by_its_address(client, workspace, idp) -> None:
    elsewhere = make_teammate(make_workspace(), "victim", role="owner")
    idp.people["u-1"]["email"] = elsewhere.user.email
    SingleSignOn.objects.update(joins_as="agent")
    assert sign_in(client, workspace, idp).status_code == 302
    assert me(client).user != elsewhere.user
    assert me(client).workspace == workspace
    assert EmailAddress.objects.get(email=elsewhere.user.email).user == elsewhere.user


def test_a_teammate_with_a_password_connects_first(client, workspace, idp) -> None:
    bea = make_teammate(workspace, "bea")
    idp.people["u-1"]["email"] = bea.user.email.upper()
    SingleSignOn.objects.update(joins_as="agent")
    answer = sign_in(client, workspace, idp)
    assert answer.status_code == 403
    assert "Sign in with your password first" in words(answer)
    assert workspace.teammates.get() == bea


def test_two_workspaces_whose_providers_give_the_same_subject_have_two_people(client, workspace, idp) -> None:
    SingleSignOn.objects.update(joins_as="agent")
    sign_in(client, workspace, idp)
    with identity_provider() as evil:
        theirs = with_sso(make_workspace(name="Evil"), evil, joins_as="agent")
        evil.people["u-1"] = {**idp.people["u-1"]}
        other = Client()
        assert sign_in(other, theirs, evil).status_code == 302
    assert me(other).workspace == theirs
    assert me(other).user != me(client).user
    assert me(client).workspace == workspace


def test_a_session_by_single_sign_on_opens_no_other_workspace_of_the_same_login(client, workspace, idp) -> None:
    bea = make_teammate(workspace, "bea")
    elsewhere = make_teammate(make_workspace(), "bea", user=bea.user, role="owner")
    SocialAccount.objects.create(user=bea.user, provider=f"ws-{workspace.slug}", uid="u-1")
    sign_in(client, workspace, idp)
    assert me(client) == bea
    session = client.session
    session["workspace"] = elsewhere.workspace_id
    session.save()
    assert me(client) == bea


def test_who_has_left_is_refused_until_invited_again(client, workspace, idp) -> None:
    SingleSignOn.objects.update(joins_as="agent")
    sign_in(client, workspace, idp)
    grace = workspace.teammates.get()
    Teammate.objects.filter(pk=grace.pk).update(left_at=timezone.now())
    answer = sign_in(Client(), workspace, idp)
    assert answer.status_code == 403
    assert "no longer work in Acme" in words(answer)
    invite(workspace, "grace@acme.test", "viewer")
    back = Client()
    assert sign_in(back, workspace, idp).status_code == 302
    assert (me(back), me(back).role, workspace.teammates.count()) == (grace, "viewer", 1)


def test_who_left_with_a_password_does_not_come_back_as_a_newcomer(client, workspace, idp) -> None:
    bea = make_teammate(workspace, "bea", left_at=timezone.now())
    idp.people["u-1"]["email"] = bea.user.email
    SingleSignOn.objects.update(joins_as="agent")
    assert "no longer work in Acme" in words(sign_in(client, workspace, idp))
    assert workspace.teammates.count() == 1


@pytest.mark.parametrize("state", ["expired", "withdrawn", "used", "elsewhere", "unconfirmed"])
def test_an_invitation_that_is_not_good_lets_nobody_in(client, workspace, idp, state) -> None:
    fields: dict[str, Any] = {
        "expired": {"expires_at": timezone.now()},
        "withdrawn": {"withdrawn_at": timezone.now()},
        "used": {"accepted_at": timezone.now()},
    }.get(state, {})
    invite(make_workspace() if state == "elsewhere" else workspace, "grace@acme.test", **fields)
    if state == "unconfirmed":
        idp.people["u-1"]["email_verified"] = False
    before = User.objects.count()
    assert sign_in(client, workspace, idp).status_code == 403
    nobody_new(before)


def test_an_invitation_as_owner_is_not_taken_up_by_what_a_provider_claims(client, workspace, idp) -> None:
    invite(workspace, "grace@acme.test", "owner")
    before = User.objects.count()
    assert "Open the link in the letter" in words(sign_in(client, workspace, idp))
    nobody_new(before)


@pytest.mark.django_db(transaction=True)
def test_two_tabs_of_one_newcomer_make_one_person(idp) -> None:
    workspace = with_sso(make_workspace(), idp, joins_as="agent")
    sso, claims = SingleSignOn.objects.get(), Claims("u-1", "grace@acme.test", "Grace")
    gate, got, problems = threading.Barrier(4), [], []

    def come() -> None:
        try:
            gate.wait(timeout=20)
            got.append(enter(sso, claims, by=Actor(via="sso")).pk)
        except Exception as error:
            problems.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=come) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not problems
    assert len(got) == 4
    assert len(set(got)) == 1
    assert (workspace.teammates.count(), User.objects.count()) == (1, 1)


def test_a_sign_in_that_began_under_another_provider_is_not_finished(workspace, idp) -> None:
    sso = SingleSignOn.objects.get()
    SingleSignOn.objects.update(issuer="https://other.test", joins_as="agent")
    with pytest.raises(SsoRefused, match="changed a moment ago"):
        enter(sso, Claims("u-1", "grace@acme.test"), by=Actor(via="sso"))
