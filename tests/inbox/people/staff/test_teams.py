"""Teams: who is in them, and what becomes of their conversations."""

from __future__ import annotations

import pytest

from inbox.conversations import actions
from inbox.models import Conversation
from inbox.people import teams
from inbox.people.audit import Actor
from inbox.people.handles import HandleRefused
from inbox.people.membership import Refused
from inbox.people.models import Team, Teammate
from inbox.people.permissions import Forbidden
from tests.factories import make_conversation, make_team, make_teammate, make_workspace
from tests.inbox.people.staff.conftest import kinds


def test_a_team_is_made_with_a_handle_from_its_name_and_its_members(
    ada: Teammate, cem: Teammate, told: list[str]
) -> None:
    team = teams.create_team(ada.workspace, " Customer  Success ", members=[cem], is_private=True, by=Actor(ada))
    assert (team.name, team.handle, list(team.members.all())) == ("Customer Success", "customer.success", [cem])
    assert told == ["*"]
    with pytest.raises(HandleRefused):
        teams.create_team(ada.workspace, "Other", handle="cem", by=Actor(ada))
    with pytest.raises(Forbidden):
        teams.create_team(ada.workspace, "Mine", by=Actor(cem))


def test_members_come_and_go_and_only_they_look_again(
    ada: Teammate, bea: Teammate, cem: Teammate, told: list[str]
) -> None:
    team = make_team(ada.workspace, "support", (bea,))
    teams.add_member(team, cem, by=Actor(ada))
    teams.remove_member(team, bea, by=Actor(ada))
    assert list(team.members.all()) == [cem]
    assert told == ["cem", "bea"]
    stranger = make_teammate(make_workspace())
    teams.set_members(team, [cem, stranger], by=Actor(ada))
    assert list(team.members.all()) == [cem]


def test_making_a_team_private_has_everybody_look_again(ada: Teammate, told: list[str]) -> None:
    team = make_team(ada.workspace, "support")
    teams.change_team(team, name="Support", is_private=True, by=Actor(ada))
    teams.change_team(team, name="Support", is_private=False, by=Actor(ada))
    assert told == ["*", "*"]
    assert kinds(ada.workspace) == ["team.made_private", "team.opened"]


def test_a_private_teams_conversations_are_never_opened_by_deleting_it(ada: Teammate, cem: Teammate) -> None:
    secret = make_team(ada.workspace, "billing", is_private=True)
    conversation = make_conversation(ada.workspace)
    actions.move(conversation, secret, by=ada)
    actions.close(conversation, by=ada)
    with pytest.raises(Refused, match="Choose the team that takes them over"):
        teams.delete_team(secret, by=Actor(ada))
    heir = make_team(ada.workspace, "finance", is_private=True)
    teams.delete_team(secret, takes_over=heir, by=Actor(ada))
    assert Conversation.objects.get(pk=conversation.pk).team == heir
    assert not Conversation.objects.visible_to(cem).exists()
    assert not Team.objects.filter(pk=secret.pk).exists()


def test_deleting_a_team_moves_each_of_its_conversations(ada: Teammate) -> None:
    team, heir = make_team(ada.workspace, "support"), make_team(ada.workspace, "sales")
    open_one, closed = make_conversation(ada.workspace), make_conversation(ada.workspace)
    for conversation in (open_one, closed):
        actions.move(conversation, team, by=ada)
    actions.close(closed, by=ada)
    teams.delete_team(team, takes_over=heir, by=Actor(ada))
    assert {c.team_id for c in Conversation.objects.all()} == {heir.pk}
    assert open_one.messages.order_by("-seq").first().data["to"] == heir.name


def test_an_open_team_is_deleted_without_an_heir(ada: Teammate) -> None:
    team = make_team(ada.workspace, "support")
    conversation = make_conversation(ada.workspace)
    actions.move(conversation, team, by=ada)
    with pytest.raises(Refused):
        teams.delete_team(team, takes_over=make_team(make_workspace()), by=Actor(ada))
    teams.delete_team(team, by=Actor(ada))
    assert Conversation.objects.get(pk=conversation.pk).team is None
