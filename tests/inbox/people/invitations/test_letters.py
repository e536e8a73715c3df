"""Invitations: one letter, one address, once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import connections

from inbox.people import invitations
from inbox.people.audit import Actor
from inbox.people.invitations import NotYours, State, accept, invite, look_up, resend, withdraw
from inbox.people.membership import Refused, remove
from inbox.people.models import AuditFact, Invitation, Teammate
from inbox.people.permissions import Forbidden
from tests.factories import make_team, make_teammate, make_workspace
from tests.inbox.people.invitations.conftest import expire, invited, link, newcomer, token_in

HERE = Actor(via="desk")


def test_the_letter_says_who_invites_whom_to_what_and_until_when(owner: Teammate) -> None:
    invite(owner.workspace, " Cem@Shop.Test ", "viewer", link=link, by=Actor(owner))
    letter = mail.outbox[-1]
    assert letter.to == ["cem@shop.test"]
    assert letter.subject == "Ada Lindqvist invites you to Northwind"
    assert "as a viewer" in letter.body
    assert "(UTC)" in letter.body
    token = token_in(letter.body)
    assert not Invitation.objects.filter(token_hash=token).exists(), "only the hash is kept"
    assert look_up(token)[1] == State.USABLE


def test_who_accepts_has_the_role_and_the_teams_of_the_invitation(owner: Teammate) -> None:
    team = make_team(owner.workspace, "billing", is_private=True)
    token = invited(owner, teams=(team,))
    teammate = accept(token, newcomer(), by=HERE)
    assert (teammate.role, teammate.handle, list(teammate.teams.all())) == ("agent", "cem", [team])
    fact = AuditFact.objects.get(workspace=owner.workspace, kind="teammate.joined")
    assert (fact.actor_id, fact.subject) == (teammate.pk, "Cem Demir")


def test_a_team_that_was_deleted_meanwhile_is_passed_over(owner: Teammate) -> None:
    team = make_team(owner.workspace)
    token = invited(owner, teams=(team, make_team(make_workspace())))
    team.delete()
    assert not accept(token, newcomer(), by=HERE).teams.exists()


def test_a_link_works_once(owner: Teammate) -> None:
    token, user = invited(owner), newcomer()
    accept(token, user, by=HERE)
    with pytest.raises(Refused, match="used already"):
        accept(token, user, by=HERE)
    assert look_up(token)[1] == State.ACCEPTED


def test_a_link_that_was_forwarded_opens_nothing_for_another_address(owner: Teammate) -> None:
    token = invited(owner)
    with pytest.raises(NotYours):
        accept(token, newcomer("dee@shop.test"), by=HERE)
    assert look_up(token)[1] == State.USABLE


def test_an_address_that_was_only_claimed_opens_nothing(owner: Teammate) -> None:
    token, user = invited(owner), newcomer()
    EmailAddress.objects.filter(user=user).update(verified=False)
    with pytest.raises(NotYours):
        accept(token, user, by=HERE)


def test_a_proved_second_address_in_other_letters_counts(owner: Teammate) -> None:
    token, user = invited(owner, "Cem.Work@Shop.test"), newcomer()
    EmailAddress.objects.create(user=user, email="CEM.work@shop.TEST", verified=True)
    assert accept(token, user, by=HERE).user_id == user.pk


def test_an_expired_link_opens_nothing_and_the_database_tells_the_time(owner: Teammate) -> None:
    token = invited(owner)
    expire()
    with pytest.raises(Refused, match="expired"):
        accept(token, newcomer(), by=HERE)
    assert look_up(token)[1] == State.EXPIRED


def test_sent_again_the_new_link_works_and_the_old_one_does_not(owner: Teammate) -> None:
    old = invited(owner)
    expire()
    resend(Invitation.objects.get(), link=link, by=Actor(owner))
    new = token_in(mail.outbox[-1].body)
    assert look_up(old)[1] == State.UNKNOWN
    assert accept(new, newcomer(), by=HERE).is_active


def test_a_withdrawn_link_opens_nothing_and_cannot_be_sent_again(owner: Teammate) -> None:
    token = invited(owner)
    invitation = Invitation.objects.get()
    withdraw(invitation, by=Actor(owner))
    with pytest.raises(Refused, match="withdrawn"):
        accept(token, newcomer(), by=HERE)
    with pytest.raises(Refused):
        resend(invitation, link=link, by=Actor(owner))


def test_inviting_an_address_again_renews_its_invitation(owner: Teammate) -> None:
    first = invited(owner, role="agent")
    second = invited(owner, role="viewer")
    assert look_up(first)[1] == State.UNKNOWN
    assert Invitation.objects.count() == 1
    assert accept(second, newcomer(), by=HERE).role == "viewer"


def test_two_workspaces_may_invite_one_person(owner: Teammate) -> None:
    elsewhere = make_teammate(make_workspace(), "zoe", role="owner")
    tokens, user = [invited(owner), invited(elsewhere)], newcomer()
    joined = [accept(token, user, by=HERE).workspace_id for token in tokens]
    assert joined == [owner.workspace_id, elsewhere.workspace_id]


def test_who_works_here_already_is_not_invited(owner: Teammate, admin: Teammate) -> None:
    EmailAddress.objects.create(user=admin.user, email="bea.second@shop.test", verified=True)
    for address in (admin.user.email.upper(), "bea.second@shop.test"):
        with pytest.raises(Refused, match="works here already, as @bea"):
            invite(owner.workspace, address, "agent", link=link, by=Actor(owner))
    assert not mail.outbox


@pytest.mark.parametrize(
    "address", ["", "cem", "cem@", "cem@shop test", "a@b.test\nBcc: all@b.test", "x" * 250 + "@b.test"]
)
def test_what_is_no_address_is_refused(owner: Teammate, address: str) -> None:
    with pytest.raises(Refused):
        invite(owner.workspace, address, "agent", link=link, by=Actor(owner))


def test_nobody_invites_above_their_own_power(owner: Teammate, admin: Teammate) -> None:
    agent = make_teammate(owner.workspace, "cem", role="agent")
    with pytest.raises(Forbidden):
        invited(agent)
    with pytest.raises(Forbidden):
        invited(admin, role="owner")
    invited(owner, role="owner")
    pending = Invitation.objects.get()
    for forbidden in (
        lambda: invited(admin, role="agent"),  # it would renew an owner's invitation as something less
        lambda: resend(pending, link=link, by=Actor(admin)),
        lambda: withdraw(pending, by=Actor(admin)),
    ):
        with pytest.raises(Forbidden):
            forbidden()


def test_who_was_removed_meanwhile_invites_nobody(owner: Teammate, admin: Teammate) -> None:
    remove(admin, by=Actor(owner))
    with pytest.raises(Forbidden):
        invited(admin)


def test_there_is_a_cap_on_letters_a_day(owner: Teammate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invitations, "MOST_A_DAY", 3)
    invited(owner, "a@shop.test")
    invited(owner, "b@shop.test")
    resend(Invitation.objects.first(), link=link, by=Actor(owner))
    with pytest.raises(Refused, match="at most 3 invitations a day"):
        invited(owner, "c@shop.test")
    other = make_teammate(make_workspace(), "zoe", role="owner")
    assert invited(other, "c@shop.test")


def test_who_left_is_back_under_their_handle_with_the_role_of_the_invitation(owner: Teammate) -> None:
    user = newcomer()
    teammate = accept(invited(owner), user, by=HERE)
    remove(teammate, by=Actor(owner))
    team = make_team(owner.workspace)
    back = accept(invited(owner, role="admin", teams=(team,)), user, by=HERE)
    assert (back.pk, back.role, back.left_at, list(back.teams.all())) == (teammate.pk, "admin", None, [team])


def test_an_invitation_of_whom_has_come_in_otherwise_changes_nothing_for_them(owner: Teammate) -> None:
    token, user = invited(owner, role="viewer"), newcomer()
    make_teammate(owner.workspace, "cem", user=user, role="admin")
    assert accept(token, user, by=HERE).role == "admin"
    assert look_up(token)[1] == State.ACCEPTED


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_join_once() -> None:
    owner = make_teammate(make_workspace(), "ada", role="owner")
    token, user = invited(owner), newcomer()

    def tap(_: int) -> bool:
        try:
            accept(token, user, by=HERE)
        except Refused:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(tap, range(8))) == 1
    assert owner.workspace.teammates.filter(user=user).count() == 1
    assert AuditFact.objects.filter(kind="teammate.joined").count() == 1


@pytest.mark.django_db(transaction=True)
def test_accepting_and_withdrawing_at_once_is_one_or_the_other() -> None:
    owner = make_teammate(make_workspace(), "ada", role="owner")
    for turn in range(6):
        email = f"cem{turn}@shop.test"
        token, user = invited(owner, email), newcomer(email)
        invitation = Invitation.objects.get(email=email)

        def run(step: Any) -> bool:
            try:
                step()
            except Refused:
                return False
            finally:
                connections.close_all()
            return True

        steps = [
            lambda token=token, user=user: accept(token, user, by=HERE),
            lambda invitation=invitation: withdraw(invitation, by=Actor(owner)),
        ]
        with ThreadPoolExecutor(2) as pool:
            assert sum(pool.map(run, steps)) == 1
        invitation.refresh_from_db()
        assert (invitation.accepted_at is None) != (invitation.withdrawn_at is None)
        joined = owner.workspace.teammates.filter(user=user).exists()
        assert joined == (invitation.accepted_at is not None)


def test_a_rolled_back_invitation_mails_nothing(owner: Teammate, settings: Any) -> None:
    from django.db import transaction

    from inbox.people.models import OutgoingMail

    settings.EMAIL_BACKEND = "inbox.people.mail.QueuedBackend"
    with pytest.raises(RuntimeError), transaction.atomic():
        invite(owner.workspace, "cem@shop.test", "agent", link=link, by=Actor(owner))
        assert OutgoingMail.objects.count() == 1
        raise RuntimeError
    assert not OutgoingMail.objects.exists()
