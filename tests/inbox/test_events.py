"""Every verb of the inbox ends in `track`: what each one tells, and which tell nothing, and why."""

from __future__ import annotations

import inspect
import uuid
from collections.abc import Callable
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from inbox import figures
from inbox.contacts import accounts, identities, journey, merging, shared, upsert
from inbox.contacts.merging import joining, undoing
from inbox.contacts.suggesting import answering, deciding
from inbox.conversations import actions, assignees, guests, notes, teams, waiting
from inbox.models import Contact, Conversation, MergeSuggestion
from inbox.models.conversations import Priority
from inbox.people.models import Teammate
from inbox.widget import chat
from notifications.models import Event
from notifications.registry import all_kinds
from notifications.routing import drain
from tests.factories import make_contact, make_conversation, make_team, make_teammate, make_workspace

pytestmark = pytest.mark.django_db

MODULES = (
    actions, notes, guests, assignees, teams, waiting, accounts, identities, upsert, journey, joining, undoing,
    answering, deciding, shared,
)  # fmt: skip
# What tells nothing, and why.
SILENT = {
    "actions.locked": "a part of every verb",
    "actions.act": "the same",
    "actions.add": "the same",
    "actions.require_sight": "changes nothing",
    "actions.have_browsers_follow": "the same",
    "actions.next_number": "the same",
    "guests.give": "told as audit",
    "guests.end": "the same",
    "guests.end_due": "the same",
    "guests.end_all": "the same",
    "guests.may_give": "changes nothing",
    "actions.move": "where a conversation lies is for those who sort them; the list shows it at once",
    "actions.prioritise": "the same",
    "actions.snooze": "the one who snoozes knows; it comes back by itself",
    "actions.reopen": "one click undoes another",
    "actions.wake_due": "the conversation is at the top of the list again: nobody did anything",
    "teams.hand_over": "deleting a team is told as audit",
    "accounts.create_account": "what Stripe and others say of accounts comes with kinds of its own",
    "accounts.change_account": "the same",
    "accounts.upsert_account": "the same",
    "accounts.account_named": "the same",
    "upsert.create_contact": "a profile is no deed; contact.signed_up and conversation.started tell of the person",
    "joining.better_root": "changes nothing",
    "undoing.arrived_since": "changes nothing",
    "answering.dismiss": "nothing is changed for anybody; who did it stands in the suggestion",
    "deciding.settle_between": "a part of merging",
    "deciding.part": "a part of undoing",
    "deciding.decided": "the same",
    "deciding.dismissed": "the same",
    "shared.share": "told as audit",
    "shared.unshare": "the same",
    "journey.signed_up": "comes with contact.signed_up",
    "journey.onboarded": "comes with contact.onboarded",
    "waiting.waits_too_long_since": "changes nothing",
    "identities.normalise": "changes nothing",
    "identities.find_verified": "changes nothing",
    "identities.claim": "an identity is not a deed",
    "identities.verify": "an identity is not a deed",
    "assignees.held_by": "changes nothing",
    "upsert.known_contact": "changes nothing",
}


class World:
    """A workspace with two teammates, a contact and their conversation."""

    def __init__(self) -> None:
        self.workspace = make_workspace()
        self.ada = make_teammate(self.workspace, "ada", role="owner")
        self.bea = make_teammate(self.workspace, "bea")
        self.contact = make_contact(self.workspace, name="Nadia", external_id="u-1", attributes={"seats": 1})
        identities.verify(self.contact, "email", "nadia@example.com")
        self.conversation = make_conversation(self.workspace, self.contact)
        Event.objects.all().delete()

    def other(self) -> Contact:
        """Return another contact, who may be the same person."""
        return make_contact(self.workspace, name="")

    def kinds(self) -> list[str]:
        """Return the kinds that were tracked, in order."""
        return list(Event.objects.order_by("id").values_list("kind", flat=True))


def _leaver(world: World) -> None:
    actions.assign(world.conversation, world.bea, by=world.ada)
    Teammate.objects.filter(pk=world.bea.pk).update(left_at=timezone.now())
    Event.objects.all().delete()
    assert assignees.settle() == 1


def _edits(world: World) -> None:
    note = actions.note(world.conversation, world.ada, "look")
    notes.edit(world.conversation, note.seq, world.ada, "@bea look")


def _sees(world: World) -> None:
    team = make_team(world.workspace, is_private=True)
    actions.move(world.conversation, team, by=world.ada)
    actions.note(world.conversation, world.ada, "@bea look")
    team.memberships.create(workspace=world.workspace, teammate=world.bea)
    guests.tell_newly_sighted()


def _stalled(world: World) -> None:
    Contact.objects.filter(pk=world.contact.pk).update(signed_up_at=timezone.now() - timedelta(days=4))
    assert journey.tell_stalled() == 1


