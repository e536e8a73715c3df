"""Two buttons of a person's page: what they say, and who may press them."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from inbox.contacts import exporting
from inbox.models import Contact, Export
from inbox.models.profiles import ExportKind, ExportStatus
from inbox.people.models import Teammate, Workspace
from tests.factories import make_contact, make_teammate, make_workspace
from tests.inbox.contacts.erasing.people import EMAIL, NAME, Woman, make_woman, shares_an_address


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace()


@pytest.fixture
def ada(workspace: Workspace) -> Teammate:
    return make_teammate(workspace, "ada", role="admin")


@pytest.fixture
def bea(workspace: Workspace) -> Teammate:
    return make_teammate(workspace, "bea")


@pytest.fixture
def woman(workspace: Workspace, ada: Teammate, bea: Teammate) -> Woman:
    return make_woman(workspace, ada, bea)


def of(mate: Teammate) -> Client:
    """Return a browser in which somebody is signed in."""
    client = Client()
    client.force_login(mate.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def address(name: str, contact: Contact) -> str:
    """Return the address of one of the two for a contact."""
    return reverse(name, args=[contact.public_id])


def test_the_page_says_in_numbers_what_goes(woman: Woman, ada: Teammate) -> None:
    page = of(ada).get(address("contact-erase", woman.root)).content.decode()
    text = " ".join(page.replace('<b class="num">', "").replace("</b>", "").split())
    assert "2 profiles with all addresses" in text
    assert "2 conversations with 4 messages and private notes" in text
    assert "1 note about them" in text
    assert "1 browser:" in text


def test_it_shows_who_may_be_the_same_human_and_would_stay(workspace: Workspace, woman: Woman, ada: Teammate) -> None:
    other = make_contact(workspace, name="Zeph at home")
    shares_an_address(other, EMAIL)
    page = of(ada).get(address("contact-erase", woman.root)).content.decode()
    assert "Zeph at home" in page
    assert "Is this the same person?" in page


def test_nobody_is_erased_before_their_name_is_typed(woman: Woman, ada: Teammate) -> None:
    client = of(ada)
    answer = client.post(address("contact-erase", woman.root), {"typed": "erase"})
    assert answer.status_code == 422
    assert f"Type “{NAME}” to erase this person." in answer.content.decode()
    assert Contact.objects.filter(pk=woman.root.pk).exists()
    answer = client.post(address("contact-erase", woman.root), {"typed": f" {NAME.upper()} "}, follow=True)
    assert answer.redirect_chain == [(reverse("contacts"), 302)]
    assert not Contact.objects.exists()
    page = answer.content.decode()
    assert "The person was erased." in page
    assert NAME not in page


def test_of_a_nameless_person_the_word_is_typed(workspace: Workspace, ada: Teammate) -> None:
    contact = make_contact(workspace, name="")
    assert of(ada).post(address("contact-erase", contact), {"typed": "erase"}).status_code == 302
    assert not Contact.objects.exists()


def test_a_merged_profile_leads_to_its_person(woman: Woman, ada: Teammate) -> None:
    answer = of(ada).get(address("contact-erase", woman.second))
    assert (answer.status_code, answer["Location"]) == (302, address("contact-erase", woman.root))


@pytest.mark.parametrize("name", ["contact-erase", "contact-export"])
def test_only_owners_and_admins_may_do_either(woman: Woman, bea: Teammate, name: str) -> None:
    for mate in (bea, make_teammate(bea.workspace, "vi", role="viewer")):
        assert of(mate).post(address(name, woman.root), {"typed": NAME}).status_code == 403
    assert Contact.objects.filter(pk=woman.root.pk).exists()
    assert not Export.objects.exists()


@pytest.mark.parametrize("name", ["contact-erase", "contact-export"])
def test_anothers_person_is_not_there(woman: Woman, name: str) -> None:
    stranger = make_teammate(make_workspace(), "zoe", role="owner")
    assert of(stranger).post(address(name, woman.root), {"typed": NAME}).status_code == 404


def test_all_of_a_person_is_made_in_the_background_and_fetched_by_who_asked(woman: Woman, ada: Teammate) -> None:
    client = of(ada)
    answer = client.post(address("contact-export", woman.second))
    assert (answer.status_code, answer["Location"]) == (302, reverse("contact-exports"))
    exporting.drain()
    export = Export.objects.get(kind=ExportKind.PERSON, status=ExportStatus.FINISHED)
    file: Any = client.get(reverse("contact-export-file", args=[export.public_id]))
    assert file["Content-Type"] == "application/zip"
    assert b"".join(file.streaming_content) == default_storage.open(export.file).read()


def test_an_erased_persons_page_is_gone(woman: Woman, ada: Teammate) -> None:
    client = of(ada)
    client.post(address("contact-erase", woman.root), {"typed": NAME})
    for name in ("contact-erase", "contact-export"):
        assert client.post(address(name, woman.root), {"typed": NAME}).status_code == 404
