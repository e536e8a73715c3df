"""Contacts written in sets end as single writes would have left them."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from django.db import transaction
from django.utils import timezone

from imports.chunks import ContactRow
from inbox.contacts import identities
from inbox.contacts.bulk import Outcome, apply_contacts
from inbox.contacts.bulk.staging import fetch
from inbox.contacts.erasing.tombstones import bury
from inbox.contacts.merging.joining import merge
from inbox.contacts.upsert import create_contact, upsert_contact
from inbox.models import Account, Contact, Identity, LikenessCheck
from inbox.people.models import Workspace
from tests.factories import make_contact, make_teammate, make_workspace

pytestmark = pytest.mark.django_db


class Claims(NamedTuple):
    emails: frozenset[int] = frozenset()
    phones: frozenset[int] = frozenset()


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace()


def apply(workspace: Workspace, *rows: ContactRow, key: str = "email", **options: Any) -> Outcome:
    with transaction.atomic():
        return apply_contacts(workspace, rows, key=key, at=timezone.now(), **options)


def known(workspace: Workspace) -> set[tuple[str, str, str, bool]]:
    """Return who is known by what, and whether it is proved."""
    rows = Identity.objects.filter(workspace=workspace).select_related("contact")
    return {(row.contact.name, row.kind, row.value, row.verified_at is not None) for row in rows}


def test_a_row_that_nobody_matches_makes_a_contact_with_all_that_it_says(workspace: Workspace) -> None:
    Account.objects.create(workspace=workspace, external_id="acme", name="Acme")
    row = ContactRow(
        2, "ada@x.io", "u1", "+49 30 1", "Ada", "Europe/Berlin", "2026-01-31T10:00:00+01:00", None, "acme", None,
        {"size": 3},
    )  # fmt: skip
    outcome = apply(workspace, row)
    contact = Contact.objects.get(workspace=workspace)
    assert (outcome.created, outcome.made) == (1, [contact.pk])
    assert (contact.name, contact.email, contact.external_id, contact.phone) == ("Ada", "ada@x.io", "u1", "+49 30 1")
    assert contact.account is not None and contact.account.external_id == "acme"
    assert contact.attributes == {"size": 3} and contact.timezone == "Europe/Berlin"
    assert contact.signed_up_at is not None and contact.signed_up_at.isoformat() == "2026-01-31T09:00:00+00:00"
    assert known(workspace) == {
        ("Ada", "email", "ada@x.io", True), ("Ada", "external_id", "u1", True), ("Ada", "phone", "+49 30 1", True),
    }  # fmt: skip


def test_the_same_rows_again_change_nothing(workspace: Workspace) -> None:
    rows = [ContactRow(n, f"p{n}@x.io", f"u{n}", None, f"P {n}", attributes={"n": n}) for n in range(2, 30)]
    apply(workspace, *rows)
    before = list(Contact.objects.order_by("id").values())
    again = apply(workspace, *rows)
    assert (again.created, again.updated, again.unchanged, again.refused) == (0, 0, 28, 0)
    assert list(Contact.objects.order_by("id").values()) == before


def test_an_update_says_what_was_there_before(workspace: Workspace) -> None:
    create_contact(
        workspace, {"email": "ada@x.io", "name": "Ada", "phone": "1", "attributes": {"plan": "Basic", "kept": True}}
    )
    with transaction.atomic():
        row = ContactRow(2, "ada@x.io", "u7", "2", "Ada Lovelace", attributes={"plan": "Pro", "new": "x"})
        outcome = apply_contacts(workspace, [row], key="email", at=timezone.now())
        [(verdict, before, after)] = fetch("SELECT verdict, before::text, after::text FROM bulk_contact")
    assert (outcome.updated, verdict) == (1, "updated")
    contact = Contact.objects.get(workspace=workspace)
    assert (contact.name, contact.phone, contact.external_id) == ("Ada Lovelace", "2", "u7")
    assert contact.attributes == {"plan": "Pro", "kept": True, "new": "x"}
    import json

    old = json.loads(before)
    identities_written = sorted(old.pop("identities"))
    assert old == {"name": "Ada", "phone": "1", "external_id": None, "attributes": {"plan": "Basic", "new": None}}
    assert [one[:3] for one in identities_written] == [["external_id", "u7", "none"], ["phone", "2", "none"]]
    assert json.loads(after) == {
        "name": "Ada Lovelace", "phone": "2", "external_id": "u7", "attributes": {"plan": "Pro", "new": "x"},
    }  # fmt: skip


def test_what_another_person_has_proved_stays_a_claim_and_is_looked_into(workspace: Workspace) -> None:
    create_contact(workspace, {"email": "ada@x.io", "name": "Ada"})
    LikenessCheck.objects.all().delete()
    outcome = apply(workspace, ContactRow(2, "ada@x.io", "u9", None, "Also Ada"), key="external_id")
    assert outcome.created == 1
    assert ("Also Ada", "email", "ada@x.io", False) in known(workspace)
    assert ("Ada", "email", "ada@x.io", True) in known(workspace)
    assert LikenessCheck.objects.get().contact.name == "Also Ada"


def test_a_claim_is_never_taken_for_somebody(workspace: Workspace) -> None:
    stranger = make_contact(workspace, name="Stranger")
    identities.claim(stranger, "email", "ada@x.io")
    outcome = apply(workspace, ContactRow(2, "ada@x.io", None, None, "Ada"))
    assert outcome.created == 1
    stranger.refresh_from_db()
    assert stranger.name == "Stranger"
    lead = apply(workspace, ContactRow(2, "ada@x.io", None, None, "A lead", proves=False))
    assert lead.created == 1
    assert ("A lead", "email", "ada@x.io", False) in known(workspace)


def test_somebody_elses_user_id_is_refused_and_nothing_of_the_row_is_written(workspace: Workspace) -> None:
    upsert_contact(workspace, "u1", {"name": "One", "email": "one@x.io"})
    upsert_contact(workspace, "u2", {"name": "Two", "email": "two@x.io"})
    create_contact(workspace, {"name": "Three", "email": "three@x.io"})
    outcome = apply(
        workspace,
        ContactRow(2, "one@x.io", "u3", None, "Changed"),
        ContactRow(3, "three@x.io", "u2", None, "Changed"),
        ContactRow(4, "new@x.io", "u1", None, "Changed"),
        ContactRow(5, "four@x.io", "u4", None, "Four"),
        ContactRow(6, "five@x.io", "u4", None, "Five"),
    )
    assert [row[:2] for row in outcome.refusals] == [
        [2, "external_id_differs"], [3, "external_id_taken"], [4, "external_id_taken"], [6, "external_id_taken"],
    ]  # fmt: skip
    assert (outcome.created, outcome.refused) == (1, 4)
    assert not Contact.objects.filter(name="Changed").exists()


def test_what_is_shown_of_a_merged_contact_goes_to_the_root_and_what_is_proved_stays_its_own(
    workspace: Workspace,
) -> None:
    ada = make_teammate(workspace)
    winner, _ = upsert_contact(workspace, "w", {"name": "Winner"})
    loser, _ = upsert_contact(workspace, "l", {"name": "Loser"})
    merge(loser, into=winner, by=ada)
    outcome = apply(workspace, ContactRow(2, "l@x.io", "l", None, "Together"), key="external_id")
    winner.refresh_from_db()
    assert (outcome.updated, winner.name, winner.email) == (1, "Together", "l@x.io")
    assert Identity.objects.get(value="l@x.io").contact_id == loser.pk
    assert apply(workspace, ContactRow(2, "l@x.io", "l", None, "Together"), key="external_id").unchanged == 1


def test_of_two_rows_for_one_contact_the_later_wins(workspace: Workspace) -> None:
    contact = create_contact(workspace, {"email": "a@x.io"})
    identities.verify(contact, "email", "b@x.io")
    outcome = apply(workspace, ContactRow(2, "a@x.io", name="First"), ContactRow(3, "b@x.io", name="Second"))
    contact.refresh_from_db()
    assert (outcome.updated, outcome.unchanged, contact.name) == (1, 1, "Second")


def test_an_erased_person_is_refused_until_they_come_back_themselves(workspace: Workspace) -> None:
    bury(workspace, [("email", "gone@x.io"), ("phone", "+49301")])
    rows = [ContactRow(2, "gone@x.io", name="Gone"), ContactRow(3, "new@x.io", None, "0049 30-1", "Gone, too")]
    outcome = apply(workspace, *rows)
    assert [row[:2] for row in outcome.refusals] == [[2, "erased"], [3, "erased"]]
    assert not Contact.objects.exists()
    create_contact(workspace, {"email": "gone@x.io"})
    assert apply(workspace, rows[0]).updated == 1


def test_nothing_is_written_when_it_is_only_asked(workspace: Workspace) -> None:
    create_contact(workspace, {"email": "old@x.io", "name": "Old"})
    create_contact(workspace, {"email": "same@x.io", "name": "Same"})
    before = list(Contact.objects.order_by("id").values())
    outcome = apply(
        workspace,
        ContactRow(2, "new@x.io", name="New", account_name="Acme"),
        ContactRow(3, "old@x.io", name="Changed"),
        ContactRow(4, "same@x.io", name="Same"),
        ContactRow(5, "same@x.io", "u1", name="Same", account_name="Acme"),
        write=False,
    )
    assert (outcome.created, outcome.updated, outcome.unchanged, outcome.made) == (1, 2, 1, [])
    assert list(Contact.objects.order_by("id").values()) == before
    assert not Account.objects.exists()


def test_who_exists_is_left_alone_when_asked_so(workspace: Workspace) -> None:
    create_contact(workspace, {"email": "old@x.io", "name": "Old"})
    outcome = apply(workspace, ContactRow(2, "old@x.io", name="Changed"), ContactRow(3, "new@x.io"), skip_existing=True)
    assert (outcome.created, outcome.unchanged) == (1, 1)
    assert Contact.objects.filter(name="Old").exists()


def test_rows_that_an_earlier_one_proves_only_claim(workspace: Workspace) -> None:
    rows = [ContactRow(n, "shared@x.io", f"u{n}", "+49 1", f"P{n}") for n in (2, 3)]
    apply(workspace, *rows, key="external_id", claims=Claims(frozenset({3}), frozenset({3})))
    assert {("P2", "email", "shared@x.io", True), ("P3", "email", "shared@x.io", False)} <= known(workspace)
    assert {("P2", "phone", "+49 1", True), ("P3", "phone", "+49 1", False)} <= known(workspace)


def test_a_claim_of_their_own_is_verified(workspace: Workspace) -> None:
    contact, _ = upsert_contact(workspace, "u1", {"name": "One"})
    identities.claim(contact, "email", "one@x.io")
    assert apply(workspace, ContactRow(2, "one@x.io", "u1"), key="external_id").updated == 1
    assert ("One", "email", "one@x.io", True) in known(workspace)


def test_another_workspaces_people_are_not_found(workspace: Workspace) -> None:
    other = make_workspace()
    create_contact(other, {"email": "ada@x.io", "name": "Theirs"})
    assert apply(workspace, ContactRow(2, "ada@x.io", name="Ours")).created == 1
    assert Contact.objects.get(workspace=other).name == "Theirs"
    assert ("Ours", "email", "ada@x.io", True) in known(workspace)


def test_too_many_attributes_are_refused_by_the_row(workspace: Workspace) -> None:
    create_contact(workspace, {"email": "a@x.io", "attributes": {"big": "x" * 60_000}})
    outcome = apply(workspace, ContactRow(2, "a@x.io", attributes={"more": "y" * 6_000}), ContactRow(3, "b@x.io"))
    assert [row[:2] for row in outcome.refusals] == [[2, "attributes_too_large"]]
    assert outcome.created == 1


def test_an_account_is_found_by_its_name_in_any_case_or_made(workspace: Workspace) -> None:
    Account.objects.create(workspace=workspace, external_id="a-1", name="ACME GmbH")
    apply(
        workspace,
        ContactRow(2, "a@x.io", account_name="Acme GmbH"),
        ContactRow(3, "b@x.io", account_name="Globex"),
        ContactRow(4, "c@x.io", account_name="GLOBEX"),
        ContactRow(5, "d@x.io", account_id="i-9"),
    )
    assert set(Contact.objects.values_list("email", "account__external_id")) == {
        ("a@x.io", "a-1"), ("b@x.io", "globex"), ("c@x.io", "globex"), ("d@x.io", "i-9"),
    }  # fmt: skip
