"""Whom a contact may be is looked for, suggested once, and never decided by itself."""

from __future__ import annotations

from typing import Any

import pytest

from inbox.contacts import identities
from inbox.contacts.merging import merge, undo
from inbox.contacts.suggesting import seeking
from inbox.contacts.suggesting.answering import AlreadyDecided, accept, dismiss
from inbox.contacts.suggesting.counting import pending_of
from inbox.contacts.suggesting.queue import look_for, look_for_recent
from inbox.contacts.upsert import change_contact, create_contact
from inbox.models import Contact, LikenessCheck, MatchKey, Merge, MergeSuggestion
from inbox.people.models import Workspace
from inbox.widget.session import open_session
from tests.factories import make_contact, make_workspace

pytestmark = pytest.mark.django_db


def fresh(contact: Contact) -> Contact:
    return Contact.objects.select_related("root").get(pk=contact.pk)


def search() -> None:
    while seeking.drain():
        pass


def jane_and_visitor(email: str = "Jane.Doe@acme.test", **fields: Any) -> tuple[Workspace, Contact, Contact]:
    """Return a known customer, and a visitor who typed her address."""
    workspace = make_workspace()
    jane = create_contact(workspace, {"external_id": "u-1", "email": "jane.doe@acme.test", "name": "Jane Doe"})
    visitor, _ = open_session(workspace, None, {"email": email, **fields})
    assert visitor.contact is not None
    search()
    return workspace, fresh(jane), fresh(visitor.contact)


def test_who_types_a_customers_address_is_a_new_contact_and_a_suggestion() -> None:
    _, jane, visitor = jane_and_visitor()
    assert visitor.pk != jane.pk
    assert not visitor.identities.filter(verified_at__isnull=False).exists()
    [suggestion] = MergeSuggestion.objects.all()
    assert {suggestion.contact_id, suggestion.candidate_id} == {jane.pk, visitor.pk}
    assert suggestion.status == "pending"
    assert suggestion.score > 0.8
    assert "jane.doe@acme.test" in suggestion.reasons[0]["words"].lower()
    assert (jane.suggestion_count, visitor.suggestion_count) == (1, 1)
    assert [row.person for row in pending_of(visitor)] == [jane]
    assert not Merge.objects.exists()


def test_it_is_suggested_once_however_often_it_is_looked_for() -> None:
    _, jane, visitor = jane_and_visitor()
    for contact in (jane, visitor, jane):
        look_for(contact)
        search()
    look_for_recent()
    search()
    assert MergeSuggestion.objects.count() == 1
    assert not LikenessCheck.objects.exists()


def test_a_dismissed_pair_comes_back_with_new_evidence_only() -> None:
    _, jane, visitor = jane_and_visitor()
    [suggestion] = MergeSuggestion.objects.all()
    dismiss(suggestion, by=None)
    assert (fresh(jane).suggestion_count, fresh(visitor).suggestion_count) == (0, 0)
    look_for(visitor)
    look_for(jane)
    search()
    suggestion.refresh_from_db()
    assert suggestion.status == "dismissed"
    change_contact(jane, {"phone": "+49 30 90182034"})
    identities.claim(visitor, "phone", "030 90182034")
    Contact.objects.filter(pk=visitor.pk).update(timezone="Europe/Berlin", phone="030 90182034")
    look_for(fresh(visitor))
    search()
    suggestion.refresh_from_db()
    assert suggestion.status == "pending"
    assert fresh(jane).suggestion_count == 1


def test_accepting_merges_into_the_better_known_and_settles_what_else_said_so() -> None:
    _, jane, visitor = jane_and_visitor()
    [suggestion] = MergeSuggestion.objects.all()
    made = accept(suggestion, by=None)
    assert (made.winner_id, made.loser_id) == (jane.pk, visitor.pk)
    assert "jane.doe@acme.test" in made.reason.lower()
    assert accept(suggestion, by=None).pk == made.pk
    assert (fresh(jane).suggestion_count, fresh(visitor).suggestion_count) == (0, 0)
    with pytest.raises(AlreadyDecided):
        dismiss(suggestion, by=None)
    look_for(fresh(visitor))
    search()
    assert MergeSuggestion.objects.get().status == "accepted"


