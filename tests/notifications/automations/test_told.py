"""Who gets which message, over what: from an event to a letter, a line of the chat, a notification."""

from __future__ import annotations

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from imports.events import ImportFinished
from inbox.contacts.merging import merge
from inbox.contacts.upsert import create_contact
from inbox.conversations.actions import start
from inbox.models import Conversation, Message
from notifications import routing
from notifications.automations.saving import switch
from notifications.events import track
from notifications.kinds.signs import LoginFailed
from notifications.models import AutomatedDelivery, Delivery, Notice
from tests.factories import make_contact, make_conversation, make_team, make_teammate, make_workspace
from tests.notifications.automations.conftest import EMAIL, became, signs_up
from tests.notifications.conftest import work

pytestmark = pytest.mark.django_db(transaction=True)
DATA = {"import_id": "0192f0c4-0000-7000-8000-000000000001", "source": "contacts.csv", "total": 3, "created": 3}


def test_a_contact_who_signs_up_gets_a_letter_in_the_workspaces_name(make, nadia) -> None:
    automation = make(subject="Welcome, {{ contact.name }}", body="You have **{{ data.plan }}** of {{ account.name }}.")
    signs_up(nadia)
    work()
    [letter] = mail.outbox
    assert letter.to == [EMAIL]
    assert letter.subject == "Welcome, Nadia Okafor"
    assert letter.from_email.startswith(f"{nadia.workspace.name} <")
    assert letter.body.startswith("You have pro of northwind.")
    assert "<strong>pro</strong>" in letter.alternatives[0][0]
    assert became(automation) == ["sent"]
    row = AutomatedDelivery.objects.get()
    assert (row.recipient, row.version) == (f"contact:{nadia.public_id}", 1)
    assert Delivery.objects.get().reason == "automation Welcome: kind contact.signed_up; it is about them"


def test_what_does_not_fit_tells_nobody(make, nadia) -> None:
    make(condition='data.plan == "free"')
    make(kinds=["payment.*"])
    make(enabled=False)
    signs_up(nadia)
    work()
    assert not Delivery.objects.exists()


def test_another_workspaces_messages_are_not_asked(make, nadia) -> None:
    make()
    stranger = create_contact(make_workspace(), {"name": "S", "email": "s@x.example"})
    signs_up(stranger)
    work()
    assert not mail.outbox


def test_a_claimed_address_gets_no_mail_and_one_without_any_neither(make, workspace) -> None:
    from inbox.contacts import identities

    automation = make()
    claimed, nameless = make_contact(workspace, email="victim@x.example"), make_contact(workspace)
    identities.claim(claimed, "email", "victim@x.example")
    signs_up(claimed)
    signs_up(nameless)
    work()
    assert not mail.outbox
    assert became(automation) == ["unverified", "nobody"]


def test_a_merged_contact_is_written_to_at_its_persons_address(make, nadia, ada) -> None:
    make()
    other = create_contact(nadia.workspace, {"name": "N. O.", "email": "old@shop.example"})
    merge(other, into=nadia, by=ada)
    other.refresh_from_db()
    signs_up(other)
    work()
    assert [letter.to for letter in mail.outbox] == [[EMAIL]]


def test_whoever_caused_it_is_told_and_where_that_was_no_teammate_the_owners_are(make, workspace, ada) -> None:
    bea = make_teammate(workspace, "bea")
    make(kinds=["import.finished"], audience="actor")
    track(ImportFinished(**DATA), workspace=workspace, actor=bea)
    work()
    assert [letter.to for letter in mail.outbox] == [[bea.email]]
    mail.outbox.clear()
    track(ImportFinished(**DATA), workspace=workspace)
    bea.left_at = timezone.now()
    bea.save()
    track(ImportFinished(**DATA), workspace=workspace, actor=bea)
    work()
    assert [letter.to for letter in mail.outbox] == [[ada.email]] * 2


@pytest.mark.parametrize(
    "whom, handles",
    [
        ({"roles": ["admin"]}, ["@adm"]),
        ({"skills": ["billing"]}, ["@cem"]),
        ({"teams": ["sales"]}, ["@bea"]),
        ({"permissions": ["import"]}, ["@ada", "@adm"]),
        ({"roles": ["owner"], "skills": ["billing"], "teams": ["sales"]}, ["@ada", "@bea", "@cem"]),
    ],
)
def test_teammates_are_told_by_role_skill_team_or_permission(make, workspace, ada, whom, handles) -> None:
    make_teammate(workspace, "adm", role="admin")
    bea, cem = make_teammate(workspace, "bea"), make_teammate(workspace, "cem", skills=["billing"])
    make_teammate(workspace, "gone", role="admin", skills=["billing"], left_at=timezone.now())
    make_team(workspace, "sales", members=(bea,))
    make_team(make_workspace(), "sales", members=(make_teammate(cem.workspace, "x"),))
    make(kinds=["login.failed"], audience="teammates", channel="inapp", subject="{{ event.title }}", **whom)
    track(LoginFailed(email="x@y.example"), workspace=workspace)
    work()
    assert sorted(Delivery.objects.values_list("address", flat=True)) == handles
    assert Notice.objects.count() == len(handles)
    assert set(Notice.objects.values_list("title", flat=True)) == {"x@y.example could not sign in"}


