"""The verbs of a conversation and the facts that they leave."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from inbox.conversations import actions
from inbox.conversations.text import TextRefused
from inbox.models import Conversation, Message
from inbox.models.conversations import Priority
from tests.factories import make_contact, make_conversation, make_team, make_teammate, make_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace():
    return make_workspace()


@pytest.fixture
def ada(workspace):
    return make_teammate(workspace, "ada")


@pytest.fixture
def conversation(workspace):
    return make_conversation(workspace)


def kinds(conversation: Conversation) -> list[str]:
    return [m.action or m.kind for m in Message.objects.filter(conversation=conversation).order_by("seq")]


def test_numbers_count_up_in_each_workspace_by_itself(workspace) -> None:
    other = make_workspace()
    assert [make_conversation(workspace).number for _ in range(3)] == [1, 2, 3]
    assert make_conversation(other).number == 1


def test_a_customer_waits_from_their_first_unanswered_message_until_an_answer(conversation, ada) -> None:
    conversation.refresh_from_db()
    since = conversation.waiting_since
    assert since is not None
    actions.reply(conversation, conversation.contact, "Anyone?")
    actions.note(conversation, ada, "Looking")
    actions.assign(conversation, ada, by=ada)
    conversation.refresh_from_db()
    assert conversation.waiting_since == since
    actions.reply(conversation, ada, "Here")
    conversation.refresh_from_db()
    assert conversation.waiting_since is None
    first = conversation.first_reply_at
    assert first is not None
    actions.reply(conversation, conversation.contact, "Thanks")
    actions.reply(conversation, ada, "Bye")
    conversation.refresh_from_db()
    assert conversation.first_reply_at == first


def test_a_note_and_an_action_take_a_seq_but_no_public_seq(conversation, ada) -> None:
    actions.note(conversation, ada, "secret")
    actions.assign(conversation, ada, by=ada)
    actions.reply(conversation, ada, "hello")
    rows = Message.objects.filter(conversation=conversation).order_by("seq").values_list("seq", "public_seq", "kind")
    assert list(rows) == [(1, 1, "reply"), (2, None, "note"), (3, None, "action"), (4, 2, "reply")]


@pytest.mark.parametrize("by_teammate", [True, False])
def test_a_reply_reopens_what_was_closed_and_wakes_what_was_snoozed(conversation, ada, by_teammate) -> None:
    who = ada if by_teammate else conversation.contact
    actions.close(conversation, by=ada)
    actions.reply(conversation, who, "one more thing")
    conversation.refresh_from_db()
    assert (conversation.status, conversation.closed_at) == ("open", None)
    actions.snooze(conversation, timezone.now() + timedelta(hours=1), by=ada)
    actions.reply(conversation, who, "and another")
    conversation.refresh_from_db()
    assert (conversation.status, conversation.snoozed_until) == ("open", None)
    assert kinds(conversation) == ["reply", "closed", "reopened", "reply", "snoozed", "woke", "reply"]


def test_a_note_leaves_a_closed_conversation_closed(conversation, ada) -> None:
    actions.close(conversation, by=ada)
    actions.note(conversation, ada, "for the record")
    conversation.refresh_from_db()
    assert conversation.status == "closed"


def test_what_is_due_wakes_once_and_the_rest_sleeps_on(workspace, ada) -> None:
    due, later = make_conversation(workspace), make_conversation(workspace)
    for conversation in (due, later):
        actions.snooze(conversation, timezone.now() + timedelta(hours=1), by=ada)
    Conversation.objects.filter(pk=due.pk).update(snoozed_until=timezone.now() - timedelta(seconds=1))
    assert actions.wake_due() == 1
    assert actions.wake_due() == 0
    due.refresh_from_db(), later.refresh_from_db()
    assert (due.status, later.status) == ("open", "snoozed")


def test_a_snooze_needs_a_time_to_come(conversation, ada) -> None:
    with pytest.raises(actions.Refused, match="still to come"):
        actions.snooze(conversation, timezone.now() - timedelta(seconds=1), by=ada)


def test_doing_again_what_is_done_adds_nothing(conversation, ada) -> None:
    for _ in range(2):
        actions.assign(conversation, ada, by=ada)
        actions.prioritise(conversation, Priority.URGENT, by=ada)
        actions.close(conversation, by=ada)
    assert kinds(conversation) == ["reply", "assigned", "prioritised", "closed"]


def test_nobody_is_given_a_conversation_that_they_may_not_see(workspace, conversation, ada) -> None:
    outsider = make_teammate(workspace, "cem")
    actions.move(conversation, make_team(workspace, "billing", (ada,), is_private=True), by=ada)
    with pytest.raises(actions.Refused, match="cannot see"):
        actions.assign(conversation, outsider, by=ada)
    stranger = make_teammate(make_workspace(), "eve")
    with pytest.raises(actions.Refused):
        actions.assign(conversation, stranger, by=ada)


def test_moving_to_a_private_team_takes_it_from_an_assignee_outside(workspace, conversation, ada) -> None:
    cem = make_teammate(workspace, "cem")
    actions.assign(conversation, cem, by=ada)
    actions.move(conversation, make_team(workspace, "billing", (ada,), is_private=True), by=ada)
    conversation.refresh_from_db()
    assert conversation.assignee is None
    assert not Conversation.objects.visible_to(cem).filter(pk=conversation.pk).exists()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_text"),
        (" \n\t ", "empty_text"),
        ("x" * 20_001, "text_too_long"),
        ("nul\x00", "control_characters"),
        ("\ud800", "control_characters"),
    ],
)
def test_a_text_that_cannot_be_stored_is_refused_and_leaves_no_hole(conversation, ada, text, code) -> None:
    for verb in (actions.reply, actions.note):
        with pytest.raises(TextRefused) as refused:
            verb(conversation, ada, text)
        assert refused.value.code == code
    assert actions.reply(conversation, ada, "y" * 20_000).seq == 2


def test_the_same_client_id_is_stored_once_for_replies_and_notes(conversation, ada) -> None:
    for verb in (actions.reply, actions.note):
        client_id = uuid.uuid4()
        first = verb(conversation, ada, "once", client_id=client_id)
        again = verb(conversation, ada, "once", client_id=client_id)
        assert again.pk == first.pk
    assert kinds(conversation) == ["reply", "reply", "note"]


def test_a_conversation_that_a_teammate_starts_is_not_waiting(workspace, ada) -> None:
    conversation, message = actions.start(make_contact(workspace), "Hello from us", author=ada)
    conversation.refresh_from_db()
    assert conversation.waiting_since is None
    assert message.author_kind == "teammate"
