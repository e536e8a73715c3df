"""A teammate who wants to be told in Slack: found by their address, told alone, or told nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from inbox.conversations import actions
from inbox.conversations.reading import read_by_teammate
from inbox.models import Conversation
from inbox.people.models import Teammate, Workspace
from notifications.models import Delivery, Rule
from notifications.personal.preferences import choose
from notifications.personal.schedules import be_quiet
from notifications.transports import transport_of
from tests.factories import make_conversation, make_teammate, make_workspace
from tests.integrations.slack.conftest import connect
from tests.notifications.conftest import work
from tests.stand_ins.slack import Slack, too_fast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bea(workspace: Workspace) -> Teammate:
    """Who wants mentions in Slack, and nothing else anywhere."""
    Rule.objects.filter(workspace=workspace).delete()
    bea = make_teammate(workspace, "bea")
    for way in ("inapp", "push", "email"):
        choose(bea, "mention", way, on=False)
    choose(bea, "mention", "slack", on=True)
    return bea


def name(bea: Teammate, words: str = "@bea, look at this") -> Conversation:
    """Have a colleague name bea in a note of a new conversation."""
    conversation = make_conversation(bea.workspace)
    actions.note(conversation, make_teammate(bea.workspace), words)
    work()
    return Conversation.objects.get(pk=conversation.pk)


def told(bea: Teammate) -> tuple[str, str, str]:
    return Delivery.objects.values_list("status", "cause", "error").get(teammate=bea)


def test_it_goes_to_whoever_has_the_address_and_to_them_alone(slack: Slack, bea) -> None:
    slack.people[bea.email] = "U0BEA0001"
    name(bea)
    assert slack.calls("users.lookupByEmail") == [{"email": bea.email}]
    [posted] = slack.calls("chat.postMessage")
    assert posted["channel"] == "U0BEA0001"
    assert "<!channel>" not in str(posted)
    assert told(bea)[0] == "sent"


def test_what_was_read_while_slack_was_away_is_not_told_there(slack: Slack, bea) -> None:
    slack.people[bea.email] = "U0BEA0001"
    slack.faults["chat.postMessage"] = [too_fast(40)]
    conversation = name(bea)
    assert told(bea)[0] == "pending"
    read_by_teammate(conversation, bea, conversation.last_seq)
    Delivery.objects.update(due_at=timezone.now())
    work()
    assert told(bea)[:2] == ("suppressed", "seen")
    assert not slack.messages


def test_whom_slack_does_not_know_is_nobody_to_send_to(slack: Slack, bea) -> None:
    name(bea)
    assert told(bea) == ("suppressed", "nobody", f"Nobody in this Slack has the address {bea.email}.")
    assert not slack.calls("chat.postMessage")


def test_in_quiet_hours_slack_is_silent(slack: Slack, bea) -> None:
    slack.people[bea.email] = "U0BEA0001"
    now = timezone.now()
    be_quiet(bea, now + timedelta(hours=8), now)
    name(bea)
    assert told(bea)[:2] == ("suppressed", "quiet")
    assert not slack.requests


def test_without_slack_it_is_kept_and_says_what_is_missing(slack: Slack) -> None:
    other = make_workspace()
    Rule.objects.filter(workspace=other).delete()
    eve = make_teammate(other, "eve")
    choose(eve, "mention", "slack", on=True)
    conversation = make_conversation(other)
    actions.note(conversation, make_teammate(other), "@eve, look")
    work()
    row = Delivery.objects.get(teammate=eve, transport="slack")
    assert (row.status, row.cause) == ("suppressed", "not_connected")
    assert row.payload["text"]


def test_a_webhook_knows_no_people(slack: Slack, workspace, bea) -> None:
    transport = transport_of("slack")
    assert transport.missing(workspace) == ""
    connect(workspace, webhook_url=slack.webhook_url)
    assert "knows no people" in transport.missing(workspace)
    assert "is not connected" in transport.missing(make_workspace())
    name(bea)
    assert told(bea)[:2] == ("suppressed", "not_connected")
    assert not slack.requests
