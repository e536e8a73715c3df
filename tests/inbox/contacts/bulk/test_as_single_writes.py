"""Whatever rows come, sets leave the same as the API's single writes, one after the other."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from imports.chunks import ContactRow
from inbox.contacts.bulk import apply_contacts
from inbox.contacts.errors import ExternalIdTaken
from inbox.contacts.upsert import create_contact, upsert_contact, upsert_contact_by_email
from inbox.models import Contact, Identity
from inbox.people.models import Workspace
from tests.factories import make_workspace

pytestmark = pytest.mark.django_db

EMAILS = [f"p{n}@x.io" for n in range(5)]
IDS = [f"u{n}" for n in range(5)]
PHONES = ["+49 1", "+49 2"]


def some(values: list[str]) -> st.SearchStrategy[str | None]:
    return st.one_of(st.none(), st.sampled_from(values))


PERSON = st.fixed_dictionaries(
    {
        "email": some(EMAILS), "external_id": some(IDS), "phone": some(PHONES),
        "name": st.sampled_from(["A", "B"]),
        "attributes": st.dictionaries(st.sampled_from(["x", "y"]), st.integers(0, 2), max_size=2),
    }
)  # fmt: skip


NOBODY: dict[str, Any] = {"email": None, "external_id": None, "phone": None, "name": "A", "attributes": {}}
P0, P1 = ({**NOBODY, "email": email, "external_id": "u1"} for email in EMAILS[:2])


class SetsAndSingles(TestCase):
    # Two rows give one user id to two people, of whom one is here already.
    @example(before=[{**P0, "external_id": None}], rows=[P0, P1])
    @example(before=[{**P0, "external_id": None}], rows=[P1, P0])
    @settings(max_examples=25, deadline=None)
    @given(
        before=st.lists(PERSON, max_size=4),
        rows=st.lists(PERSON.filter(lambda row: row["email"]), max_size=5, unique_by=lambda row: str(row["email"])),
    )
    def test_by_email(self, before: list[dict[str, Any]], rows: list[dict[str, Any]]) -> None:
        self.check("email", before, rows)

    @settings(max_examples=25, deadline=None)
    @given(
        before=st.lists(PERSON, max_size=4),
        rows=st.lists(
            PERSON.filter(lambda row: row["external_id"]), max_size=5, unique_by=lambda row: str(row["external_id"])
        ),
    )
    def test_by_user_id(self, before: list[dict[str, Any]], rows: list[dict[str, Any]]) -> None:
        self.check("external_id", before, rows)

    def check(self, key: str, before: list[dict[str, Any]], rows: list[dict[str, Any]]) -> None:
        one, other = make_workspace(), make_workspace()
        for workspace in (one, other):
            for person in before:
                try:
                    with transaction.atomic():
                        create_contact(workspace, said(person))
                except ExternalIdTaken:
                    continue
        refused = singly(one, key, rows)
        with transaction.atomic():
            outcome = apply_contacts(
                other, [ContactRow(n, **row) for n, row in enumerate(rows)], key=key, at=timezone.now()
            )
        assert {row[0] for row in outcome.refusals} == refused
        assert outcome.created + outcome.updated + outcome.unchanged + outcome.refused == len(rows)
        assert people(other) == people(one)


def singly(workspace: Workspace, key: str, rows: list[dict[str, Any]]) -> set[int]:
    """Write rows one by one; return the numbers of those that are refused."""
    refused = set()
    for number, row in enumerate(rows):
        known = Contact.objects.filter(workspace=workspace, identities__value=row["email"])
        held = known.filter(identities__verified_at__isnull=False).exclude(external_id=None).first()
        if key == "email" and held is not None and row["external_id"] not in (None, held.external_id):
            refused.add(number)  # an import gives nobody another user id
            continue
        try:
            with transaction.atomic():
                if key == "email":
                    upsert_contact_by_email(workspace, row["email"], said(row))
                else:
                    upsert_contact(workspace, row["external_id"], said(row))
        except ExternalIdTaken:
            refused.add(number)
    return refused


def said(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}


def people(workspace: Workspace) -> list[tuple[Any, ...]]:
    known: dict[int, list[tuple[str, str, bool]]] = {}
    for identity in Identity.objects.filter(workspace=workspace):
        proved = identity.verified_at is not None
        known.setdefault(identity.contact_id, []).append((identity.kind, identity.value, proved))
    found = Contact.objects.filter(workspace=workspace)
    return sorted(
        (one.name, one.email, one.phone, one.external_id or "", str(sorted(one.attributes.items())),
         sorted(known.get(one.pk, [])))
        for one in found
    )  # fmt: skip
