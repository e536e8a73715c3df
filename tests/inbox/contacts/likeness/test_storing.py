"""Keys are stored as they hold, however often and by however many."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from inbox.contacts import identities
from inbox.contacts.likeness import store_keys
from inbox.contacts.likeness.gathering import facts_of
from inbox.contacts.likeness.keys import keys
from inbox.models import Contact, MatchKey, Visitor
from tests.factories import make_contact, make_visitor, make_workspace

pytestmark = pytest.mark.django_db


def stored(contact: Contact) -> set[int]:
    return set(MatchKey.objects.filter(contact=contact).values_list("key", flat=True))


def test_keys_follow_what_is_known():
    contact = make_contact(make_workspace(), name="Jane Doe", email="jane.doe@acme.io")
    store_keys([contact])
    before = stored(contact)
    assert before == keys(facts_of([contact])[contact.pk]).keys()

    Contact.objects.filter(pk=contact.pk).update(email="jane.roe@acme.io")
    store_keys([contact])

    assert stored(contact) == keys(facts_of([contact])[contact.pk]).keys()
    assert before - stored(contact)
    assert {row.workspace_id for row in MatchKey.objects.all()} == {contact.workspace_id}


def test_stored_again_nothing_is_written():
    contacts = [make_contact(make_workspace(), email=f"jane.doe{n}@acme.io") for n in range(3)]
    assert store_keys(contacts) > 0

    with CaptureQueriesContext(connection) as captured:
        assert store_keys([*contacts, contacts[0]]) == 0

    assert len([query for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]) == 2


def test_queries_are_the_same_for_one_and_for_many():
    def queries(contacts: list[Contact]) -> int:
        with CaptureQueriesContext(connection) as captured:
            store_keys(contacts)
        return len(captured)

    workspace = make_workspace()
    many = [make_contact(workspace, email=f"jane.doe{n}@acme.io") for n in range(30)]

    assert queries([make_contact(workspace, email="jane@acme.io")]) == queries(many)


def test_a_contact_that_is_gone_has_no_keys():
    contact = make_contact(make_workspace(), email="jane@acme.io")
    Contact.objects.filter(pk=contact.pk).delete()

    assert store_keys([contact]) == 0


def test_everything_that_a_contact_is_known_by_is_gathered():
    workspace = make_workspace()
    contact = make_contact(
        workspace, name="Jane Doe", email="Jane@acme.io", phone="0151 23456780", attributes={"city": "Bonn", "tags": []}
    )
    identities.verify(contact, "email", "Jane@acme.io")
    identities.claim(contact, "external_id", "0042")
    make_visitor(workspace, contact, timezone="Europe/Berlin")

    facts = facts_of([contact])[contact.pk]

    assert [(one.value, one.verified) for one in facts.emails] == [("jane@acme.io", True)]
    assert [one.value for one in facts.phones] == ["0151 23456780"]
    assert [one.value for one in facts.external_ids] == ["0042"]
    assert facts.timezones == ("Europe/Berlin",)
    assert ("city", "Bonn") in facts.attributes
    assert Visitor.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_writers_of_the_same_contacts_do_not_wait_crosswise():
    workspace = make_workspace()
    contacts = [make_contact(workspace, email=f"jane.doe{n}@acme.io") for n in range(40)]
    store_keys(contacts)
    failed: list[BaseException] = []
    ready = threading.Barrier(2)

    def write(order: Callable[[list[Contact]], list[Contact]], domain: str) -> None:
        try:
            for turn in range(10):
                ready.wait()
                with transaction.atomic():
                    store_keys(order(contacts))
                Contact.objects.filter(pk__in=[one.pk for one in contacts[::2]]).update(email=f"x{turn}@{domain}")
        except BaseException as error:
            failed.append(error)
            ready.abort()
        finally:
            connection.close()

    threads = [
        threading.Thread(target=write, args=(list, "acme.io")),
        threading.Thread(target=write, args=(lambda rows: rows[::-1], "acme.de")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    store_keys(contacts)
    assert all(stored(one) == keys(facts_of([one])[one.pk]).keys() for one in contacts)