def test_the_other_side_may_stay() -> None:
    _, jane, visitor = jane_and_visitor()
    made = accept(MergeSuggestion.objects.get(), by=None, winner=visitor)
    assert (made.winner_id, made.loser_id) == (visitor.pk, jane.pk)


def test_taking_a_merge_back_says_that_they_are_two() -> None:
    _, _jane, visitor = jane_and_visitor()
    made = accept(MergeSuggestion.objects.get(), by=None)
    undo(made, by=None)
    look_for(fresh(visitor))
    search()
    suggestion = MergeSuggestion.objects.get()
    assert (suggestion.status, suggestion.merge) == ("dismissed", None)
    with pytest.raises(AlreadyDecided):
        accept(suggestion, by=None)


def test_a_suggestion_whose_side_was_merged_meanwhile_is_of_its_person() -> None:
    workspace, jane, visitor = jane_and_visitor()
    third = make_contact(workspace, name="Somebody else")
    merge(visitor, into=third, by=None)
    assert (fresh(jane).suggestion_count, fresh(third).suggestion_count, fresh(visitor).suggestion_count) == (1, 1, 0)
    [row] = pending_of(fresh(third))
    assert row.person == jane
    made = accept(row.suggestion, by=None)
    assert {made.winner_id, made.loser_id} == {jane.pk, third.pk}
    assert fresh(visitor).person == jane


def test_one_whose_sides_were_merged_by_hand_is_settled_with_them() -> None:
    _, jane, visitor = jane_and_visitor()
    made, _ = merge(visitor, into=jane, by=None)
    suggestion = MergeSuggestion.objects.get()
    assert (suggestion.status, suggestion.merge) == ("accepted", made)


def test_a_deleted_side_takes_its_suggestions_and_keys_along() -> None:
    _, _jane, visitor = jane_and_visitor()
    visitor.delete()
    assert not MergeSuggestion.objects.exists()
    assert not MatchKey.objects.filter(contact=visitor.pk).exists()


def test_nobody_of_another_workspace_is_suggested() -> None:
    _, _jane, _visitor = jane_and_visitor()
    create_contact(make_workspace(), {"external_id": "u-1", "email": "jane.doe@acme.test", "name": "Jane Doe"})
    search()
    assert MergeSuggestion.objects.count() == 1


def test_what_changed_while_it_was_looked_for_is_looked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    _, _jane, visitor = jane_and_visitor()
    look_for(visitor)
    asked = seeking.find

    def busy(contact: Contact) -> Any:
        look_for(contact)  # somebody else, at this very moment
        monkeypatch.setattr(seeking, "find", asked)
        return asked(contact)

    monkeypatch.setattr(seeking, "find", busy)
    assert seeking.drain() == 1
    assert LikenessCheck.objects.filter(pk=visitor.pk).exists()


def test_the_same_browser_after_signing_out_and_in_is_evidence() -> None:
    import hashlib
    import hmac

    workspace = make_workspace(identity_secret="s3cret")

    def signed(external_id: str) -> dict[str, str]:
        digest = hmac.new(b"s3cret", external_id.encode(), hashlib.sha256).hexdigest()
        return {"external_id": external_id, "hash": digest, "name": "Jane Doe"}

    first, token = open_session(workspace, None, signed("old-account"))
    second, _ = open_session(workspace, token, signed("new-account"))
    assert second.pk != first.pk
    assert second.device_id == first.device_id
    search()
    [suggestion] = MergeSuggestion.objects.all()
    assert "same_device" in {reason["code"] for reason in suggestion.reasons}
