"""A contact that somebody makes by hand."""

from __future__ import annotations

import pytest
from django.test import Client

from inbox.contacts.identities import claim
from inbox.models import Contact, Identity
from inbox.people.models import Teammate, Workspace
from tests.factories import make_contact, make_teammate, make_workspace

PAGE = "/contacts/new/"


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace()


def browser(teammate: Teammate) -> Client:
    client = Client()
    client.force_login(teammate.user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_a_link_fills_the_form_in_and_makes_nothing(workspace: Workspace) -> None:
    page = browser(make_teammate(workspace)).get(PAGE, {"email": 'a"<b>@x.example'}).content.decode()
    assert 'value="a&quot;&lt;b&gt;@x.example"' in page
    assert not Contact.objects.exists()


def test_a_new_contact_has_a_verified_address(workspace: Workspace) -> None:
    answer = browser(make_teammate(workspace)).post(PAGE, {"email": " New@X.example ", "name": "  Nia   N "})
    contact = Contact.objects.get()
    assert answer.headers["Location"] == f"/contacts/{contact.public_id}/"
    assert (contact.name, contact.email, contact.workspace_id) == ("Nia N", "new@x.example", workspace.pk)
    assert Identity.objects.get(contact=contact).verified_at is not None


def test_who_has_proved_the_address_is_shown_and_stays_as_they_are(workspace: Workspace) -> None:
    client = browser(make_teammate(workspace))
    client.post(PAGE, {"email": "a@x.example", "name": "First"})
    page = client.post(PAGE, {"email": "a@x.example", "name": "Second"}, follow=True).content.decode()
    assert "was here already" in page
    assert Contact.objects.get().name == "First"


def test_a_claim_of_somebody_else_is_no_reason_against_it(workspace: Workspace) -> None:
    claim(make_contact(workspace), "email", "a@x.example")
    browser(make_teammate(workspace)).post(PAGE, {"email": "a@x.example"})
    assert Contact.objects.count() == 2


@pytest.mark.parametrize(
    ("email", "said"), [("", "Give an email"), ("nobody", "not an email"), ("a\0@b", "not an email")]
)
def test_what_is_no_address_is_said_in_words(workspace: Workspace, email: str, said: str) -> None:
    answer = browser(make_teammate(workspace)).post(PAGE, {"email": email, "name": "N"})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Contact.objects.exists()


def test_a_viewer_makes_none(workspace: Workspace) -> None:
    client = browser(make_teammate(workspace, role="viewer"))
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"email": "a@x.example"}).status_code == 403
    assert not Contact.objects.exists()
