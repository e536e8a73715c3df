"""What visitors say of themselves in the chat is a claim, and opens nothing."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.contacts import identities
from inbox.models import Identity, LikenessCheck
from inbox.widget import chat
from inbox.widget.claims import Said, said_in
from inbox.widget.session import open_session, visitor_by_id
from tests.factories import make_workspace


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("I am Jane.Doe@Acme.test, where is my order?", Said("jane.doe@acme.test")),
        ("write to <jane@acme.test>.", Said("jane@acme.test")),
        ("call +49 30 901820 please", Said("", "+4930901820")),
        ("jane@acme.test, +44 20 7946 0958", Said("jane@acme.test", "+442079460958")),
        ("order 030 1234567", Said()),
        ("a@b.test and c@d.test", Said()),
        ("@bea, look", Said()),
        ("me@localhost", Said()),
        ("x@@y.test", Said()),
        ("jane@acme.test jane@ACME.test", Said("jane@acme.test")),
        ("", Said()),
    ],
)
def test_an_address_or_a_number_in_a_text_is_found(text: str, said: Said) -> None:
    assert said_in(text) == said


@given(st.text(max_size=300))
def test_no_text_is_too_strange(text: str) -> None:
    said_in(text + "@" + text + "+4" + text)


@pytest.mark.django_db
def test_what_they_say_is_their_own_claim_once_and_has_them_looked_for() -> None:
    workspace = make_workspace()
    visitor, _ = open_session(workspace, None, None)
    first = chat.send(visitor, None, "Hello", uuid.uuid4())
    visitor = visitor_by_id(visitor.pk)
    for _ in range(2):
        chat.send(visitor, first.conversation, "I am jane@acme.test", uuid.uuid4())
    [claim] = Identity.objects.all()
    assert (claim.contact, claim.value, claim.verified_at) == (visitor.contact, "jane@acme.test", None)
    assert LikenessCheck.objects.filter(contact=visitor.contact).exists()
    assert visitor_by_id(visitor.pk).contact.email == "jane@acme.test"  # type: ignore[union-attr]


@pytest.mark.django_db
def test_who_has_proved_an_address_claims_no_other_by_mentioning_it() -> None:
    workspace = make_workspace()
    visitor, _ = open_session(workspace, None, None)
    sent = chat.send(visitor, None, "Hello", uuid.uuid4())
    visitor = visitor_by_id(visitor.pk)
    assert visitor.contact is not None
    identities.verify(visitor.contact, "email", "bo@acme.test")
    chat.send(visitor, sent.conversation, "Please tell jane@acme.test", uuid.uuid4())
    assert [one.value for one in Identity.objects.all()] == ["bo@acme.test"]
