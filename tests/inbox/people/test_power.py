"""Power ends with the one who held it: what they prepared does not outlive it, and nobody borrows another's."""

from __future__ import annotations

import pytest
from django.test import Client

from inbox.people import invitations, membership
from inbox.people.audit import Actor
from inbox.people.handles import MOST_FORMER, rename_handle
from inbox.people.membership import Refused
from inbox.people.models import FormerHandle, Invitation, Teammate, User
from inbox.people.models.workspaces import Role
from inbox.people.tokens import issue_token
from tests.factories import make_conversation, make_teammate, make_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Teammate:
    return make_teammate(make_workspace(), "boss", role=Role.OWNER)


@pytest.fixture
def admin(owner: Teammate) -> Teammate:
    return make_teammate(owner.workspace, "admin", role=Role.ADMIN)


@pytest.fixture
def bob(owner: Teammate) -> Teammate:
    return make_teammate(owner.workspace, "bob")


def asked(token: str, path: str, **body: object) -> int:
    client = Client(headers={"authorization": f"Bearer {token}"})
    answer = client.post(path, body, content_type="application/json") if body else client.get(path)
    return int(answer.status_code)


def test_a_token_that_a_leaver_made_for_another_ends_with_them(owner: Teammate, admin: Teammate, bob: Teammate) -> None:
    clear = issue_token(bob, name="kept", by=Actor(admin)).clear
    assert asked(clear, "/api/v1/contacts/") == 200
    membership.remove(admin, by=Actor(owner))
    assert asked(clear, "/api/v1/contacts/") == 401


def test_a_token_ends_when_its_maker_may_make_none_any_more(owner: Teammate, admin: Teammate, bob: Teammate) -> None:
    clear = issue_token(bob, name="kept", by=Actor(admin)).clear
    membership.change_role(admin, Role.AGENT, by=Actor(owner))
    assert asked(clear, "/api/v1/contacts/") == 401


def test_an_invitation_to_power_is_worth_what_its_inviter_may_do_now(owner: Teammate, admin: Teammate) -> None:
    link: list[str] = []
    for role, address in (("admin", "second@self.test"), ("agent", "carl@shop.test")):
        invitations.invite(
            admin.workspace, address, role, link=lambda token: link.append(token) or token, by=Actor(admin)
        )
    membership.change_role(admin, Role.AGENT, by=Actor(owner))
    second, carl = (User.objects.create_user(email, "password") for email in ("second@self.test", "carl@shop.test"))
    with pytest.raises(Refused, match="may not do so any more"):
        invitations.accept(link[0], second, by=Actor())
    assert invitations.accept(link[1], carl, by=Actor()).role == Role.AGENT


def test_sending_it_again_makes_it_the_invitation_of_who_sends_it(owner: Teammate, admin: Teammate) -> None:
    invitations.invite(admin.workspace, "new@shop.test", "admin", link=str, by=Actor(admin))
    link: list[str] = []
    invitations.resend(Invitation.objects.get(), link=lambda token: link.append(token) or token, by=Actor(owner))
    membership.remove(admin, by=Actor(owner))
    user = User.objects.create_user("new@shop.test", "password")
    assert invitations.accept(link[0], user, by=Actor()).role == Role.ADMIN


def test_a_token_of_an_agent_writes_as_that_agent_and_as_nobody_else(owner: Teammate, bob: Teammate) -> None:
    conversation = make_conversation(owner.workspace)
    path = f"/api/v1/conversations/{conversation.public_id}/messages/"
    clear = issue_token(bob, name="bob's", by=Actor(owner)).clear
    assert asked(clear, path, kind="reply", text="Hello", author="@bob") == 201
    assert asked(clear, path, kind="reply", text="I am the boss", author="@boss") == 403
    clear = issue_token(owner, name="owner's", by=Actor(owner)).clear
    assert asked(clear, path, kind="reply", text="For Bob", author="@bob") == 201


def test_nobody_takes_all_handles_away(bob: Teammate) -> None:
    for n in range(12):
        rename_handle(bob, f"name-{n}x", by=Actor(bob))
    assert FormerHandle.objects.filter(teammate=bob).count() == MOST_FORMER


def test_a_search_for_what_no_text_can_hold_finds_nothing(owner: Teammate) -> None:
    client = Client()
    client.force_login(owner.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/settings/teammates/?q=%00").status_code == 200
