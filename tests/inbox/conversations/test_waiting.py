"""Who waits too long for an answer is told of: once for each wait, within business hours, until somebody answers."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from inbox.conversations import actions, waiting
from inbox.events import ConversationWaiting
from inbox.models import Conversation, Message
from inbox.models.conversations import WAITS_UNTOLD
from inbox.people.hours import DAYS
from inbox.people.models import Teammate, Workspace
from inbox.people.zones import zone_of
from notifications import routing
from notifications.models import Event
from tests.factories import make_conversation, make_team, make_teammate, make_workspace

pytestmark = pytest.mark.django_db
OFFICE = {day: [["09:00", "12:00"], ["13:00", "18:00"]] for day in DAYS[:5]}


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace(timezone="Europe/Lisbon")


@pytest.fixture
def bea(workspace: Workspace) -> Teammate:
    return make_teammate(workspace, "bea")


def made(workspace: Workspace, minutes: int = 31, **fields: Any) -> Conversation:
    """Return a conversation in which the contact's word has been without an answer for so many minutes."""
    conversation = make_conversation(workspace, text="Is anybody there?")
    return moved(conversation, minutes, **fields)


def moved(conversation: Conversation, minutes: int, **fields: Any) -> Conversation:
    """Have a wait begin so many minutes ago, and return the conversation as it is."""
    back = timezone.now() - timedelta(minutes=minutes)
    newest = Message.objects.filter(conversation=conversation, author_kind="contact").latest("seq")
    Message.objects.filter(conversation=conversation, seq__lt=newest.seq).update(created_at=back - timedelta(hours=1))
    Message.objects.filter(pk=newest.pk).update(created_at=back)
    Conversation.objects.filter(pk=conversation.pk).update(waiting_since=back, **fields)
    return Conversation.objects.for_list().get(pk=conversation.pk)


def told(workspace: Workspace) -> list[Event]:
    return list(Event.objects.filter(workspace=workspace, kind="conversation.waiting").order_by("id"))


def settled(event: Event) -> bool:
    """Return whether an event is settled, once routing has looked at all that is there."""
    while routing.drain():
        pass
    event.refresh_from_db()
    return event.settled_at is not None


def test_a_wait_is_told_with_its_minutes_and_the_first_words_that_nobody_answered(workspace: Workspace) -> None:
    conversation = made(workspace, 33)
    actions.reply(conversation, conversation.contact, "Hello?")
    assert waiting.tell_waiting() == 1
    [event] = told(workspace)
    assert event.data == {
        "conversation": str(conversation.public_id), "number": conversation.number, "seq": 1, "minutes": 33,
    }  # fmt: skip
    assert event.title == f"{conversation.contact.name} has waited 33 minutes for an answer in #{conversation.number}"
    assert (event.body, event.severity_word) == ("Is anybody there?", "warning")
    assert (event.conversation, event.contact) == (conversation.public_id, conversation.contact.public_id)


@pytest.mark.parametrize(
    "minutes, words", [(1, "1 minute"), (119, "119 minutes"), (120, "2 h 0 min"), (186, "3 h 6 min")]
)
def test_a_long_wait_is_told_in_hours(minutes: int, words: str) -> None:
    event = ConversationWaiting(conversation=uuid.uuid4(), number=7, seq=1, minutes=minutes)
    assert event.title("Nadia") == f"Nadia has waited {words} for an answer in #7"


def test_who_has_not_waited_that_long_is_not_told_of(workspace: Workspace) -> None:
    made(workspace, 29)
    assert waiting.tell_waiting() == 0
    assert told(workspace) == []


def test_how_long_is_the_workspaces_own_and_never_is_possible(workspace: Workspace) -> None:
    patient, never = make_workspace(answer_within_minutes=120), make_workspace(answer_within_minutes=0)
    for one in (workspace, patient, never):
        made(one, 60)
    assert waiting.tell_waiting() == 1
    assert (len(told(workspace)), told(patient), told(never)) == (1, [], [])


def test_a_wait_is_told_once_and_the_next_one_again(workspace: Workspace, bea: Teammate) -> None:
    conversation = made(workspace)
    assert [waiting.tell_waiting() for _ in range(3)] == [1, 0, 0]
    actions.reply(conversation, conversation.contact, "Still here")
    assert waiting.tell_waiting() == 0
    actions.reply(conversation, bea, "Now I am, too")
    actions.reply(conversation, conversation.contact, "Thanks. And how do I pay?")
    moved(conversation, 31)
    assert waiting.tell_waiting() == 1
    assert [event.data["seq"] for event in told(workspace)] == [1, 4]


@pytest.mark.parametrize(
    "fields", [{"status": "snoozed", "snoozed_until": timezone.now() + timedelta(days=1)}, {"waiting_since": None}]
)
def test_what_was_put_aside_or_answered_is_not_told(workspace: Workspace, fields: dict[str, Any]) -> None:
    conversation = made(workspace)
    Conversation.objects.filter(pk=conversation.pk).update(**fields)
    assert waiting.tell_waiting() == 0


def test_what_waits_since_weeks_is_history(workspace: Workspace) -> None:
    made(workspace, 60 * 24 * 15)
    assert waiting.tell_waiting() == 0


