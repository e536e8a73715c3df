"""From a mention to a desk, a phone, a mailbox and Slack: when each is told, and when it is not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inbox import presence
from inbox.conversations import actions
from inbox.conversations.reading import read_by_teammate
from inbox.models import Conversation
from notifications import routing
from notifications.models import Delivery, Notice, Posting, Schedule
from notifications.personal.preferences import choose
from notifications.personal.schedules import be_quiet
from notifications.resending import resend
from tests.factories import make_conversation, make_teammate
from tests.notifications.conftest import work
from tests.notifications.personal.conftest import come_due, told

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)


def name(conversation: Conversation, ada, words: str = "@bea, look at this"):
    """Have ada name bea in a note."""
    return actions.note(conversation, ada, words)


def hush(teammate, hours: int = 8):
    """Have a teammate not disturbed for so many hours, and return until when."""
    now = timezone.now()
    be_quiet(teammate, now + hours * HOUR, now)
    return now + hours * HOUR


def test_a_mention_is_told_at_once_on_the_desk_and_the_phone_and_by_email_only_while_unread(
    phone, ada, bea, conversation
) -> None:
    name(conversation, ada)
    work()
    assert told(bea) == {"inapp": ["sent"], "push": ["sent"], "email": ["pending"]}
    assert told(ada) == {}
    letter = Delivery.objects.get(transport="email")
    assert letter.due_at is not None
    assert timedelta(seconds=110) < letter.due_at - timezone.now() < timedelta(seconds=121)
    come_due(timezone.now(), transport="email")
    work()
    assert [letter.to for letter in mail.outbox] == [[bea.user.email]]


def test_what_was_read_before_the_letter_went_out_is_told_by_no_letter_and_is_gone_from_the_phone(
    phone, ada, bea, conversation
) -> None:
    note = name(conversation, ada)
    work()
    assert len(phone.shown) == 1
    read_by_teammate(Conversation.objects.get(pk=conversation.pk), bea, note.seq)
    come_due(timezone.now(), transport="email")
    work()
    assert told(bea)["email"] == ["seen"]
    assert not mail.outbox
    assert not phone.shown
    assert Notice.objects.get().read_at is not None


def test_who_has_it_in_front_of_them_hears_nothing_from_the_phone(phone, ada, bea, conversation) -> None:
    presence.looks_at(bea.pk, conversation.public_id)
    name(conversation, ada)
    work()
    assert told(bea) == {"inapp": ["sent"], "push": ["seen"], "email": ["pending"]}
    assert not phone.told


def test_several_mentions_in_one_conversation_are_one_letter_that_quotes_them_all(ada, bea, conversation) -> None:
    for words in ("@bea first", "@bea second", "@bea third"):
        name(conversation, ada, words)
        work()
    assert told(bea)["email"] == ["pending", "grouped", "grouped"]
    other = make_conversation(bea.workspace)
    name(other, ada, "@bea elsewhere")
    work()
    come_due(timezone.now(), transport="email")
    work()
    assert len(mail.outbox) == 2
    body = str(mail.outbox[0].body)
    assert all(word in body for word in ("first", "second", "third"))


def test_nothing_is_counted_into_a_letter_that_is_on_its_way(ada, bea, conversation) -> None:
    name(conversation, ada, "@bea first")
    work()
    # The letter's time has come; its window, by the clock of another machine, has not.
    Delivery.objects.filter(transport="email").update(due_at=timezone.now())
    work()
    name(conversation, ada, "@bea second")
    work()
    assert told(bea)["email"] == ["sent", "pending"]


def test_a_workspace_may_have_email_at_once(ada, bea, conversation) -> None:
    bea.workspace.email_after_seconds = 0
    bea.workspace.save()
    name(conversation, ada)
    work()
    assert len(mail.outbox) == 1


def test_in_quiet_hours_the_phone_is_silent_the_letter_waits_and_the_desk_has_it(phone, ada, bea, conversation) -> None:
    choose(bea, "mention", "slack", on=True)
    morning = hush(bea)
    for words in ("@bea in the evening", "@bea in the night"):
        name(conversation, ada, words)
        work()
    assert told(bea) == {
        "inapp": ["sent", "sent"],
        "push": ["quiet", "quiet"],
        "slack": ["quiet", "quiet"],
        "email": ["pending", "grouped"],
    }
    assert not phone.told
    assert Delivery.objects.get(transport="email", status="pending").due_at == morning
    assert abs((Posting.objects.get(transport="email").closes_at or morning) - morning) < timedelta(seconds=2)
    # The morning has come.
    Schedule.objects.update(quiet_until=timezone.now())
    come_due(timezone.now(), transport="email")
    work()
    assert len(mail.outbox) == 1, "one letter for the whole night"


def test_who_wants_quiet_while_something_waits_is_not_disturbed_either(phone, ada, bea, conversation) -> None:
    name(conversation, ada)
    routing.drain()
    morning = hush(bea)
    come_due(timezone.now(), teammate=bea)
    work()
    assert told(bea) == {"inapp": ["sent"], "push": ["quiet"], "email": ["pending"]}
    assert Delivery.objects.get(transport="email").due_at == morning
    assert not phone.told
    assert not mail.outbox


def test_what_somebody_sends_by_hand_comes_in_quiet_hours_too(phone, ada, bea, conversation) -> None:
    hush(bea)
    name(conversation, ada)
    work()
    resend(Delivery.objects.get(transport="push"))
    work()
    assert told(bea)["push"] == ["sent"]
    assert len(phone.shown) == 1


def test_what_was_turned_off_before_it_went_out_does_not(phone, ada, bea, conversation) -> None:
    name(conversation, ada)
    work()
    choose(bea, "mention", "email", on=False)
    come_due(timezone.now(), transport="email")
    work()
    assert told(bea)["email"] == ["preference_off"]
    assert not mail.outbox


def test_whoever_wants_to_hear_of_nothing_has_no_delivery_at_all(ada, bea, conversation) -> None:
    for way in ("inapp", "push", "email"):
        choose(bea, "mention", way, on=False)
    name(conversation, ada)
    work()
    assert told(bea) == {}


def test_many_who_are_named_take_as_many_queries_as_few(workspace, ada, conversation) -> None:
    def queries(count: int) -> int:
        mates = [make_teammate(workspace) for _ in range(count)]
        for mate in mates:
            choose(mate, "mention", "email", on=False)  # each letter is a message with a count of its own
        name(conversation, ada, " ".join(f"@{mate.handle}" for mate in mates))
        with CaptureQueriesContext(connection) as found:
            routing.drain()
        return len(found)

    queries(1)
    assert queries(12) == queries(2)
