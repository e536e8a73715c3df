"""Notes about a person: written by the team, changed by who wrote them."""

from __future__ import annotations

import pytest

from inbox.models import PersonNote
from tests.factories import make_contact, make_teammate
from tests.inbox.desk.contacts.conftest import person


def test_notes_are_written_about_the_person_and_changed_by_who_wrote_them(workspace, agent, owner, signed_in) -> None:
    root, attached = person(workspace)
    client, at = signed_in(agent), f"/contacts/{attached.public_id}/notes/"
    assert client.post(at, {"text": " Likes\r\ntea "})["Location"] == f"/contacts/{root.public_id}/#notes"
    note = PersonNote.objects.get()
    assert (note.contact, note.text, note.teammate) == (root, "Likes\ntea", agent)
    client.post(f"{at}{note.public_id}/", {"text": "Likes coffee"})
    note.refresh_from_db()
    assert (note.text, note.edited_at is not None) == ("Likes coffee", True)
    boss = signed_in(owner)
    assert boss.post(f"{at}{note.public_id}/", {"text": "No"}).status_code == 422
    colleague = signed_in(make_teammate(workspace))
    assert colleague.post(f"{at}{note.public_id}/delete/").status_code == 403
    assert PersonNote.objects.get().text == "Likes coffee"
    assert boss.post(f"{at}{note.public_id}/delete/").status_code == 302
    assert not PersonNote.objects.exists()


@pytest.mark.parametrize("text, why", [(" \n ", "Write something"), ("x" * 10_001, "at most 10,000 characters")])
def test_a_note_that_cannot_be_kept_stays_typed(workspace, agent, signed_in, text: str, why: str) -> None:
    contact = make_contact(workspace)
    kept = PersonNote.objects.create(workspace=workspace, contact=contact, teammate=agent, text="Kept")
    client, at = signed_in(agent), f"/contacts/{contact.public_id}/notes/"
    for address in (at, f"{at}{kept.public_id}/"):
        answer = client.post(address, {"text": text})
        assert answer.status_code == 422
        assert why in answer.content.decode()
        assert text.strip() in answer.content.decode()
    assert list(PersonNote.objects.values_list("text", flat=True)) == ["Kept"]


def test_another_persons_note_is_not_reached_through_this_one(workspace, agent, signed_in) -> None:
    note = PersonNote.objects.create(workspace=workspace, contact=make_contact(workspace), teammate=agent, text="x")
    other = make_contact(workspace)
    client = signed_in(agent)
    assert client.post(f"/contacts/{other.public_id}/notes/{note.public_id}/", {"text": "y"}).status_code == 404
    assert client.post(f"/contacts/{other.public_id}/notes/{note.public_id}/delete/").status_code == 404