def test_an_answer_or_the_closing_settles_it_and_an_assignment_does_not(workspace: Workspace, bea: Teammate) -> None:
    answered, closed = made(workspace), made(workspace)
    assert waiting.tell_waiting() == 2
    first, second = told(workspace)
    for conversation in (answered, closed):
        actions.assign(conversation, bea, by=bea)
        actions.note(conversation, bea, "I am looking at it")
    assert not settled(first) and not settled(second)
    actions.reply(answered, bea, "Here I am")
    actions.close(closed, by=bea)
    assert settled(first) and settled(second)


def test_what_waits_in_a_private_team_is_marked_as_that(workspace: Workspace) -> None:
    made(workspace, team=make_team(workspace, "quiet", is_private=True))
    waiting.tell_waiting()
    assert [event.is_private for event in told(workspace)] == [True]


@pytest.mark.parametrize(
    "now, since",
    [
        ("2026-05-04 14:00", "2026-05-04 13:30"),
        # Over the lunch hour.
        ("2026-05-04 13:10", "2026-05-04 11:40"),
        # On Monday morning, from Friday evening.
        ("2026-05-04 09:20", "2026-05-01 17:50"),
        # At night nothing becomes due that was not at six.
        ("2026-05-04 23:00", "2026-05-04 17:30"),
    ],
)
def test_only_business_hours_count(workspace: Workspace, now: str, since: str) -> None:
    zone = zone_of("Europe/Lisbon")
    workspace.business_hours = OFFICE
    moments = [datetime.fromisoformat(text).replace(tzinfo=zone) for text in (now, since)]
    assert waiting.waits_too_long_since(workspace, moments[0]) == moments[1]


def test_a_holiday_does_not_count(workspace: Workspace) -> None:
    workspace.business_hours, workspace.holidays = OFFICE, [{"on": "2026-05-01", "name": "Labour Day"}]
    monday = datetime(2026, 5, 4, 9, 20, tzinfo=zone_of("Europe/Lisbon"))
    assert waiting.waits_too_long_since(workspace, monday) == monday.replace(month=4, day=30, hour=17, minute=50)


def test_where_the_office_is_closed_for_long_nothing_is_due(workspace: Workspace) -> None:
    workspace.holidays = [{"on": f"2026-05-{day:02d}", "name": ""} for day in range(1, 31)]
    assert waiting.waits_too_long_since(workspace, datetime(2026, 5, 29, 12, tzinfo=zone_of("UTC"))) is None


def test_closed_hours_hold_it_back_and_the_minutes_are_those_of_the_open_ones(workspace: Workspace) -> None:
    local = timezone.now().astimezone(zone_of("Europe/Lisbon"))
    days = {(local + timedelta(days=n)).date().isoformat() for n in (-1, 0, 1)}
    workspace.holidays = [{"on": day, "name": ""} for day in sorted(days)]
    workspace.save()
    made(workspace, 60)
    assert waiting.tell_waiting() == 0
    Workspace.objects.update(holidays=[])
    assert waiting.tell_waiting() == 1


def test_the_rows_are_found_by_their_index(workspace: Workspace) -> None:
    made(workspace)
    now = timezone.now()
    due = Conversation.objects.filter(WAITS_UNTOLD, workspace=workspace, waiting_since__lte=now)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        assert "conversation_waits_untold" in due.order_by("waiting_since").explain()


@pytest.mark.django_db(transaction=True)
def test_workers_that_look_at_the_same_time_tell_each_wait_once() -> None:
    workspace = make_workspace()
    for _ in range(30):
        made(workspace)
    ready = threading.Barrier(4)

    def work() -> int:
        try:
            ready.wait(20)
            told_here = 0
            while some := waiting.tell_waiting(limit=3):
                told_here += some
            return told_here
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        counts = [future.result(60) for future in [pool.submit(work) for _ in range(4)]]
    # Whoever skipped what another one held has nothing left to do.
    assert sum(counts) + waiting.tell_waiting() == 30
    assert len({event.conversation for event in told(workspace)}) == len(told(workspace)) == 30


@pytest.mark.django_db(transaction=True)
def test_who_is_being_answered_just_now_is_not_told_of() -> None:
    workspace = make_workspace()
    bea, conversation = make_teammate(workspace, "bea"), made(workspace)
    answered, looked = threading.Event(), threading.Event()

    def answer() -> None:
        try:
            with transaction.atomic():
                actions.reply(conversation, bea, "Here I am")
                answered.set()
                assert looked.wait(30)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        replying = pool.submit(answer)
        assert answered.wait(30)
        assert waiting.tell_waiting() == 0, "its row is held by whoever answers"
        looked.set()
        replying.result(30)
    assert waiting.tell_waiting() == 0
    assert told(workspace) == []


@pytest.mark.django_db(transaction=True)
def test_an_answer_that_comes_while_it_is_told_settles_it() -> None:
    workspace = make_workspace()
    bea, conversation = make_teammate(workspace, "bea"), made(workspace)
    begun = threading.Event()

    def answer() -> None:
        try:
            begun.set()
            actions.reply(conversation, bea, "Here I am")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert waiting.tell_waiting() == 1
            replying = pool.submit(answer)
            assert begun.wait(30)
            assert not replying.done(), "it waits for the row"
        replying.result(30)
    [event] = told(workspace)
    assert settled(event)
