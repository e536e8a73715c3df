"""The door that an invitation's letter leads to, and the page where invitations are made."""

from __future__ import annotations

import pytest
from django.core import mail

from inbox.people.audit import Actor
from inbox.people.invitations import State, accept, look_up, withdraw
from inbox.people.models import Invitation, Teammate
from tests.factories import make_teammate, make_workspace
from tests.inbox.people.invitations.conftest import browser, expire, invited, newcomer, token_in

HERE = Actor(via="desk")


def test_looking_at_the_link_joins_nobody_and_tells_no_other_site(owner: Teammate) -> None:
    token, user = invited(owner), newcomer()
    answer = browser(user).get(f"/invitations/{token}/")
    assert answer.status_code == 200
    assert answer["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]
    assert not owner.workspace.teammates.filter(user=user).exists()


def test_signed_out_the_link_says_who_what_and_which_address_and_is_remembered(owner: Teammate) -> None:
    token, client = invited(owner), browser()
    page = client.get(f"/invitations/{token}/").content.decode()
    for said in ("Northwind", "Ada Lindqvist", "cem@shop.test", "Create your login", "sign in"):
        assert said in page
    assert token not in str(dict(client.session.items())), "who reads sessions in the database has no link"
    assert "Northwind" in client.get("/invitations/opened/").content.decode()
    assert client.post(f"/invitations/{token}/").status_code == 200
    assert look_up(token)[1] == State.USABLE


def test_joining_opens_the_desk_of_that_workspace(owner: Teammate) -> None:
    token, user = invited(owner), newcomer()
    other = make_teammate(make_workspace(name="Elsewhere"), "cem", user=user)
    client = browser(user)
    client.get("/")
    page = client.post(f"/invitations/{token}/", follow=True)
    assert page.context["workspace"] == owner.workspace != other.workspace
    assert "invitation" not in client.session
    assert client.get(f"/invitations/{token}/").status_code == 302, "their own used link leads to the desk"


def test_signed_in_as_somebody_else_the_invited_address_is_masked(owner: Teammate) -> None:
    token, client = invited(owner), browser(newcomer("dee@shop.test"))
    for answer in (client.get(f"/invitations/{token}/"), client.post(f"/invitations/{token}/")):
        page = answer.content.decode()
        assert "cem@shop.test" not in page
        assert "c…@shop.test" in page
        assert "Sign out" in page
    assert look_up(token)[1] == State.USABLE


def test_a_session_of_single_sign_on_does_not_accept(owner: Teammate) -> None:
    token, user = invited(owner), newcomer()
    client = browser(user)
    session = client.session
    session["sso_workspace"] = make_workspace().pk
    session.save()
    assert client.post(f"/invitations/{token}/").status_code == 403
    assert look_up(token)[1] == State.USABLE


@pytest.mark.parametrize(
    ("state", "told"), [("used", "used already"), ("expired", "expired"), ("withdrawn", "withdrawn")]
)
def test_a_closed_link_says_which_it_is_and_what_to_do(owner: Teammate, state: str, told: str) -> None:
    token = invited(owner)
    match state:
        case "used":
            accept(token, newcomer(), by=HERE)
        case "expired":
            expire()
        case "withdrawn":
            withdraw(Invitation.objects.get(), by=Actor(owner))
    client = browser()
    answer = client.get(f"/invitations/{token}/")
    assert answer.status_code == 410
    assert told in answer.content.decode()
    assert "invitation" not in client.session


def test_an_unknown_link_is_not_found_in_words(db: None) -> None:
    answer = browser().get("/invitations/fi_nothing/")
    assert answer.status_code == 404
    assert "not known" in answer.content.decode()


def test_several_addresses_are_invited_at_once_and_the_bad_ones_stay_in_the_form(owner: Teammate) -> None:
    client = browser(owner.user)
    typed = f"cem@shop.test, dee@shop.test\nnobody {owner.user.email}"
    page = client.post("/settings/teammates/invite/", {"addresses": typed, "role": "agent"})
    assert page.status_code == 422
    assert {letter.to[0] for letter in mail.outbox} == {"cem@shop.test", "dee@shop.test"}
    text = page.content.decode()
    assert "2 invitations are on their way" in text
    assert page.context["form"]["addresses"].value() == f"nobody\n{owner.user.email}"
    assert "works here already" in str(page.context["form"].errors)
    assert token_in(mail.outbox[0].body) not in text


def test_the_list_shows_pending_invitations_and_lets_them_be_sent_again_and_withdrawn(owner: Teammate) -> None:
    client = browser(owner.user)
    client.post("/settings/teammates/invite/", {"addresses": "cem@shop.test", "role": "agent"})
    invitation = Invitation.objects.get()
    expire()
    page = client.get("/settings/teammates/").content.decode()
    assert "cem@shop.test" in page
    assert "expired" in page
    base = f"/settings/teammates/invitations/{invitation.public_id}"
    client.post(f"{base}/resend/")
    assert len(mail.outbox) == 2
    client.post(f"{base}/withdraw/")
    assert "cem@shop.test" not in client.get("/settings/teammates/").content.decode().split("Invited, not here yet")[1]


def test_an_admin_is_not_offered_to_make_owners_and_an_agent_sees_no_invitations(
    owner: Teammate, admin: Teammate
) -> None:
    offered = browser(admin.user).get("/settings/teammates/").context["form"].fields["role"].choices
    assert "owner" not in dict(offered)
    agent = make_teammate(owner.workspace, "cem")
    invited(owner, "secret@shop.test")
    page = browser(agent.user).get("/settings/teammates/")
    assert page.status_code == 200
    assert "secret@shop.test" not in page.content.decode()
    assert browser(agent.user).post("/settings/teammates/invite/", {"addresses": "x@shop.test"}).status_code == 403


def test_another_workspaces_invitation_is_not_there(owner: Teammate) -> None:
    stranger = make_teammate(make_workspace(), "zoe", role="owner")
    invited(owner)
    public_id = Invitation.objects.get().public_id
    for step in ("resend", "withdraw"):
        answer = browser(stranger.user).post(f"/settings/teammates/invitations/{public_id}/{step}/")
        assert answer.status_code == 404
