"""Two contacts become one person, and what each of them has stays where it is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inbox.contacts import identities, persons
from inbox.contacts.holding import CannotMerge
from inbox.contacts.merging import better_root, merge, undo
from inbox.contacts.upsert import change_contact, create_contact, known_contact, upsert_contact
from inbox.conversations import actions
from inbox.models import Account, Contact, Identity, Merge
from notifications.models import Event
from tests.factories import make_contact, make_conversation, make_teammate, make_workspace

pytestmark = pytest.mark.django_db


def fresh(contact: Contact) -> Contact:
    return Contact.objects.select_related("root").get(pk=contact.pk)


def test_a_merge_attaches_one_root_to_another_and_moves_nothing() -> None:
    workspace = make_workspace()
    jane, visitor = make_contact(workspace, name="Jane"), make_contact(workspace, name="")
    conversation = make_conversation(workspace, contact=visitor)
    identities.claim(visitor, "email", "jane@acme.test")
    made, is_new = merge(visitor, into=jane, by=None)
    assert is_new
    assert (made.winner_id, made.loser_id) == (jane.pk, visitor.pk)
    assert fresh(visitor).person == jane
    assert fresh(jane).person == jane
    conversation.refresh_from_db()
    assert conversation.contact_id == visitor.pk
    assert Identity.objects.get(value="jane@acme.test").contact_id == visitor.pk
    assert persons.contact_ids(fresh(visitor)) == [jane.pk, visitor.pk]


def test_merging_again_is_a_no_op_whichever_way_it_is_asked() -> None:
    workspace = make_workspace()
    one, other = make_contact(workspace), make_contact(workspace)
    made, _ = merge(one, into=other, by=None)
    for a, b in ((one, other), (other, one)):
        again, is_new = merge(fresh(a), into=fresh(b), by=None)
        assert (again.pk, is_new) == (made.pk, False)
    assert Merge.objects.count() == 1
    assert Event.objects.filter(kind="contact.merged").count() == 1


def test_what_was_attached_comes_along_and_an_attached_one_stands_for_its_root() -> None:
    workspace = make_workspace()
    a, b, c, d = (make_contact(workspace) for _ in range(4))
    merge(a, into=b, by=None)
    merge(c, into=d, by=None)
    last, _ = merge(fresh(a), into=fresh(c), by=None)  # their roots: b into d
    assert (last.loser_id, last.winner_id) == (b.pk, d.pk)
    assert {fresh(one).root_id for one in (a, b, c)} == {d.pk}
    between, is_new = merge(fresh(c), into=fresh(a), by=None)
    assert (between.pk, is_new) == (last.pk, False)


def test_nobody_is_merged_with_themselves_or_with_another_workspaces() -> None:
    mine, theirs = make_contact(make_workspace()), make_contact(make_workspace())
    with pytest.raises(CannotMerge, match="itself"):
        merge(mine, into=mine, by=None)
    with pytest.raises(CannotMerge, match="one workspace"):
        merge(mine, into=theirs, by=None)
    gone = make_contact(mine.workspace)
    Contact.objects.filter(pk=gone.pk).delete()
    with pytest.raises(CannotMerge, match="deleted"):
        merge(gone, into=mine, by=None)


def test_the_winners_value_holds_unless_it_has_none_or_another_was_chosen() -> None:
    workspace = make_workspace()
    acme = Account.objects.create(workspace=workspace, name="Acme")
    jane = make_contact(workspace, name="Jane", email="", attributes={"plan": "pro"})
    other = make_contact(
        workspace, name="J. Doe", email="jane@acme.test", account=acme, attributes={"plan": "free", "size": 3}
    )
    made, _ = merge(other, into=jane, by=None, fields={"attributes.plan": "loser"})
    jane.refresh_from_db()
    assert (jane.name, jane.email, jane.account) == ("Jane", "jane@acme.test", acme)
    assert jane.attributes == {"plan": "free", "size": 3}
    undo(made, by=None)
    jane.refresh_from_db()
    assert (jane.name, jane.email, jane.account, jane.attributes) == ("Jane", "", None, {"plan": "pro"})


def test_a_proved_address_is_proposed_before_one_that_is_only_said() -> None:
    workspace = make_workspace()
    known = create_contact(workspace, {"email": "jane@acme.test"})
    visitor = make_contact(workspace, name="Jane", email="jane@typo.test")
    identities.claim(visitor, "email", "jane@typo.test")
    assert better_root(visitor, known) == (known, visitor)
    merge(known, into=visitor, by=None)
    visitor.refresh_from_db()
    assert visitor.email == "jane@acme.test"


def test_the_earliest_sign_up_is_the_persons_and_is_given_back() -> None:
    workspace = make_workspace()
    early, late = datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
    one, other = make_contact(workspace, signed_up_at=late), make_contact(workspace, signed_up_at=early)
    made, _ = merge(other, into=one, by=None)
    assert fresh(one).signed_up_at == early
    undo(made, by=None)
    assert fresh(one).signed_up_at == late


def test_merges_are_undone_in_any_order_with_each_field_as_it_was() -> None:
    workspace = make_workspace()
    root, a, b = (make_contact(workspace, name=name) for name in ("Root", "A", "B"))
    first, _ = merge(a, into=root, by=None, fields={"name": "loser"})
    second, _ = merge(b, into=root, by=None, fields={"name": "loser"})
    assert fresh(root).name == "B"
    undo(first, by=None)
    assert fresh(root).name == "B"
    assert (fresh(a).root_id, fresh(b).root_id) == (None, root.pk)
    undo(second, by=None)
    assert fresh(root).name == "Root"


def test_what_somebody_changed_since_stays_and_is_said() -> None:
    workspace = make_workspace()
    root, a = make_contact(workspace, name="Root"), make_contact(workspace, name="A")
    made, _ = merge(a, into=root, by=None, fields={"name": "loser"})
    change_contact(root, {"name": "By hand"})
    undone = undo(made, by=None)
    assert undone.kept == ["name"]
    assert fresh(root).name == "By hand"
    assert not undo(made, by=None).is_new


def test_an_account_that_is_gone_is_not_given_back() -> None:
    workspace = make_workspace()
    old, new = (Account.objects.create(workspace=workspace, name=name) for name in ("Old", "New"))
    root, other = make_contact(workspace, account=old), make_contact(workspace, account=new)
    made, _ = merge(other, into=root, by=None, fields={"account": "loser"})
    old.delete()
    undo(made, by=None)
    assert fresh(root).account_id is None


def test_a_merge_in_the_middle_of_a_chain_is_undone() -> None:
    workspace = make_workspace()
    a, b, c, d = (make_contact(workspace) for _ in range(4))
    merge(a, into=b, by=None)
    middle, _ = merge(b, into=c, by=None)
    merge(c, into=d, by=None)
    undo(middle, by=None)
    assert [fresh(one).root_id for one in (a, b, c, d)] == [b.pk, None, d.pk, None]


def test_servers_reach_the_person_by_whatever_they_know_of_them() -> None:
    workspace = make_workspace()
    one = create_contact(workspace, {"external_id": "u-1", "email": "one@acme.test"})
    other = create_contact(workspace, {"external_id": "u-2", "email": "two@acme.test", "name": "Two"})
    merge(one, into=other, by=None)
    written, is_new = upsert_contact(workspace, "u-1", {"name": "Renamed"})
    assert (written.pk, is_new, written.external_id) == (other.pk, False, "u-2")
    assert fresh(other).name == "Renamed"
    assert fresh(one).external_id == "u-1"
    assert known_contact(workspace, email="one@acme.test") == other
    # What one side has proved is proved of the person, and not claimed beside it.
    upsert_contact(workspace, "u-2", {"email": "one@acme.test"})
    assert Identity.objects.filter(value="one@acme.test").count() == 1


def test_the_spine_and_the_thread_are_told_who_decided_and_why() -> None:
    workspace = make_workspace()
    bea = make_teammate(workspace, name="Bea Yılmaz")
    jane, visitor = make_contact(workspace, name="Jane"), make_contact(workspace, name="")
    conversation = make_conversation(workspace, contact=visitor)
    made, _ = merge(visitor, into=jane, by=bea, reason="She said so.", conversation=conversation)
    told = Event.objects.get(kind="contact.merged")
    assert (told.contact, told.title) == (jane.public_id, "Bea Yılmaz merged Visitor into Jane")
    line = conversation.messages.get(action="merged")
    assert (line.public_seq, line.data["why"]) == (None, "She said so.")
    undo(made, by=bea, conversation=conversation)
    assert Event.objects.get(kind="contact.unmerged").contact == jane.public_id
    assert conversation.messages.filter(action="unmerged").count() == 1


def test_what_a_merged_browser_begins_is_the_roots_and_is_listed_when_they_part() -> None:
    from inbox.models import Visitor

    workspace = make_workspace()
    jane, anonymous = make_contact(workspace, name="Jane"), make_contact(workspace, name="")
    browser = Visitor.objects.create(workspace=workspace, contact=anonymous, token_hash="x" * 64)
    before, _ = actions.start(anonymous, "Before", visitor=browser)
    made, _ = merge(anonymous, into=jane, by=None)
    since, _ = actions.start(fresh(anonymous), "Since", visitor=browser)
    assert (before.contact_id, since.contact_id) == (anonymous.pk, jane.pk)
    assert undo(made, by=None).stays == [since]
    since.refresh_from_db()
    assert since.contact_id == jane.pk


def test_a_person_of_many_contacts_costs_no_more_queries() -> None:
    workspace = make_workspace()

    def cost(count: int) -> int:
        root = make_contact(workspace)
        for _ in range(count):
            merge(make_contact(workspace), into=root, by=None)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            merge(make_contact(workspace), into=root, by=None)
        return len(queries)

    assert cost(1) == cost(12)
