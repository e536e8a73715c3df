"""What a letter about a conversation quotes: what is news, three messages before it, and no more than may be seen."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from inbox.conversations import actions
from inbox.conversations.quoting import LONGEST_QUOTE, MOST_NEWS, sayer
from inbox.models import Message
from inbox.people.models.workspaces import Role
from notifications.models import Event
from notifications.personal.more import more_of
from tests.factories import make_contact, make_conversation, make_teammate, make_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace():
    return make_workspace()


@pytest.fixture
def ada(workspace):
    return make_teammate(workspace, "ada", name="Ada Lovelace")


@pytest.fixture
def bea(workspace):
    return make_teammate(workspace, "bea")


@pytest.fixture
def conversation(workspace):
    return make_conversation(workspace, make_contact(workspace, name="Maria Silva"), "One")


def event(conversation: Any, kind: str, seq: int | None = None, **fields: Any) -> Event:
    """Return what was told of a conversation."""
    data = {"conversation": str(conversation.public_id), "number": conversation.number, **fields.pop("data", {})}
    if seq is not None:
        data["seq"] = seq
    given = {"title": "x", "occurred_at": timezone.now(), "conversation": conversation.public_id, **fields}
    return Event.objects.create(workspace=conversation.workspace, kind=kind, topic="conversations", data=data, **given)


def quoted(more: Any) -> list[tuple[str, str, bool, bool]]:
    return [(quote.author, quote.text, quote.is_note, quote.is_news) for quote in more.quotes]


def test_a_mention_comes_with_the_three_messages_before_it(conversation, ada, bea) -> None:
    actions.reply(conversation, bea, "Two")
    actions.reply(conversation, conversation.contact, "Three")
    actions.assign(conversation, bea, by=ada)
    actions.note(conversation, bea, "Four")
    note = actions.note(conversation, ada, "Look, @bea")
    actions.reply(conversation, conversation.contact, "Later")
    more = sayer([event(conversation, "mention.created", note.seq, data={"by": "Ada Lovelace"})], bea)
    assert quoted(more) == [
        ("Bea", "Two", False, False),
        ("Maria Silva", "Three", False, False),
        ("Bea", "Four", True, False),
        ("Ada Lovelace", "Look, @bea", True, True),
    ]
    assert more.title == "Ada Lovelace mentioned you in a note"
    assert more.subject == f"Maria Silva (#{conversation.number})"
    assert more.thread == f"conversation-{conversation.public_id}"
    assert more.may_answer


def test_several_news_share_one_context_and_are_counted(conversation, ada, bea) -> None:
    seqs = []
    for text in ("Two", "Three", "Four"):
        actions.reply(conversation, bea, f"re {text}")
        seqs.append(actions.reply(conversation, conversation.contact, text).seq)
    more = sayer([event(conversation, "message.received", seq) for seq in seqs], ada)
    assert [text for _, text, _, news in quoted(more) if news] == ["Two", "Three", "Four"]
    assert [text for _, text, _, news in quoted(more) if not news] == ["One", "re Two"]
    assert more.title == "Maria Silva wrote, and 2 more"


def test_a_new_conversation_quotes_its_first_words(conversation, ada) -> None:
    actions.reply(conversation, conversation.contact, "Are you there?")
    more = sayer([event(conversation, "conversation.started", data={"by": "contact"})], ada)
    assert quoted(more) == [("Maria Silva", "One", False, True)]
    assert more.title == "Maria Silva started a conversation"


def test_what_is_given_comes_with_its_last_words(conversation, ada, bea) -> None:
    for text in ("Two", "Three", "Four"):
        actions.reply(conversation, conversation.contact, text)
    actions.assign(conversation, bea, by=ada)
    given = event(conversation, "conversation.assigned", actor=ada, actor_name="Ada Lovelace")
    actions.reply(conversation, conversation.contact, "Later")
    later = Message.objects.filter(text="Later")
    later.update(created_at=timezone.now() + timedelta(seconds=1))
    more = sayer([given], bea)
    assert [text for _, text, _, _ in quoted(more)] == ["Two", "Three", "Four"]
    assert more.title == "Ada Lovelace gave you a conversation"


def test_long_texts_are_cut_and_many_news_are_the_latest(conversation, ada) -> None:
    seqs = [actions.reply(conversation, conversation.contact, "x" * 20_000).seq for _ in range(MOST_NEWS + 5)]
    more = sayer([event(conversation, "message.received", seq) for seq in seqs], ada)
    assert len([one for one in more.quotes if one.is_news]) == MOST_NEWS
    assert {len(one.text) for one in more.quotes} == {LONGEST_QUOTE + 1}


def test_who_may_only_look_is_not_asked_to_answer(conversation, ada) -> None:
    ada.role = Role.VIEWER
    assert not sayer([event(conversation, "message.received", 1)], ada).may_answer


def test_another_workspaces_conversation_has_nothing_to_say(conversation) -> None:
    stranger = make_teammate(make_workspace(), "eve")
    assert sayer([event(conversation, "message.received", 1)], stranger).quotes == ()


def test_nothing_of_another_conversation_is_quoted(conversation, workspace, ada) -> None:
    make_conversation(workspace, text="Secret")
    assert "Secret" not in str(sayer([event(conversation, "message.received", 1)], ada))


def test_a_conversation_that_is_gone_has_nothing_to_say(conversation, ada) -> None:
    told = event(conversation, "message.received", 1)
    told.data["conversation"] = str(uuid.uuid4())
    assert sayer([told], ada).quotes == ()


def test_it_is_two_queries_whatever_there_is_to_say(conversation, ada, bea, django_assert_num_queries) -> None:
    seqs = []
    for place in range(10):
        actions.note(conversation, bea, f"note {place}")
        seqs.append(actions.reply(conversation, conversation.contact, f"{place}").seq)
    few, many = ([event(conversation, "message.received", seq) for seq in part] for part in (seqs[:1], seqs))
    for events in (few, many):
        with django_assert_num_queries(2):
            sayer(events, ada)


def test_the_spine_asks_here_for_each_of_the_four_kinds(conversation, ada) -> None:
    for kind in ("mention.created", "message.received", "conversation.assigned", "conversation.started"):
        assert more_of([event(conversation, kind, 1)], ada).thread == f"conversation-{conversation.public_id}"
    assert more_of([event(conversation, "conversation.closed")], ada).thread == ""
