""" "Why was I told, why wasn't I?", where single teammates are told by their own preferences."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inbox.conversations import actions
from notifications.models import Event, Rule
from notifications.personal.preferences import choose
from tests.factories import make_conversation, make_teammate
from tests.notifications.conftest import work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ada(workspace):
    Rule.objects.filter(workspace=workspace).delete()
    return make_teammate(workspace, "ada")


@pytest.fixture
def conversation(workspace):
    return make_conversation(workspace)


def event_page(client, kind: str = "mention.created") -> str:
    event = Event.objects.filter(kind=kind).latest("pk")
    return client.get(f"/activity/{event.public_id}/", headers={"HX-Request": "true"}).content.decode()


def test_who_was_told_reads_by_which_preference_and_over_what(agent, ada, conversation, signed_in) -> None:
    choose(agent, "mention", "email", on=False)
    actions.note(conversation, ada, f"@{agent.handle}, look")
    work()
    mine = event_page(signed_in(agent))
    assert "You were told yourself: Desk (sent), Push (nobody to send to)." in mine
    assert "Your preference “Mentions”" in mine
    assert "you were named in a note; over Desk, Push" in mine
    others = event_page(signed_in(ada))
    assert f"@{agent.handle}’s preference “Mentions”" in others
    assert "and you did it yourself" not in others, "it was for another one alone"
    assert "deleted since" not in mine + others


def test_whose_preference_is_off_reads_that(agent, ada, conversation, signed_in) -> None:
    for way in ("inapp", "push", "email"):
        choose(agent, "mention", way, on=False)
    actions.note(conversation, ada, f"@{agent.handle}, look")
    work()
    assert "your preference “Mentions” is off" in event_page(signed_in(agent))
    assert "your preference “New conversations” is off" in event_page(signed_in(agent), "conversation.started")
    choose(agent, "mention", "push", on=True)
    assert "asks for it only since then" in event_page(signed_in(agent))


def test_who_did_it_reads_that_nobody_is_told_of_what_they_do_themselves(agent, conversation, signed_in) -> None:
    Rule.objects.filter(workspace=agent.workspace).delete()
    actions.assign(conversation, agent, by=agent)
    work()
    assert "you did it yourself" in event_page(signed_in(agent), "conversation.assigned")


def test_a_preference_that_told_nothing_says_so(agent, ada, conversation, signed_in) -> None:
    for way in ("inapp", "email"):
        choose(agent, "mention", way, on=False)
    actions.note(conversation, ada, f"@{agent.handle}, look")
    work()
    assert "You were not told yourself: Push (nobody to send to)." in event_page(signed_in(agent))


def test_an_event_that_many_are_told_of_takes_as_many_queries_as_one_for_few(
    workspace, agent, ada, conversation, signed_in
) -> None:
    page = signed_in(agent)

    def queries(count: int) -> int:
        for _ in range(count):
            choose(make_teammate(workspace), "new_conversation", "email", on=True)
        make_conversation(workspace)
        work()
        with CaptureQueriesContext(connection) as found:
            event_page(page, "conversation.started")
        return len(found)

    queries(2)
    few = queries(1)
    assert queries(12) == few
