"""Nothing is left of who was erased, and nobody else is touched."""

from __future__ import annotations

import pytest

from inbox.contacts.erasing import erase
from inbox.contacts.merging import merge, undo
from inbox.conversations import actions
from inbox.models import Contact, Conversation
from inbox.people.models import Teammate, Workspace
from tests.factories import make_contact, make_visitor
from tests.inbox.contacts.erasing.dump import Traces, tables, text_of
from tests.inbox.contacts.erasing.people import TRACES, Woman, actor, make_woman
from tests.notifications.conftest import work

# Numbers that go on for everybody.
COUNTS = {"inbox_conversationcounter", "notifications_destination"}


def test_nothing_is_left_of_a_person(woman: Woman, ada: Teammate) -> None:
    words = Traces(TRACES)
    before = [hit for table, row in text_of(tables()) for hit in words.found_in(table, row)]
    assert len(before) >= 50
    erase(woman.second, by=actor(ada))
    assert [hit for table, row in text_of(tables()) for hit in words.found_in(table, row)] == []


@pytest.mark.django_db(transaction=True)
def test_others_are_as_before_row_by_row(man: Contact, workspace: Workspace, ada: Teammate, bea: Teammate) -> None:
    work()
    before = tables()
    woman = make_woman(workspace, ada, bea)
    work()
    erase(woman.root, by=actor(ada))
    work()
    after = tables()
    for table in set(before) - COUNTS:
        for row in before[table]:
            assert row in after[table], table


def test_what_they_began_while_they_were_taken_for_somebody_else_goes_too(
    workspace: Workspace, ada: Teammate, man: Contact
) -> None:
    karla = make_contact(workspace, name="Karla", external_id="karla-1")
    browser = make_visitor(workspace, karla)
    made, _ = merge(karla, into=man, by=ada)
    begun, _ = actions.start(Contact.objects.get(pk=karla.pk), "Karla's own words", visitor=browser)
    assert begun.contact_id == man.pk
    undo(made, by=ada)
    erase(Contact.objects.get(pk=karla.pk), by=actor(ada))
    assert not Conversation.objects.filter(pk=begun.pk).exists()
    assert [hit for table, row in text_of(tables()) for hit in Traces(["Karla's own words"]).found_in(table, row)] == []
    assert Contact.objects.filter(pk=man.pk).exists()
