""" "Unread by me" and "the customer is waiting" are two facts, and neither lies."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from inbox.conversations import actions
from inbox.conversations.reading import read_by_contact, read_by_teammate
from inbox.models import Conversation
from inbox.people.models import Teammate
from tests.factories import make_conversation, make_teammate, make_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    ada = make_teammate(make_workspace(), "ada")
    Teammate.objects.filter(pk=ada.pk).update(created_at=timezone.now() - timedelta(days=1))
    ada.refresh_from_db()
    return ada


@pytest.fixture
def bea(ada):
    return make_teammate(ada.workspace, "bea")


@pytest.fixture
def conversation(ada):
    return make_conversation(ada.workspace)


def unread(conversation: Conversation, teammate: Teammate) -> bool:
    return Conversation.objects.with_unread_by(teammate).get(pk=conversation.pk).unread


def test_a_message_is_unread_until_it_is_read_up_to(conversation, ada) -> None:
    assert unread(conversation, ada)
    actions.reply(conversation, conversation.contact, "two")
    conversation.refresh_from_db()
    read_by_teammate(conversation, ada, 1)
    assert unread(conversation, ada)
    read_by_teammate(conversation, ada, 2)
    assert not unread(conversation, ada)


def test_what_i_do_myself_never_makes_a_thing_unread(conversation, ada) -> None:
    read_by_teammate(conversation, ada, 1)
    actions.reply(conversation, ada, "mine")
    actions.note(conversation, ada, "mine too")
    actions.assign(conversation, ada, by=ada)
    actions.close(conversation, by=ada)
    assert not unread(conversation, ada)


def test_an_action_of_a_colleague_is_no_message_to_read(conversation, ada, bea) -> None:
    read_by_teammate(conversation, ada, 1)
    actions.assign(conversation, bea, by=bea)
    assert not unread(conversation, ada)
    actions.note(conversation, bea, "look")
    conversation.refresh_from_db()
    assert unread(conversation, ada)


def test_my_own_answer_does_not_hide_what_came_before_it_unseen(conversation, ada) -> None:
    actions.reply(conversation, ada, "sent from elsewhere, without looking")
    assert unread(conversation, ada)


def test_what_was_said_before_i_joined_is_not_unread(ada, conversation) -> None:
    newcomer = make_teammate(ada.workspace, "new")
    assert not unread(conversation, newcomer)
    actions.reply(conversation, conversation.contact, "and now?")
    assert unread(conversation, newcomer)


def test_a_marker_never_goes_back_nor_beyond_the_end(conversation, ada) -> None:
    actions.reply(conversation, conversation.contact, "two")
    conversation.refresh_from_db()
    read_by_teammate(conversation, ada, 99)
    read_by_teammate(conversation, ada, 1)
    assert ada.read_markers.get().seq == 2
    conversation.refresh_from_db()
    assert conversation.teammate_read_seq == 2


def test_reading_a_note_tells_the_visitor_nothing(conversation, ada, bea) -> None:
    actions.note(conversation, bea, "secret")
    conversation.refresh_from_db()
    read_by_teammate(conversation, ada, 2)
    conversation.refresh_from_db()
    assert conversation.teammate_read_seq == 1


def test_the_visitors_marker_moves_once_and_is_bounded(conversation, ada) -> None:
    actions.reply(conversation, ada, "answer")
    conversation.refresh_from_db()
    assert read_by_contact(conversation, 99)
    assert not read_by_contact(conversation, 1)
    conversation.refresh_from_db()
    assert conversation.contact_read_seq == 2
