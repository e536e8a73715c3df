"""Nobody sees an event of a conversation that they may not see, nor of another workspace, nor what only admins read."""

from __future__ import annotations

import pytest

from inbox.conversations import actions
from inbox.desk.activity.sight import visible_deliveries, visible_events
from notifications.events import track
from notifications.kinds.audit import Audit
from notifications.models import Delivery
from tests.factories import make_conversation, make_team, make_teammate, make_workspace
from tests.inbox.desk.activity.conftest import failed

pytestmark = pytest.mark.django_db


def test_events_of_another_workspace_are_not_there(workspace, owner) -> None:
    mine = failed(workspace)
    failed(make_workspace())
    assert list(visible_events(owner).filter(kind="payment.failed")) == [mine]


def test_an_event_of_a_private_teams_conversation_is_seen_by_that_team_and_admins_alone(
    workspace, owner, agent
) -> None:
    inside = make_teammate(workspace, "cem", role="agent")
    team = make_team(workspace, "legal", members=(inside,), is_private=True)
    conversation = make_conversation(workspace)
    event = failed(workspace, conversation=conversation.public_id, is_private=True)
    actions.move(conversation, team, by=owner)
    assert event in visible_events(inside)
    assert event in visible_events(owner)
    assert event not in visible_events(agent)
    actions.move(conversation, None, by=owner)
    assert event in visible_events(agent)


def test_a_private_event_whose_conversation_is_not_there_is_seen_by_admins_alone(workspace, owner, agent) -> None:
    lost = failed(workspace, is_private=True)
    assert lost in visible_events(owner)
    assert lost not in visible_events(agent)


def test_changes_of_power_are_seen_by_who_may_read_the_audit(workspace, owner, agent) -> None:
    track(Audit(fact="token.created", about="Shop"), workspace=workspace)
    assert visible_events(owner).filter(kind="token.created").exists()
    assert not visible_events(agent).filter(kind="token.created").exists()


def test_deliveries_follow_their_events(workspace, owner, agent) -> None:
    for event in (failed(workspace), failed(workspace, is_private=True)):
        Delivery.objects.create(workspace=workspace, event=event, rule_key="route:1", transport="log", reason="x")
    assert visible_deliveries(owner).count() == 2
    assert [row.event.is_private for row in visible_deliveries(agent)] == [False]
