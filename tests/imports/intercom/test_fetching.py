"""A sync reads all there is, once, as rows that say what Intercom knows."""

from __future__ import annotations

import pytest

from imports import chunks
from imports.models import Batch, BatchKind, ImportStatus
from inbox.people.models import Workspace
from tests.imports.intercom.people import (
    accounts_of,
    by_id,
    company,
    contact,
    employed,
    fill,
    lead,
    read,
    rows_of,
    start,
    tagged,
)
from tests.stand_ins.intercom import Fault, Intercom

pytestmark = pytest.mark.django_db(transaction=True)


def test_all_contacts_and_companies_become_rows_of_batches(there: Intercom, workspace: Workspace) -> None:
    fill(there, 2000)
    import_ = read(start(workspace))
    assert import_.status == ImportStatus.RUNNING and import_.total == 2000 and import_.name == "Acme"
    rows = rows_of(import_)
    assert [row.number for row in rows] == list(range(1, 2001))
    assert [row.source_id for row in rows] == sorted(there.contacts)
    assert len(accounts_of(import_)) == 70
    kinds = list(Batch.objects.filter(parent=import_).order_by("kind", "number").values_list("kind", "rows"))
    assert kinds == [("1 accounts", 70), ("2 contacts", 1500), ("2 contacts", 500)]
    calls = {"GET me": 1, "GET tags": 1, "POST companies/list": 2, "GET contacts": 14}
    assert there.calls == calls
    assert import_.progress["fetched"] == {"companies": 70, "contacts": 2000}
    assert import_.progress["expected"] == {"companies": 70, "contacts": 2000}


def test_a_contact_says_what_intercom_knows_and_a_lead_proves_nothing(there: Intercom, workspace: Workspace) -> None:
    there.tags = {f"t{number}": f"Tag {number}" for number in range(12)}
    there.companies = by_id(company(1), company(2, company_id=None))
    there.contacts = by_id(
        employed(tagged(contact(1, phone="+351 1", custom_attributes={"seats": 3, "none": None}), "t1"), "k00001"),
        employed(tagged(lead(2, email="A@B.IO ", name=None), *there.tags), "k00002"),
        contact(3, email="not an address", external_id="x" * 300, unsubscribed_from_emails=True),
        employed(contact(4), "kept-secret"),
    )
    there.companies["kept-secret"] = company(9, id="kept-secret", name="Quiet", updated_at=0)
    there.most_listed = 2
    one, two, three, four = rows_of(import_ := read(start(workspace)))
    assert one == chunks.ContactRow(
        1, "p1@example.test", "u1", "+351 1", "Person 1", None, "2026-10-31T12:00:00+00:00",
        "2026-11-01T12:00:00+00:00", "acme-1", None,
        {"country": "Portugal", "city": "Lisbon", "seats": 3, "tags": ["Tag 1"]}, "c00001", True,
        "2026-11-01T12:00:01+00:00",
    )  # fmt: skip
    assert (two.email, two.external_id, two.name, two.proves) == ("a@b.io", None, None, False)
    assert two.account_id == "k00002" and len((two.attributes or {})["tags"]) == 12
    assert (three.email, three.external_id) == (None, None)
    assert (three.attributes or {})["intercom_email"] == "not an address"
    assert (three.attributes or {})["unsubscribed_from_emails"] is True
    assert len((three.attributes or {})["intercom_external_id"]) == 300
    # The list had left it out.
    assert four.account_id == "acme-9"
    assert {row.external_id for row in accounts_of(import_)} == {"acme-1", "k00002", "acme-9"}
    assert there.calls["GET companies/*"] == 1 and there.calls["GET contacts/*/tags"] == 1


def test_a_company_says_what_intercom_knows(there: Intercom, workspace: Workspace) -> None:
    there.companies = by_id(
        company(1, website="https://www.acme.test/about", size=40, industry="Bells", monthly_spend=250,
                custom_attributes={"tier": "gold", "odd": {"a": 1}}),
    )  # fmt: skip
    [row] = accounts_of(read(start(workspace)))
    assert row == chunks.AccountRow(1, "acme-1", None, {
        "name": "Company 1", "domain": "acme.test", "plan": "Pro",
        "attributes": {
            "size": 40, "industry": "Bells", "website": "https://www.acme.test/about", "monthly_spend": 250,
            "customer_since": "2026-11-01T12:00:00+00:00", "tier": "gold",
        },
    })  # fmt: skip


def test_tags_are_left_out_where_they_are_not_wanted(there: Intercom, workspace: Workspace) -> None:
    fill(there, 10)
    rows = rows_of(read(start(workspace, tags=False)))
    assert not any("tags" in (row.attributes or {}) for row in rows)
    assert "GET tags" not in there.calls


def test_who_moves_and_goes_while_the_list_is_read_is_brought_once_as_they_were_last(
    there: Intercom, workspace: Workspace
) -> None:
    fill(there, 1000)

    def move() -> None:
        del there.contacts["c00900"]
        # One is listed again, further down; another was merged into somebody who comes later.
        there.contacts["c00950x"] = {**there.contacts["c00010"], "name": "Anew"}
        there.contacts["c00960"]["external_id"] = "u5"

    there.faults["GET contacts"] = [None, Fault(then=move)]
    import_ = read(start(workspace))
    rows = rows_of(import_)
    assert [row.name for row in rows if row.source_id == "c00010"] == ["Person 10", "Anew"]
    assert not any(row.source_id == "c00900" for row in rows)
    [batch] = Batch.objects.filter(parent=import_, kind=BatchKind.CONTACTS)
    assert batch.verdicts == {"superseded": [11, 6]}
    assert import_.total == 1000


def test_of_those_who_say_the_same_email_or_phone_the_first_proves_it(there: Intercom, workspace: Workspace) -> None:
    there.contacts = by_id(
        lead(1, email="a@x.io"),
        contact(2, email="a@x.io", phone="1"),
        contact(3, email="A@X.io"),
        contact(4, phone="1"),
    )
    import_ = read(start(workspace))
    [batch] = Batch.objects.filter(parent=import_, kind=BatchKind.CONTACTS)
    assert batch.verdicts == {"claims_email": [3], "claims_phone": [4]}
