"""From a note to the one whom it names: over what, when, once, and cleared everywhere when it was read anywhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.db.models import F
from django.utils import timezone

from inbox import presence
from inbox.conversations import actions, follows, notes
from inbox.conversations.reading import read_by_teammate
from inbox.desk.lists import with_unread_mention
from inbox.desk.noticed import mentions_read, unread_count, visible_notices
from inbox.models import Conversation
from inbox.people.models import TeamMembership
from inbox.people.models.workspaces import Role
from notifications.models import Delivery, Event, Notice, Posting
from notifications.personal.preferences import choose
from notifications.personal.reading import read_notices
from notifications.words import Cause, Status
from tests.factories import make_conversation, make_team, make_teammate, make_workspace
from tests.notifications.conftest import work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def letters(settings) -> None:
    settings.MAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def workspace():
    return make_workspace()


@pytest.fixture
def ada(workspace):
    return make_teammate(workspace, "ada")


@pytest.fixture
def bea(workspace):
    return make_teammate(workspace, "bea", name="Bea")


@pytest.fixture
def conversation(workspace):
    made = make_conversation(workspace)
    yield made
    cache.delete_many([key for mate in workspace.teammates.all() for key in [presence._key(mate.pk, made.public_id)]])


def later(seconds: int) -> None:
    """Have what waits be due so many seconds earlier."""
    Delivery.objects.filter(due_at__isnull=False).update(due_at=F("due_at") - timedelta(seconds=seconds))


def ways(teammate, **wanted) -> dict[str, tuple[str, str]]:
    rows = Delivery.objects.filter(teammate=teammate, **wanted)
    return {row.transport: (row.status, row.cause) for row in rows}


def test_the_desk_tells_at_once_and_a_letter_only_if_it_stays_unread(ada, bea, conversation) -> None:
    actions.note(conversation, ada, "@bea can you look?")
    work()
    assert ways(bea) == {
        "inapp": (Status.SENT, ""),
        "push": (Status.SUPPRESSED, Cause.NOBODY),
        "email": (Status.PENDING, ""),
    }
    assert [notice.title for notice in visible_notices(bea)] == ["Ada mentioned you in a note"]
    assert unread_count(bea) == 1
    assert mail.outbox == []
    later(60)
    work()
    assert mail.outbox == []
    later(61)
    work()
    assert [letter.to for letter in mail.outbox] == [[bea.email]]
    assert "can you look?" in mail.outbox[0].body


def test_reading_it_clears_the_notice_and_the_letter_is_not_sent(ada, bea, conversation) -> None:
    note = actions.note(conversation, ada, "@bea can you look?")
    work()
    assert unread_count(bea) == 1
    read_by_teammate(Conversation.objects.get(pk=conversation.pk), bea, note.seq)
    assert unread_count(bea) == 0 and visible_notices(bea).count() == 1
    later(121)
    work()
    assert mail.outbox == []
    assert ways(bea)["email"] == (Status.SUPPRESSED, Cause.SEEN)


def test_what_was_read_before_anybody_was_told_is_a_notice_that_was_read(ada, bea, conversation) -> None:
    note = actions.note(conversation, ada, "@bea can you look?")
    read_by_teammate(Conversation.objects.get(pk=conversation.pk), bea, note.seq)
    work()
    assert unread_count(bea) == 0 and visible_notices(bea).count() == 1
    assert ways(bea)["push"] == (Status.SUPPRESSED, Cause.SEEN)


def test_reading_up_to_an_earlier_note_leaves_the_later_one(ada, bea, conversation) -> None:
    first = actions.note(conversation, ada, "@bea one")
    actions.note(conversation, ada, "@bea two")
    work()
    read_by_teammate(Conversation.objects.get(pk=conversation.pk), bea, first.seq)
    assert unread_count(bea) == 1
    later(121)
    work()
    assert len(mail.outbox) == 1
    assert "two" in mail.outbox[0].body


def test_several_mentions_within_the_window_are_one_letter(ada, bea, conversation) -> None:
    for text in ("@bea one", "@bea two", "@bea three"):
        actions.note(conversation, ada, text)
        work()
    other = make_conversation(conversation.workspace)
    actions.note(other, ada, "@bea elsewhere")
    work()
    later(121)
    work()
    assert len(mail.outbox) == 2
    told = next(letter.body for letter in mail.outbox if "three" in letter.body)
    assert "one" in told and "two" in told and "elsewhere" not in told
    assert unread_count(bea) == 4


def test_who_has_it_open_in_front_of_them_is_told_on_the_desk_alone(ada, bea, conversation) -> None:
    presence.looks_at(bea.pk, conversation.public_id)
    actions.note(conversation, ada, "@bea here?")
    work()
    later(121)
    work()
    assert ways(bea) == {
        "inapp": (Status.SENT, ""),
        "push": (Status.SUPPRESSED, Cause.SEEN),
        "email": (Status.SUPPRESSED, Cause.SEEN),
    }
    assert mail.outbox == []


def test_who_lost_sight_before_the_telling_hears_nothing(workspace, ada, bea, conversation) -> None:
    team = make_team(workspace, members=(ada, bea), is_private=True)
    actions.move(conversation, team, by=None)
    actions.note(conversation, ada, "@bea a secret")
    work()
    assert unread_count(bea) == 1
    TeamMembership.objects.filter(teammate=bea).delete()
    # What is on the desk already is shown no more, and what waits is not sent.
    assert unread_count(bea) == 0 and not visible_notices(bea).exists()
    later(121)
    work()
    assert mail.outbox == []
    assert ways(bea)["email"] == (Status.SUPPRESSED, Cause.NO_SIGHT)


def test_who_lost_sight_before_the_routing_is_not_even_considered(workspace, ada, bea, conversation) -> None:
    actions.move(conversation, make_team(workspace, members=(ada, bea), is_private=True), by=None)
    actions.note(conversation, ada, "@bea a secret")
    TeamMembership.objects.filter(teammate=bea).delete()
    work()
    assert ways(bea) == {}


def test_an_edit_that_takes_the_name_out_takes_back_what_was_told(ada, bea, conversation) -> None:
    note = actions.note(conversation, ada, "@bea look")
    work()
    notes.edit(conversation, note.seq, ada, "never mind")
    work()
    assert not Notice.objects.filter(teammate=bea).exists()
    later(121)
    work()
    assert mail.outbox == []
    assert ways(bea)["email"][0] == Status.SETTLED


def test_replies_in_what_one_follows_are_one_line_until_it_is_read(ada, bea, conversation) -> None:
    actions.reply(conversation, ada, "Hello")
    for text in ("one", "two", "three"):
        actions.reply(conversation, conversation.contact, text)
        work()
    Posting.objects.exclude(update_at=None).update(update_at=timezone.now())
    work()
    notice = visible_notices(ada).get()
    assert "and 2 more" in notice.title
    fresh = Conversation.objects.get(pk=conversation.pk)
    read_by_teammate(fresh, ada, fresh.last_seq)
    actions.reply(conversation, conversation.contact, "four")
    work()
    assert visible_notices(ada).count() == 2 and unread_count(ada) == 1
    assert not visible_notices(bea).exists()


def test_who_follows_no_more_hears_no_more(ada, bea, conversation) -> None:
    actions.reply(conversation, ada, "Hello")
    follows.choose(conversation, ada, False)
    actions.reply(conversation, ada, "Still there?")
    actions.reply(conversation, conversation.contact, "yes")
    work()
    assert not visible_notices(ada).exists()


def test_being_given_a_conversation_is_told_and_taking_it_oneself_is_not(ada, bea, conversation) -> None:
    actions.assign(conversation, bea, by=ada)
    actions.assign(make_conversation(conversation.workspace), ada, by=ada)
    work()
    assert set(ways(bea)) == {"inapp", "push"}
    assert ways(ada) == {}


def test_new_conversations_are_told_to_those_who_asked_in_their_teams_or_in_none(workspace, ada, bea) -> None:
    make_teammate(workspace, "cem")
    choose(ada, "new_conversation", "inapp", True)
    make_conversation(workspace)
    work()
    told = set(Delivery.objects.exclude(teammate=None).values_list("teammate__handle", "transport"))
    assert told == {("ada", "inapp")}


def test_a_choice_turned_off_meanwhile_counts(ada, bea, conversation) -> None:
    actions.note(conversation, ada, "@bea look")
    work()
    choose(bea, "mention", "email", False)
    later(121)
    work()
    assert mail.outbox == []
    assert ways(bea)["email"] == (Status.SUPPRESSED, Cause.PREFERENCE_OFF)


def test_who_was_renamed_is_still_told(ada, bea, conversation) -> None:
    actions.note(conversation, ada, "@bea look")
    type(bea).objects.filter(pk=bea.pk).update(handle="beatrice")
    work()
    assert unread_count(bea) == 1


def test_reading_a_notice_reads_what_was_told_of_the_same_by_other_ways(ada, bea, conversation) -> None:
    actions.note(conversation, ada, "@bea look")
    work()
    assert read_notices(bea.pk, [Notice.objects.get().public_id]) == 1
    later(121)
    work()
    assert mail.outbox == [] and unread_count(bea) == 0
    assert read_notices(bea.pk) == 0


def test_an_owner_hears_what_a_private_team_names_them_in(workspace, ada, conversation) -> None:
    olga = make_teammate(workspace, "olga", role=Role.OWNER)
    actions.move(conversation, make_team(workspace, members=(ada,), is_private=True), by=None)
    actions.note(conversation, ada, "@olga please decide")
    work()
    assert unread_count(olga) == 1


def test_who_had_read_the_note_is_told_of_the_edit_that_names_them(ada, bea, conversation) -> None:
    note = actions.note(conversation, ada, "look please")
    read_by_teammate(Conversation.objects.get(pk=conversation.pk), bea, note.seq)
    notes.edit(conversation, note.seq, ada, "@bea look please")
    work()
    assert unread_count(bea) == 1
    assert ways(bea)["email"][0] == Status.PENDING
    later(121)
    work()
    assert "look please" in mail.outbox[0].body


def test_words_that_were_taken_out_of_a_note_are_told_no_more(ada, bea, conversation) -> None:
    note = actions.note(conversation, ada, "@bea the password is sesame")
    work()
    notes.edit(conversation, note.seq, ada, "@bea see the vault")
    later(121)
    work()
    assert visible_notices(bea).get().body == "@bea see the vault"
    assert "sesame" not in mail.outbox[0].body
    assert not Event.objects.filter(body__contains="sesame").exists()


def test_reading_the_notice_takes_it_out_of_the_unread_mentions(ada, bea, conversation) -> None:
    actions.note(conversation, ada, "@bea look")
    work()
    assert with_unread_mention(bea).exists()
    mentions_read(bea, visible_notices(bea).get())
    assert not with_unread_mention(bea).exists()
    actions.note(conversation, ada, "@bea look again")
    assert with_unread_mention(bea).exists()
