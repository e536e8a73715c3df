"""Conversations come over as they were: in order, notes for the team alone, and nobody is told of the past."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from imports.models import Batch, BatchKind, ImportStatus
from inbox.conversations import actions
from inbox.conversations.waiting import tell_waiting
from inbox.fragments import message_html
from inbox.models import Contact, Conversation, Message
from inbox.people.models import Workspace
from inbox.people.models.mail import OutgoingMail
from inbox.realtime import visitor_frames
from inbox.widget.session import current_conversation
from notifications.models import Delivery, Event
from tests.factories import make_conversation, make_teammate, make_visitor
from tests.imports.intercom.people import DAY, NOON, by_id, sync
from tests.imports.intercom.talks import ADMIN, at, part, said, talk, unread_by, user
from tests.stand_ins.intercom import Fault, Intercom

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_conversation_is_as_it_was_there(there_with_people: Intercom, workspace: Workspace) -> None:
    ines = make_teammate(workspace, "ines", name="Ines R.")
    ines.user.email = "ines@shop.test"
    ines.user.save()
    fin = {"type": "bot", "id": "9", "name": "Fin", "email": "operator@intercom.io"}
    there_with_people.conversations = by_id(talk(
        5,
        part(1, "<p>We look.</p>", ADMIN),
        part(2, "<p>She is on the old plan</p>", ADMIN, "note"),
        part(3, None, ADMIN, "assignment"),
        part(4, "<p>Please take over</p>", ADMIN, "assignment"),
        part(5, "<p>Any other question?</p>", fin),
        part(6, "<p>No.</p><p>Thank <b>you</b></p>", user(), "open"),
        part(7, "<p>Bye</p>", {**ADMIN, "email": "gone@shop.test", "name": "Old Hand"}, "close"),
        state="closed", admin_assignee_id=7, priority="priority",
    ))  # fmt: skip
    import_ = sync(workspace, conversations=True)
    assert import_.status == ImportStatus.FINISHED and import_.total == 2
    assert import_.others["conversations"]["created"] == 1
    one = Conversation.objects.get(workspace=workspace)
    assert said(one) == [
        (1, 1, "reply", "contact", "Person 1", "Hello?"),
        (2, 2, "reply", "teammate", "Ines R.", "We look."),
        (3, None, "note", "teammate", "Ines R.", "She is on the old plan"),
        (4, None, "note", "teammate", "Ines R.", "Please take over"),
        (5, 3, "reply", "teammate", "Fin", "Any other question?"),
        (6, 4, "reply", "contact", "Person 1", "No.\n\nThank you"),
        (7, 5, "reply", "teammate", "Old Hand", "Bye"),
    ]
    assert (one.contact.external_id, one.number, one.visitor_id) == ("u1", 1, None)
    assert (one.last_seq, one.last_public_seq, one.last_text, one.last_kind) == (7, 5, "Bye", "reply")
    assert (one.status, one.closed_at, one.assignee_id) == ("closed", at(7), ines.pk)
    assert (one.created_at, one.last_message_at, one.first_reply_at) == (at(0), at(7), at(1))
    assert (one.waiting_since, one.contact_read_seq, one.teammate_read_seq, one.priority) == (None, 5, 5, 1)
    assert list(Message.objects.values_list("created_at", flat=True)) == [at(n) for n in (0, 1, 2, 4, 5, 6, 7)]


def test_nobody_is_told_of_the_past_and_nothing_of_it_is_unread(
    there_with_people: Intercom, workspace: Workspace
) -> None:
    mate = make_teammate(workspace)
    type(mate).objects.filter(pk=mate.pk).update(created_at=at(-600))
    later = make_teammate(workspace)
    mate.refresh_from_db()
    workspace.answer_within_minutes = 5
    workspace.save()
    begun = int(timezone.now().timestamp()) - 3600
    there_with_people.conversations = by_id(
        *(talk(n, part(1, "@all: hello?", user(), created_at=begun + n), created_at=begun) for n in range(30))
    )
    sync(workspace, conversations=True)
    assert Conversation.objects.filter(status="open", waiting_since__isnull=False).count() == 30
    assert tell_waiting() == 0
    kinds = set(Event.objects.filter(workspace=workspace).values_list("kind", flat=True))
    assert kinds <= {"import.finished", "contacts.import_begun", "connection.set"}
    assert not Delivery.objects.exclude(event__kind__startswith="import").exists()
    assert not OutgoingMail.objects.exists()
    assert not unread_by(mate) and not unread_by(later)
    # What comes from now on is.
    actions.reply(Conversation.objects.first(), Contact.objects.get(external_id="u1"), "And now?")
    assert unread_by(mate) == 1


def test_only_a_browser_that_proved_who_it_is_sees_it_and_no_note(
    there_with_people: Intercom, workspace: Workspace
) -> None:
    there_with_people.conversations = by_id(talk(1, part(1, "<p>secret</p>", ADMIN, "note"), part(2, "ok", ADMIN)))
    sync(workspace, conversations=True)
    person = Contact.objects.get(external_id="u1")
    assert current_conversation(make_visitor(workspace, person)) is None
    proved = make_visitor(workspace, person, verified_at=timezone.now())
    seen = current_conversation(proved)
    assert seen is not None
    frames = [frame for message in Message.objects.filter(conversation=seen) for frame in visitor_frames(seen, message)]
    assert [(one.payload["seq"], one.payload["text"]) for one in frames] == [(1, "Hello?"), (2, "ok")]
    assert frames[1].payload["author"] == {"kind": "teammate", "name": "Ines Reis"}


def test_a_snoozed_one_sleeps_on_and_one_whose_time_is_over_is_open(
    there_with_people: Intercom, workspace: Workspace
) -> None:
    soon = int(timezone.now().timestamp()) + DAY
    there_with_people.conversations = by_id(
        talk(1, state="snoozed", snoozed_until=soon), talk(2, state="snoozed", snoozed_until=NOON)
    )
    sync(workspace, conversations=True)
    one, two = Conversation.objects.order_by("number")
    assert (one.status, int(one.snoozed_until.timestamp())) == ("snoozed", soon)
    assert (two.status, two.snoozed_until) == ("open", None)
    assert actions.wake_due() == 0


def test_its_numbers_go_on_from_those_of_the_workspace(there_with_people: Intercom, workspace: Workspace) -> None:
    make_conversation(workspace)
    there_with_people.conversations = by_id(*(talk(n) for n in range(3)))
    sync(workspace, conversations=True)
    make_conversation(workspace)
    assert sorted(Conversation.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5]


def test_a_conversation_with_several_people_names_each(there_with_people: Intercom, workspace: Workspace) -> None:
    stranger = {"type": "user", "id": "c77777", "name": "Cleo <b>", "email": "cleo@x.io"}
    both = {"type": "contact.list", "contacts": [{"id": "c00001"}, {"id": "c00002"}, {"id": "c77777"}]}
    there_with_people.conversations = by_id(
        talk(1, part(1, "Me too", user(2)), part(2, "And me", stranger), contacts=both)
    )
    sync(workspace, conversations=True)
    assert [name for *_, name, _ in said(Conversation.objects.get())] == ["Person 1", "Person 2", "Cleo <b>"]
    # The desk puts what one author says in a row under one face.
    drawn = [re.search('data-by="([^"]*)"', message_html(one)) for one in Message.objects.order_by("seq")]
    assert [found[1] for found in drawn if found] == ["contact Person 1", "contact Person 2", "contact Cleo &lt;b&gt;"]


def test_one_whose_contact_did_not_come_over_is_refused_with_what_to_do(
    there_with_people: Intercom, workspace: Workspace
) -> None:
    there_with_people.conversations = by_id(talk(1, contact=77777), talk(2))
    import_ = sync(workspace, conversations=True)
    assert import_.others["conversations"] == {"created": 1, "updated": 0, "unchanged": 0, "refused": 1}
    [batch] = Batch.objects.filter(parent=import_, kind=BatchKind.CONVERSATIONS)
    [[_, code, detail]] = batch.refusals
    assert code == "contact_unknown" and "bring everything again" in detail


def test_what_is_deleted_while_it_is_read_is_left_out(there_with_people: Intercom, workspace: Workspace) -> None:
    there_with_people.conversations = by_id(*(talk(n) for n in range(5)))
    there_with_people.faults["GET conversations/*"] = [Fault(then=lambda: there_with_people.conversations.pop("2"))]
    import_ = sync(workspace, conversations=True)
    assert import_.status == ImportStatus.FINISHED
    assert Conversation.objects.count() == 4


def test_a_list_that_moves_shows_some_twice_and_each_comes_once(
    there_with_people: Intercom, workspace: Workspace
) -> None:
    there_with_people.conversations = by_id(*(talk(100 + n) for n in range(80)))

    def move() -> None:
        there_with_people.conversations["999"] = there_with_people.conversations["100"]

    there_with_people.faults["GET conversations"] = [None, Fault(then=move)]
    import_ = sync(workspace, conversations=True)
    assert import_.status == ImportStatus.FINISHED
    assert import_.others["conversations"] == {"created": 80, "updated": 0, "unchanged": 1, "refused": 0}
