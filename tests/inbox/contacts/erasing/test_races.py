"""Whatever happens with a person while they are erased happens before it, and goes too, or to somebody new."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from inbox.contacts.erasing import CannotErase, erase
from inbox.contacts.holding import CannotMerge
from inbox.contacts.merging import merge
from inbox.contacts.upsert import upsert_contact, upsert_contact_by_email
from inbox.conversations import actions
from inbox.incoming import event_named, take_in
from inbox.models import Contact, Conversation, Message, Visitor
from inbox.people.models import Teammate, Workspace
from inbox.widget import chat
from inbox.widget.session import SessionRefused, open_session, visitor_of
from notifications.models import Event
from tests.factories import make_contact
from tests.inbox.contacts.erasing.people import EMAIL, ID, NAME, Woman, actor
from tests.notifications.meanwhile import after_first, elsewhere, wait_until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)


def erase_while(woman: Woman, ada: Teammate, call: Callable[[], Any]) -> Callable[[], Any]:
    """Erase somebody; once their rows are locked, begin `call` elsewhere and wait until that waits for us. Return what
    waits for its answer."""
    begun: list[Callable[[], Any]] = []

    def begin() -> None:
        begun.append(elsewhere(call))
        elsewhere(wait_until_somebody_waits)()

    with after_first("FROM notifications_notice", begin):
        erase(woman.root, by=actor(ada))
    return begun[0]


def test_a_message_that_is_sent_meanwhile_is_not_left(woman: Woman, ada: Teammate) -> None:
    visitor, conversation = visitor_of(woman.token), chat.reload(woman.conversation)
    assert visitor is not None
    sent = erase_while(woman, ada, lambda: chat.send(visitor, conversation, "Wait", uuid.uuid4()))
    with pytest.raises(Visitor.DoesNotExist):
        sent()
    assert not Message.objects.exists()
    assert not Contact.objects.exists()


def test_an_answer_of_the_team_meanwhile_is_not_left(woman: Woman, ada: Teammate) -> None:
    said = erase_while(woman, ada, lambda: actions.reply(woman.conversation, ada, f"Dear {NAME}"))
    with pytest.raises(Conversation.DoesNotExist):
        said()
    assert not Message.objects.exists()


def test_what_a_server_tells_of_them_meanwhile_is_told_of_somebody_unknown(
    workspace: Workspace, woman: Woman, ada: Teammate
) -> None:
    told = {"external_id": ID}
    tracked = erase_while(woman, ada, lambda: take_in(workspace, event_named("contact.deleted", {}), contact=told))
    assert Event.objects.get(public_id=tracked()).contact is None
    assert not Contact.objects.exists()


@pytest.mark.parametrize("by_email", [True, False])
def test_a_server_that_writes_them_meanwhile_makes_somebody_new(
    workspace: Workspace, woman: Woman, ada: Teammate, by_email: bool
) -> None:
    changes = {"name": "Afresh"}

    def write() -> tuple[Contact, bool]:
        if by_email:
            return upsert_contact_by_email(workspace, EMAIL, changes)
        return upsert_contact(workspace, ID, changes)

    contact, is_new = erase_while(woman, ada, write)()
    assert (is_new, contact.name, contact.attributes) == (True, "Afresh", {})
    assert Contact.objects.get() == contact


def test_who_is_merged_with_them_meanwhile_stays_apart(workspace: Workspace, woman: Woman, ada: Teammate) -> None:
    other = make_contact(workspace)
    merged = erase_while(woman, ada, lambda: merge(other, into=woman.root, by=ada))
    with pytest.raises(CannotMerge):
        merged()
    assert Contact.objects.get().root_id is None


def test_who_was_just_merged_with_them_is_erased_with_them(workspace: Workspace, woman: Woman, ada: Teammate) -> None:
    other = make_contact(workspace, name="Wait for me")
    with transaction.atomic():
        merge(other, into=woman.root, by=ada)
        erased = elsewhere(lambda: erase(woman.root, by=actor(ada)))
        elsewhere(wait_until_somebody_waits)()
    assert erased().profiles == 3
    assert not Contact.objects.exists()


def test_a_conversation_that_begins_meanwhile_goes_too(woman: Woman, ada: Teammate) -> None:
    # Nobody holds anything that a server would need to begin one: it is there when the contact is to go.
    def begin() -> None:
        elsewhere(lambda: actions.start(woman.second, "Hello?", author=ada))()

    with after_first("FROM notifications_notice", begin):
        counts = erase(woman.root, by=actor(ada))
    assert counts.conversations == 3
    assert not Conversation.objects.exists()
    assert not Contact.objects.exists()


def test_of_two_who_erase_at_once_one_is_told_that_it_is_done(woman: Woman, ada: Teammate) -> None:
    second = erase_while(woman, ada, lambda: erase(woman.second, by=actor(ada)))
    with pytest.raises(CannotErase):
        second()
    assert Event.objects.filter(kind="contact.erased").count() == 1


def test_their_browser_begins_anew(workspace: Workspace, woman: Woman, ada: Teammate) -> None:
    erase(woman.root, by=actor(ada))
    with pytest.raises(SessionRefused) as refused:
        open_session(workspace, woman.token, None)
    assert refused.value.code == "bad_token"
    visitor, _ = open_session(workspace, None, None)
    sent = chat.send(visitor, None, "Hello", uuid.uuid4())
    assert sent.conversation.contact.name == ""
    assert Message.objects.get().text == "Hello"