def _waits(world: World) -> None:
    Conversation.objects.filter(pk=world.conversation.pk).update(waiting_since=timezone.now() - timedelta(minutes=31))
    assert waiting.tell_waiting() == 1


def _undoes(world: World) -> None:
    made, _ = merging.merge(world.other(), into=world.contact, by=world.ada)
    merging.undo(made, by=world.ada)


def _accepts(world: World) -> None:
    found = MergeSuggestion.objects.create(
        workspace=world.workspace, contact=world.other(), candidate=world.contact, score=0.9
    )
    answering.accept(found, by=world.ada)


GAINS = {"attributes": {"colour": "red"}}
TELLS: dict[str, tuple[Callable[[World], Any], list[str]]] = {
    "actions.start": (lambda w: actions.start(w.contact, "Hi"), ["conversation.started", "message.received"]),
    "actions.reply": (lambda w: actions.reply(w.conversation, w.contact, "Hi"), ["message.received"]),
    "actions.assign": (lambda w: actions.assign(w.conversation, w.bea, by=w.ada), ["conversation.assigned"]),
    "actions.close": (lambda w: actions.close(w.conversation, by=w.ada), ["conversation.closed"]),
    "actions.note": (lambda w: actions.note(w.conversation, w.ada, "@bea look"), ["mention.created"]),
    "notes.edit": (_edits, ["mention.created"]),
    "guests.tell_newly_sighted": (_sees, ["mention.created"]),
    "assignees.settle": (_leaver, ["conversation.assigned"]),
    "upsert.change_contact": (lambda w: upsert.change_contact(w.contact, GAINS), ["contact.data_added"]),
    "upsert.upsert_contact": (lambda w: upsert.upsert_contact(w.workspace, "u-1", GAINS), ["contact.data_added"]),
    "upsert.upsert_contact_by_email": (
        lambda w: upsert.upsert_contact_by_email(w.workspace, "nadia@example.com", {"attributes": {"seats": None}}),
        ["contact.data_removed"],
    ),
    "waiting.tell_waiting": (_waits, ["conversation.waiting"]),
    "joining.merge": (lambda w: merging.merge(w.other(), into=w.contact, by=w.ada), ["contact.merged"]),
    "undoing.undo": (_undoes, ["contact.merged", "contact.unmerged"]),
    "answering.accept": (_accepts, ["contact.merged"]),
    "journey.tell_stalled": (_stalled, ["contact.stalled"]),
}


def verbs(module: ModuleType) -> set[str]:
    """Return the public functions that a module defines."""
    found = inspect.getmembers(module, inspect.isfunction)
    short = module.__name__.rpartition(".")[2]
    return {f"{short}.{name}" for name, it in found if it.__module__ == module.__name__ and not name.startswith("_")}


@pytest.fixture
def world() -> World:
    return World()


def test_every_verb_tells_something_or_has_a_reason_not_to() -> None:
    assert set().union(*(verbs(module) for module in MODULES)) == TELLS.keys() | SILENT.keys()
    assert not TELLS.keys() & SILENT.keys()


@pytest.mark.parametrize("verb", TELLS)
def test_a_verb_tells_what_it_did(world: World, verb: str) -> None:
    do, kinds = TELLS[verb]
    do(world)
    assert world.kinds() == kinds
    for event in Event.objects.all():
        assert (event.contact, event.workspace) == (world.contact.public_id, world.workspace)


@pytest.mark.parametrize("verb", TELLS)
def test_nothing_is_told_of_what_was_rolled_back(world: World, verb: str) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        TELLS[verb][0](world)
        raise RuntimeError
    assert not world.kinds()


def test_a_verb_that_changes_nothing_tells_nothing(world: World) -> None:
    actions.close(world.conversation, by=world.ada)
    Event.objects.all().delete()
    actions.close(world.conversation, by=world.ada)
    actions.assign(world.conversation, None, by=world.ada)
    upsert.change_contact(world.contact, {"attributes": {"seats": 2}, "name": "Nadia O."})
    assert not world.kinds()


def test_a_visitors_message_is_told_once_however_often_it_is_sent(world: World) -> None:
    visitor, client_id = world.conversation.visitor, uuid.uuid4()
    assert visitor is not None
    for _ in range(3):
        chat.send(visitor, world.conversation, "Hello?", client_id)
    assert world.kinds() == ["message.received"]
    event = Event.objects.get()
    assert (event.title, event.body) == (f"Nadia wrote in #{world.conversation.number}", "Hello?")
    assert event.data == {"conversation": str(world.conversation.public_id), "number": 1, "seq": 2}


