"""Access that is taken away while a note is being sent, edits at once, and reading at the moment of telling."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from inbox.conversations import actions, guests, notes
from inbox.conversations.reading import read_by_teammate
from inbox.desk.noticed import unread_count, visible_notices
from inbox.models import Conversation, GuestAccess, Mention
from inbox.people.audit import Actor
from inbox.people.models import TeamMembership
from notifications.models import Delivery
from notifications.words import Status
from tests.factories import make_conversation, make_team, make_teammate, make_workspace
from tests.notifications.conftest import work

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 12


def at_once(*jobs) -> list[object]:
    """Do all of it at the same time, each with a connection of its own, and return the results."""
    start = threading.Barrier(len(jobs))

    def do(job):
        start.wait(timeout=30)
        try:
            return job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [each.result(timeout=60) for each in [pool.submit(do, job) for job in jobs]]


@pytest.fixture
def house():
    workspace = make_workspace()
    ada, bea = make_teammate(workspace, "ada"), make_teammate(workspace, "bea")
    team = make_team(workspace, members=(ada, bea), is_private=True)
    return workspace, ada, bea, team


def test_access_removed_while_the_note_is_sent_never_ends_with_a_word_before_their_eyes(house) -> None:
    workspace, ada, bea, team = house
    for turn in range(ROUNDS):
        conversation = make_conversation(workspace)
        actions.move(conversation, team, by=None)
        TeamMembership.objects.get_or_create(workspace=workspace, team=team, teammate=bea)
        at_once(
            lambda conversation=conversation, turn=turn: actions.note(conversation, ada, f"@bea secret {turn}"),
            lambda: TeamMembership.objects.filter(team=team, teammate=bea).delete(),
            work,
        )
        work()
        assert not visible_notices(bea).exists()
        # From the moment that it was gone, nothing went out: what was told before that is no more to be seen here.
        left = Delivery.objects.filter(teammate=bea, status__in=[Status.PENDING, Status.SENDING])
        left.update(due_at=conversation.created_at)
        work()
        assert not left.all().exists()
        assert not Delivery.objects.filter(teammate=bea, transport="email", status=Status.SENT).exists()
        Delivery.objects.all().delete()


def test_two_who_give_the_same_access_make_one(house) -> None:
    workspace, ada, bea, team = house
    cem = make_teammate(workspace, "cem")
    for _ in range(ROUNDS):
        conversation = make_conversation(workspace)
        actions.move(conversation, team, by=None)
        actions.note(conversation, ada, "@cem?")

        def give(by, conversation=conversation):
            return guests.give(conversation, cem, by=Actor(by)).pk

        first, second = at_once(lambda: give(ada), lambda: give(bea))
        assert first == second
        assert GuestAccess.objects.filter(conversation=conversation, ended_at=None).count() == 1
        assert Mention.objects.get(conversation=conversation).told_at is not None
        work()
        assert (
            Delivery.objects.filter(teammate=cem, transport="inapp", conversation=conversation.public_id).count() == 1
        )


def test_edits_at_once_leave_the_mentions_of_the_text_that_stays(house) -> None:
    workspace, ada, bea, _ = house
    cem = make_teammate(workspace, "cem")
    conversation = make_conversation(workspace)
    for _ in range(ROUNDS):
        note = actions.note(conversation, ada, "look")
        at_once(
            lambda note=note: notes.edit(conversation, note.seq, ada, "@bea look"),
            lambda note=note: notes.edit(conversation, note.seq, ada, "@cem look"),
            work,
        )
        note.refresh_from_db()
        rows = Mention.objects.filter(message=note, withdrawn_at=None).select_related("teammate")
        assert {f"@{row.teammate.handle} look" for row in rows} == {note.text}
        work()
        shown = {mate.handle for mate in (bea, cem) if visible_notices(mate).filter(body__contains=" look").exists()}
        assert shown == {note.text[1:4]}
        Delivery.objects.all().delete()
        for mate in (bea, cem):
            visible_notices(mate).delete()


def test_reading_at_the_moment_of_telling_leaves_nothing_unread(house) -> None:
    workspace, ada, bea, _ = house
    conversation = make_conversation(workspace)
    for _ in range(ROUNDS):
        note = actions.note(conversation, ada, "@bea look")
        fresh = Conversation.objects.get(pk=conversation.pk)
        at_once(work, lambda fresh=fresh, note=note: read_by_teammate(fresh, bea, note.seq))
        work()
        assert unread_count(bea) == 0
    assert visible_notices(bea).count() == ROUNDS


def test_reading_and_editing_at_once_end_both(house) -> None:
    workspace, ada, bea, _ = house
    conversation = make_conversation(workspace)
    for turn in range(ROUNDS):
        actions.reply(conversation, conversation.contact, f"hello {turn}")
        note = actions.note(conversation, ada, f"@bea look {turn}")
        work()
        fresh = Conversation.objects.get(pk=conversation.pk)
        at_once(
            lambda fresh=fresh: read_by_teammate(fresh, bea, fresh.last_seq),
            lambda note=note: notes.edit(conversation, note.seq, ada, "nobody"),
        )
        assert Mention.objects.get(message=note).withdrawn_at is not None
