"""The search in a workspace."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inbox.contacts import identities
from inbox.contacts.likeness import find, store_keys
from inbox.contacts.likeness.find import MOST_CANDIDATES, MOST_FOUND, rarest
from inbox.models import Account, Contact, ContactDevice, MatchKey, SharedHandle
from inbox.people.models import Workspace
from tests.factories import make_contact, make_workspace

pytestmark = pytest.mark.django_db


def come(workspace: Workspace, name: str = "", device: uuid.UUID | None = None, **fields: Any) -> Contact:
    """Return a new contact as it is known when its keys are stored."""
    contact = make_contact(workspace, name=name, **fields)
    for kind in ("email", "phone", "external_id"):
        if value := fields.get(kind):
            identities.claim(contact, kind, value)
    if device:
        ContactDevice.objects.create(workspace=workspace, contact=contact, device=device)
    store_keys([contact])
    return contact


def test_a_known_customer_is_found_by_what_a_visitor_typed():
    workspace = make_workspace()
    jane = come(workspace, "Jane Doe", email="jane@acme.io")
    come(workspace, "Jim Roe", email="jim@acme.io")

    found = find(come(workspace, email="Jane@ACME.io"))

    assert [one.contact for one in found] == [jane]
    assert found[0].score > 0.9
    assert [str(reason.code) for reason in found[0].reasons] == ["same_email"]


def test_another_workspace_is_another_world():
    come(make_workspace(), "Jane Doe", email="jane@acme.io")

    assert find(come(make_workspace(), "Jane Doe", email="jane@acme.io")) == []


def test_a_person_is_judged_by_all_its_contacts_and_named_by_its_root():
    workspace, device = make_workspace(), uuid.uuid4()
    root = come(workspace, "Jane Doe", email="jane@acme.io")
    attached = come(workspace, device=device)
    Contact.objects.filter(pk=attached.pk).update(root=root)

    visitor = come(workspace, "Peter", device=device)
    assert find(visitor) == []  # the browser alone would do, but the person is called Jane
    assert [one.contact for one in find(come(workspace, "Jane", device=device))] == [root]


def test_nobody_is_found_to_be_themselves():
    workspace = make_workspace()
    root = come(workspace, "Jane Doe", email="jane@acme.io")
    attached = come(workspace, "Jane Doe", email="jane@acme.io")
    Contact.objects.filter(pk=attached.pk).update(root=root)

    assert find(root) == find(Contact.objects.get(pk=attached.pk)) == []


def test_who_was_merged_is_no_crowd():
    workspace, device = make_workspace(), uuid.uuid4()
    root = come(workspace, "Jane Doe", device=device)
    for _ in range(8):
        Contact.objects.filter(pk=come(workspace, device=device).pk).update(root=root)

    assert [one.contact for one in find(come(workspace, device=device))] == [root]


def test_what_an_attached_contact_is_known_by_counts_for_who_looks():
    workspace = make_workspace()
    other = come(workspace, phone="+4915123456780")
    root = come(workspace, "Jane Doe")
    Contact.objects.filter(pk=come(workspace, phone="0151 23456780", timezone="Europe/Berlin").pk).update(root=root)

    assert [one.contact for one in find(root)] == [other]


def test_a_name_with_its_company_is_found():
    workspace = make_workspace()
    acme = Account.objects.create(workspace=workspace, domain="acme.io")
    jane = come(workspace, "Jane Doe", account=acme)

    assert [one.contact for one in find(come(workspace, "DOE Jane", email="jd@acme.io"))] == [jane]


def test_a_name_with_an_account_that_has_no_domain_is_found():
    workspace = make_workspace()
    acme = Account.objects.create(workspace=workspace, name="Acme")
    jane = come(workspace, "Jane Doe", account=acme)

    assert [one.contact for one in find(come(workspace, "DOE Jane", account=acme))] == [jane]


@pytest.mark.parametrize(
    ("kind", "value", "field", "given"),
    [
        ("email", "front.hall@acme.io", "email", "front.hall@acme.io"),
        ("email", "lobby@", "email", "lobby@acme.io"),
        ("phone", "+49 151 23456780", "phone", "+4915123456780"),
    ],
)
def test_what_the_workspace_lists_as_shared_takes_the_given_name_as_well(kind, value, field, given):
    workspace = make_workspace()
    named = come(workspace, "Jane Doe", **{field: given})
    visitor, jane = come(workspace, **{field: given}), come(workspace, "Jane Doe", **{field: given})
    assert named in [one.contact for one in find(visitor)]

    SharedHandle.objects.create(workspace=workspace, kind=kind, value=value)

    assert find(visitor) == []
    assert [one.contact for one in find(jane)] == [named]


def test_a_listed_browser_suggests_nobody():
    workspace, device = make_workspace(), uuid.uuid4()
    come(workspace, device=device)
    visitor = come(workspace, device=device)
    assert len(find(visitor)) == 1

    SharedHandle.objects.create(workspace=workspace, kind="device", value=str(device))

    assert find(visitor) == []


def test_ten_at_most_are_told_the_likeliest_first():
    workspace, device = make_workspace(), uuid.uuid4()
    for _ in range(12):
        come(workspace, "Jane Doe", device=device)
    best = come(workspace, "Jane Doe", email="jane@acme.io", device=device)

    found = find(come(workspace, "Jane Doe", email="jane@acme.io", device=device))

    assert len(found) == MOST_FOUND
    assert found[0].contact == best
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_ten_thousand_that_share_an_address_cost_no_more_than_a_few():
    workspace = make_workspace()
    jane = come(workspace, "Jane Doe", email="crowd@acme.io", phone="+4915123456780")
    few = _looked_up(come(workspace, "Jane Doe", email="crowd@acme.io", phone="+4915123456780"))
    email = next(key for key, kind in _kinds(jane).items() if kind == "email")
    made = Contact.objects.bulk_create(
        (Contact(workspace=workspace, email="crowd@acme.io") for _ in range(10_000)), batch_size=2000
    )
    MatchKey.objects.bulk_create(
        (MatchKey(workspace=workspace, contact=one, key=email) for one in made), batch_size=5000
    )

    visitor = come(workspace, "Jane Doe", email="crowd@acme.io", phone="+4915123456780")
    many = _looked_up(visitor)

    assert many["queries"] == few["queries"] == 5
    assert many["rows"] <= 51 * len(_kinds(visitor))
    assert jane in [one.contact for one in find(visitor)]


def _kinds(contact: Contact) -> dict[int, str]:
    from inbox.contacts.likeness.gathering import facts_of
    from inbox.contacts.likeness.keys import keys

    return keys(facts_of([contact])[contact.pk])


def _looked_up(contact: Contact) -> dict[str, int]:
    """Return how many queries a search takes, and how many rows the equalities of keys give."""
    from inbox.contacts.likeness.find import search

    with CaptureQueriesContext(connection) as captured:
        find(contact)
    rows = search(contact.workspace_id, _kinds(contact))
    return {"queries": len(captured), "rows": sum(map(len, rows.values()))}


def test_who_shares_the_rarest_is_read_and_fifty_at_most():
    shared = {1: list(range(1, 41)), 2: list(range(30, 75)), 3: [99]}

    best = rarest(shared, {1: "device", 2: "email", 3: "phone"}, {40})

    assert best[0] == 99
    assert len(best) == MOST_CANDIDATES
    assert 40 not in best
    assert set(range(30, 40)) < set(best)


def test_who_has_but_a_name_or_a_crowds_address_in_common_is_not_read():
    crowd = list(range(51))

    assert rarest({1: [7, 8], 2: crowd}, {1: "name", 2: "email"}, ()) == [8, 7]
    assert rarest({1: [70, 80]}, {1: "name"}, ()) == []
    assert rarest({1: crowd, 2: crowd}, {1: "name", 2: "local"}, ()) == []


def test_a_contact_that_is_gone_is_nobody():
    contact = come(make_workspace(), "Jane Doe", email="jane@acme.io")
    Contact.objects.filter(pk=contact.pk).delete()

    assert find(contact) == []