def test_a_visitors_message_that_cannot_be_told_is_not_stored(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("inbox.conversations.telling.track", broken)
    visitor = world.conversation.visitor
    assert visitor is not None
    with pytest.raises(RuntimeError):
        chat.send(visitor, world.conversation, "Hello?", uuid.uuid4())
    assert Conversation.objects.get().last_seq == 1


@pytest.mark.parametrize("do", ["reply", "assign", "close"])
def test_whoever_picks_a_conversation_up_settles_what_was_told_of_it(world: World, do: str) -> None:
    conversation, _ = actions.start(world.contact, "Hi")
    while drain():
        pass
    if do == "reply":
        actions.reply(conversation, world.bea, "Hello")
    elif do == "assign":
        actions.assign(conversation, world.bea, by=world.ada)
    else:
        actions.close(conversation, by=world.ada)
    while drain():
        pass
    assert Event.objects.get(kind="conversation.started").settled_at is not None


def test_a_note_or_a_hand_back_leaves_it_open(world: World) -> None:
    conversation, _ = actions.start(world.contact, "Hi")
    actions.assign(conversation, world.bea, by=world.ada)
    Event.objects.filter(kind="conversation.assigned").delete()
    actions.note(conversation, world.bea, "Hm")
    actions.assign(conversation, None, by=world.ada)
    while drain():
        pass
    assert Event.objects.get(kind="conversation.started").settled_at is None


def test_what_was_picked_up_before_anybody_was_told_is_told_to_nobody(world: World) -> None:
    world.workspace.rules.create(name="All", transport="log", address="all", kinds=["conversation.started"])
    conversation, _ = actions.start(world.contact, "Hi")
    actions.reply(conversation, world.bea, "Hello")
    while drain():
        pass
    assert not world.workspace.deliveries.exists()


def test_events_of_a_private_team_say_so(world: World) -> None:
    team = make_team(world.workspace, "quiet", members=(world.ada,), is_private=True)
    visitor = world.conversation.visitor
    assert visitor is not None
    actions.move(world.conversation, team, by=world.ada)
    # The socket still holds the conversation as it was before the move.
    chat.send(visitor, world.conversation, "Hello?", uuid.uuid4())
    actions.close(world.conversation, by=world.ada)
    assert set(Event.objects.values_list("kind", "is_private")) == {
        ("message.received", True), ("conversation.closed", True),
    }  # fmt: skip


def test_who_is_stuck_is_told_once_and_taken_back_when_they_are_set_up(world: World) -> None:
    now = timezone.now()
    for name, days, set_up in (("late", 4, False), ("done", 4, True), ("new", 2, False), ("history", 90, False)):
        make_contact(
            world.workspace, name=name, signed_up_at=now - timedelta(days=days), onboarded_at=now if set_up else None
        )
    make_contact(world.workspace, name="never")
    assert journey.tell_stalled() == 1
    assert journey.tell_stalled() == 0
    event = Event.objects.get()
    assert event.title == "late signed up 4 days ago and is not set up"
    journey.onboarded(Contact.objects.get(name="late"), now)
    event.refresh_from_db()
    assert event.settled_at is not None


def test_a_day_has_its_figures_once(world: World) -> None:
    yesterday = timezone.now() - timedelta(days=1)
    Contact.objects.update(created_at=timezone.now() - timedelta(days=9))
    for _ in range(3):
        Contact.objects.filter(pk=make_contact(world.workspace).pk).update(created_at=yesterday)
    make_contact(world.workspace)
    make_workspace()
    figures.report_all()
    figures.report_all()
    event = Event.objects.get(kind="stats.reported")
    assert event.workspace == world.workspace
    assert {name: event.data[name] for name in ("users", "new_users", "growth_percent", "emails_sent")} == {
        "users": 4, "new_users": 3, "growth_percent": 300.0, "emails_sent": 0,
    }  # fmt: skip


def test_prioritising_and_snoozing_work_and_stay_silent(world: World) -> None:
    actions.prioritise(world.conversation, Priority.HIGH, by=world.ada)
    actions.snooze(world.conversation, timezone.now() + timedelta(hours=1), by=world.ada)
    actions.reopen(world.conversation, by=world.ada)
    assert not world.kinds()


def test_the_kinds_that_everybody_starts_with_are_there() -> None:
    wanted = """contact.signed_up contact.signup_failed contact.onboarded contact.stalled contact.data_added
    contact.data_removed contact.deleted login.failed database.failed plan.upgraded plan.downgraded plan.cancelled
    trial.ending trial.expired payment.succeeded payment.failed payment.refunded payment.disputed card.added
    card.expiring server.error server.not_found task.finished task.failed import.finished import.failed
    conversation.started message.received conversation.assigned conversation.closed mention.created feedback.given
    stats.reported user.*"""
    assert set(wanted.split()) <= all_kinds().keys()
