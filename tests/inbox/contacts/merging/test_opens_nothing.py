"""A merge opens nothing: not a line, not a name, not now and not when it is undone; and what it leaves is in order."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from inbox.contacts import identities
from inbox.contacts.journey import onboarded, tell_stalled
from inbox.contacts.merging import merge, undo
from inbox.contacts.suggesting import counting, seeking
from inbox.contacts.suggesting.answering import dismiss
from inbox.contacts.suggesting.queue import look_for
from inbox.contacts.upsert import create_contact, upsert_contact
from inbox.models import Contact, Conversation, Identity, LikenessCheck, MergeSuggestion, Visitor
from inbox.people.models import Workspace
from inbox.people.secrets import new_token, token_hash
from inbox.widget import chat, session
from notifications.models import Event
from tests.factories import make_contact, make_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace(identity_secret="s" * 40)


def signed(workspace: Workspace, token: str | None = None, **user: str) -> Visitor:
    """Open a session whose page says who its user is, signed by their server."""
    value = user.get("external_id") or user["email"]
    digest = hmac.new(workspace.identity_secret.encode(), value.encode(), hashlib.sha256).hexdigest()
    return session.open_session(workspace, token, {**user, "hash": digest})[0]


def contact_of(visitor: Visitor) -> Contact:
    return Contact.objects.select_related("root").get(visitors=visitor)


def fresh(contact: Contact) -> Contact:
    return Contact.objects.select_related("root").get(pk=contact.pk)


def sees(visitor: Visitor) -> Conversation | None:
    return session.current_conversation(session.visitor_by_id(visitor.pk))


def say(visitor: Visitor, text: str) -> Conversation:
    now = session.visitor_by_id(visitor.pk)
    return chat.send(now, session.current_conversation(now), text, uuid.uuid4()).conversation


def name_shown(conversation: Conversation) -> Any:
    frames, _, _ = chat.after(chat.reload(conversation), 0)
    return frames[0]["author"]["name"]


def test_what_a_server_says_of_the_one_proves_nothing_of_the_other(workspace: Workspace) -> None:
    ron, karla = signed(workspace, external_id="r"), signed(workspace, external_id="k")
    secret = say(ron, "Ron's secret")
    made, _ = merge(contact_of(karla), into=contact_of(ron), by=None)
    person, _ = upsert_contact(workspace, "k", {"email": "k@x.test", "name": "Karla Customer"})
    assert person == contact_of(ron)
    assert Identity.objects.get(value="k@x.test").contact == contact_of(karla)
    by_mail = signed(workspace, email="k@x.test")
    assert sees(by_mail) != secret
    undo(made, by=None)
    assert sees(signed(workspace, email="k@x.test")) != secret


def test_a_widget_goes_on_calling_its_own_as_before(workspace: Workspace) -> None:
    ron = signed(workspace, external_id="r", name="Ron")
    conversation = say(ron, "Hello")
    karla = signed(workspace, external_id="k", name="Karla")
    made, _ = merge(contact_of(karla), into=contact_of(ron), by=None)
    upsert_contact(workspace, "k", {"name": "Karla Customer"})
    assert contact_of(ron).name == "Karla Customer"
    assert name_shown(conversation) == "Ron"
    signed(workspace, external_id="r", name="Ronald")  # what they call themselves is theirs to change
    assert name_shown(conversation) == "Ronald"
    assert contact_of(ron).name == "Karla Customer"
    undo(made, by=None)


def test_a_strangers_thread_in_a_shared_browser_stays_there(workspace: Workspace) -> None:
    token = new_token("fv")
    library = Visitor.objects.create(workspace=workspace, token_hash=token_hash(token))
    thread = say(library, "Somebody else's words")
    stranger = thread.contact
    phone = signed(workspace, external_id="k")
    signed(workspace, token, external_id="k")
    assert sees(phone) is None
    merge(contact_of(phone), into=fresh(stranger), by=None)
    assert sees(phone) is None


def test_those_who_might_be_either_might_be_one_afterwards(workspace: Workspace) -> None:
    x, a, b = (make_contact(workspace) for _ in range(3))
    for other in (a, b):
        MergeSuggestion.objects.create(workspace=workspace, contact=x, candidate=other, score=0.9)
    counting.recount([x.pk])
    assert [fresh(one).suggestion_count for one in (x, a, b)] == [2, 1, 1]
    made, _ = merge(b, into=a, by=None)
    assert [fresh(one).suggestion_count for one in (x, a, b)] == [1, 1, 0]
    undo(made, by=None)
    assert [fresh(one).suggestion_count for one in (x, a, b)] == [2, 1, 1]


def test_a_person_who_is_set_up_is_not_told_as_stuck(workspace: Workspace) -> None:
    at = timezone.now() - timedelta(days=4)
    one, other = (create_contact(workspace, {"external_id": key, "signed_up_at": at}) for key in "ab")
    merge(other, into=one, by=None)
    onboarded(fresh(other).person, timezone.now())
    tell_stalled()
    assert not Event.objects.filter(kind="contact.stalled").exists()


def alike(workspace: Workspace) -> tuple[Contact, Contact]:
    known = create_contact(workspace, {"name": "Jane Doe", "email": "jane.doe@acme.test"})
    other = make_contact(workspace, name="Jane Doe")
    identities.claim(other, "email", "jane.doe@acme.test")
    return known, other


def search(*contacts: Contact) -> None:
    for contact in contacts:
        look_for(contact)
    while seeking.drain():
        pass


def test_who_were_parted_by_hand_are_not_suggested_at_once(workspace: Workspace) -> None:
    known, other = alike(workspace)
    made, _ = merge(other, into=known, by=None)
    undo(made, by=None)
    search(known, other)
    assert not counting.pending_of(fresh(known))
    for contact in (known, other):
        identities.claim(contact, "phone", "+49 30 90182034")
        Contact.objects.filter(pk=contact.pk).update(phone="+49 30 90182034")
    search(known, other)
    assert counting.pending_of(fresh(known))


def test_a_pair_that_was_dismissed_does_not_come_back_under_another_root(workspace: Workspace) -> None:
    known, other = alike(workspace)
    search(known, other)
    [row] = counting.pending_of(fresh(known))
    dismiss(row.suggestion, by=None)
    third = create_contact(workspace, {"name": "Zed", "external_id": "z-9"})
    merge(known, into=third, by=None)
    search(fresh(known), fresh(other))
    assert not counting.pending_of(fresh(third))


def test_one_who_cannot_be_judged_holds_up_nobody(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    odd, other = make_contact(workspace), make_contact(workspace)
    asked = seeking.find

    def find(contact: Contact) -> Any:
        if contact.pk == odd.pk:
            raise RuntimeError("odd")
        return asked(contact)

    monkeypatch.setattr(seeking, "find", find)
    search(odd, other)
    assert [row.pk for row in LikenessCheck.objects.all()] == [odd.pk]


def test_a_page_that_says_the_same_again_changes_nothing(workspace: Workspace) -> None:
    visitor = signed(workspace, external_id="r", name="Ron", email="ron@acme.test")
    search()
    before = contact_of(visitor).updated_at
    signed(workspace, external_id="r", name="Ron", email="ron@acme.test")
    assert contact_of(visitor).updated_at == before