def test_the_chat_says_it_in_the_contacts_current_conversation_for_the_team(make, workspace) -> None:
    conversation = make_conversation(workspace)
    before = Conversation.objects.get(pk=conversation.pk)
    make(channel="chat", body="Welcome to [the docs](https://docs.example/x)")
    signs_up(conversation.contact)
    work()
    said = Message.objects.get(conversation=conversation, author_kind="teammate")
    assert said.text == "Welcome to the docs: https://docs.example/x"
    assert (said.teammate, said.author_name) == (None, workspace.name)
    after = Conversation.objects.get(pk=conversation.pk)
    assert (after.waiting_since, after.first_reply_at, after.status) == (before.waiting_since, None, "open")


def test_without_a_conversation_the_chat_begins_one_that_comes_to_the_desk_with_the_answer(make, nadia, ada) -> None:
    from inbox.conversations.actions import reply

    make(channel="chat", sender="@ada")
    signs_up(nadia)
    work()
    conversation = Conversation.objects.get(contact=nadia)
    assert conversation.status == "closed"
    assert conversation.messages.get().author_name == "Ada"
    reply(conversation, nadia, "Thanks")
    conversation.refresh_from_db()
    assert conversation.status == "open"


def test_the_chat_opens_nothing_to_the_browser_of_another_contact_of_the_person(make, workspace, ada) -> None:
    theirs = make_conversation(workspace)
    root = make_contact(workspace)
    merge(theirs.contact, into=root, by=ada)
    theirs.contact.refresh_from_db()
    # What that browser begins from now on is the person's, and still the browser's to see.
    later, _ = start(theirs.contact, "Me again", visitor=theirs.visitor)
    assert later.contact == root
    make(channel="chat")
    signs_up(root)
    work()
    for conversation in (theirs, later):
        assert conversation.messages.filter(author_kind="teammate").count() == 0
    assert Conversation.objects.filter(contact=root, visitor=None).count() == 1


def test_one_who_is_gone_by_then_is_told_nothing(make, nadia, ada) -> None:
    automation = make(delay_seconds=3600)
    signs_up(nadia)
    routing.drain()
    nadia.identities.all().delete()
    nadia.delete()
    Delivery.objects.update(due_at=timezone.now())
    work()
    assert became(automation) == ["nobody"]


def test_one_that_is_switched_off_by_then_says_nothing(make, nadia) -> None:
    from inbox.people.audit import COMMAND_LINE

    automation = make(delay_seconds=3600)
    signs_up(nadia)
    routing.drain()
    switch(automation, on=False, by=COMMAND_LINE)
    Delivery.objects.update(due_at=timezone.now())
    work()
    assert became(automation) == ["message_off"]
    automation.rule.delete()
    assert not mail.outbox


def test_one_that_writes_nothing_for_an_event_is_not_sent(make, nadia) -> None:
    automation = make(body='{% if data.plan == "free" %}Hello{% endif %}')
    signs_up(nadia)
    work()
    assert became(automation) == ["empty"]
    assert not mail.outbox


def test_a_template_that_fails_on_an_event_fails_for_good_and_says_where(make, nadia) -> None:
    make(body="Hello\n{{ data.plan | divided_by: 0 }}")
    signs_up(nadia)
    work()
    row = Delivery.objects.get()
    assert row.status == "failed"
    assert row.error.startswith("Its template failed on this event: Line 2")


def test_routing_and_claiming_take_as_many_queries_for_many_as_for_one(make, workspace) -> None:
    make(most=3, most_seconds=60)
    make(kinds=["contact.*"], audience="teammates", roles=["owner"], channel="inapp")

    def queries(count: int) -> int:
        for n in range(count):
            signs_up(create_contact(workspace, {"name": f"N {n}", "email": f"{count}-{n}@x.example"}))
        with CaptureQueriesContext(connection) as seen:
            routing.drain()
        return len(seen)

    assert queries(1) == queries(8)
