"""What is left of somebody is a hash that no import passes, and that tells nobody who it was."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inbox.contacts import identities
from inbox.contacts.erasing import erase, erased_among, is_erased
from inbox.contacts.upsert import create_contact, upsert_contact_by_email
from inbox.models import Contact, ErasedHandle
from inbox.people.models import Teammate, Workspace
from tests.factories import make_contact, make_workspace
from tests.inbox.contacts.erasing.people import EMAIL, ID, PHONE, SECOND_EMAIL, Woman, actor, shares_an_address


@pytest.fixture
def erased(workspace: Workspace, woman: Woman, ada: Teammate) -> Workspace:
    """Erase her, and return the workspace."""
    erase(woman.root, by=actor(ada))
    return workspace


def test_all_that_she_was_known_by_is_refused_proved_or_only_said(erased: Workspace) -> None:
    for kind, value in (("email", EMAIL), ("email", SECOND_EMAIL), ("phone", PHONE), ("external_id", ID)):
        assert is_erased(erased, kind, value)


def test_another_spelling_is_the_same(erased: Workspace) -> None:
    assert is_erased(erased, "email", f"  {EMAIL.upper()} ")
    for phone in ("+49305550147", "0049 30 / 555-0147", "49 30 5550147"):
        assert is_erased(erased, "phone", phone)


def test_others_are_not_refused(erased: Workspace) -> None:
    others = [("email", f"x{EMAIL}"), ("external_id", EMAIL), ("phone", "+49 30 5550148"), ("email", "")]
    assert erased_among(erased, others) == set()
    assert not is_erased(make_workspace(), "email", EMAIL)


def test_a_thousand_are_asked_for_with_one_query_and_come_back_as_they_were_given(erased: Workspace) -> None:
    asked = [("email", f"somebody{n}@x.example") for n in range(1000)] + [("email", EMAIL.title())]
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert erased_among(erased, asked) == {("email", EMAIL.title())}
    assert len(captured) == 1
    assert erased_among(erased, []) == set()


def test_only_keyed_hashes_are_kept(erased: Workspace) -> None:
    kept = list(ErasedHandle.objects.filter(workspace=erased).values_list("kind", "digest"))
    assert len(kept) == 4
    assert all(len(digest) == 64 for _, digest in kept)


def test_equal_people_of_two_workspaces_have_different_hashes(workspace: Workspace, ada: Teammate) -> None:
    other = make_workspace()
    for home in (workspace, other):
        erase(create_contact(home, {"email": EMAIL}), by=actor(ada))
    assert len(set(ErasedHandle.objects.values_list("digest", flat=True))) == 2


def test_other_keys_of_the_secrets_change_nothing(erased: Workspace, settings: Any) -> None:
    settings.FRONTDESK_KEYS = ["another"]
    assert is_erased(erased, "email", EMAIL)


def test_a_former_secret_key_counts_for_as_long_as_it_is_known(erased: Workspace, settings: Any) -> None:
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another" * 10
    assert not is_erased(erased, "email", EMAIL)
    settings.SECRET_KEY_FALLBACKS = [former]
    assert is_erased(erased, "email", EMAIL)


def test_who_comes_back_by_themselves_is_known_again(erased: Workspace) -> None:
    contact, _ = upsert_contact_by_email(erased, EMAIL, {})
    assert not is_erased(erased, "email", EMAIL)
    assert is_erased(erased, "external_id", ID)
    contact.identities.all().delete()
    assert is_erased(erased, "email", EMAIL)


def test_a_mere_claim_brings_nobody_back(erased: Workspace) -> None:
    identities.claim(make_contact(erased), "email", EMAIL)
    assert is_erased(erased, "email", EMAIL)


def test_what_somebody_who_stays_has_too_is_not_refused(workspace: Workspace, woman: Woman, ada: Teammate) -> None:
    shares_an_address(make_contact(workspace), EMAIL)
    erase(woman.root, by=actor(ada))
    assert not is_erased(workspace, "email", EMAIL)
    assert is_erased(workspace, "phone", PHONE)


def test_an_erasure_that_finds_them_erased_before_changes_nothing(workspace: Workspace, ada: Teammate) -> None:
    for _ in range(2):
        contact: Contact = create_contact(workspace, {"email": EMAIL})
        erase(contact, by=actor(ada))
    assert ErasedHandle.objects.count() == 1
