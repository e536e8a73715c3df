"""A note by itself: read by those who see it, changed by who wrote it."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from inbox.conversations import actions
from inbox.models import Conversation, Mention, Message
from inbox.people.models import Teammate
from tests.factories import make_conversation, make_team, make_teammate, make_workspace
from tests.inbox.desk.test_pages import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Teammate:
    return make_teammate(make_workspace(), "ada")


@pytest.fixture
def conversation(ada: Teammate) -> Conversation:
    return make_conversation(ada.workspace)


@pytest.fixture
def note(ada: Teammate, conversation: Conversation) -> Message:
    return actions.note(conversation, ada, "Ask @bea")


@pytest.fixture
def client(ada: Teammate) -> Client:
    return client_of(ada)


def address(conversation: Conversation, seq: int) -> str:
    return f"/conversations/{conversation.public_id}/notes/{seq}/"


def test_a_note_can_be_read_by_itself_and_a_reply_cannot(client, conversation, note) -> None:
    html = client.get(address(conversation, note.seq)).content.decode()
    assert f'data-seq="{note.seq}"' in html
    assert "Ask @bea" in html
    assert client.get(address(conversation, 1)).status_code == 404
    assert client.post(address(conversation, 1), {"text": "mine now"}).status_code == 404
    assert client.get(f"{address(conversation, 1)}edit/").status_code == 404


def test_its_author_changes_it_and_whom_it_names(client, ada, conversation, note) -> None:
    bea = make_teammate(ada.workspace, "bea")
    form = client.get(f"{address(conversation, note.seq)}edit/").content.decode()
    assert ">Ask @bea</textarea>" in form
    answer = client.post(address(conversation, note.seq), {"text": "Ask @bea at once"})
    assert answer.status_code == 200
    assert '<span class="mention"' in answer.content.decode()
    assert "edited" in answer.content.decode()
    assert Mention.objects.get(message=note).teammate_id == bea.pk


def test_others_read_it_and_do_not_change_it(ada, conversation, note) -> None:
    for role in ("agent", "viewer", "owner"):
        other = client_of(make_teammate(ada.workspace, f"other-{role}", role=role))
        assert other.get(address(conversation, note.seq)).status_code == 200
        assert other.get(f"{address(conversation, note.seq)}edit/").status_code == 403
        refused = other.post(address(conversation, note.seq), {"text": "mine now"})
        assert refused.status_code == 403
        assert refused["Content-Type"].startswith("text/plain")
    note.refresh_from_db()
    assert note.text == "Ask @bea"


def test_an_author_who_became_a_viewer_changes_nothing(client, ada, conversation, note) -> None:
    Teammate.objects.filter(pk=ada.pk).update(role="viewer")
    assert client.get(f"{address(conversation, note.seq)}edit/").status_code == 403
    assert client.post(address(conversation, note.seq), {"text": "still"}).status_code == 403


def test_who_may_not_see_the_conversation_finds_no_note(ada, conversation, note) -> None:
    actions.move(conversation, make_team(ada.workspace, "billing", members=(ada,), is_private=True), by=None)
    stranger = client_of(make_teammate(make_workspace(), "eve", role="owner"))
    outsider = client_of(make_teammate(ada.workspace, "out"))
    for who in (stranger, outsider):
        assert who.get(address(conversation, note.seq)).status_code == 404
        assert who.get(f"{address(conversation, note.seq)}edit/").status_code == 404
        assert who.post(address(conversation, note.seq), {"text": "seen"}).status_code == 404


@pytest.mark.parametrize("text", ["", " \n ", "x" * 20_001, "a\x00b", " ".join(f"@m{n}" for n in range(201))])
def test_what_is_refused_changes_nothing_and_says_why(client, conversation, note, text) -> None:
    answer = client.post(address(conversation, note.seq), {"text": text})
    assert answer.status_code == 422
    assert len(answer.content) > 20
    note.refresh_from_db()
    assert note.text == "Ask @bea"
    assert conversation.messages.filter(action="edited").count() == 0


def test_the_thread_says_which_note_was_edited(client, conversation, note) -> None:
    client.post(address(conversation, note.seq), {"text": "Never mind"})
    rows = client.get(f"/conversations/{conversation.public_id}/messages/", {"after": note.seq}).content.decode()
    assert f'data-edits="{note.seq}"' in rows
    assert 'data-action="edited"' in rows


def test_the_answer_to_an_edit_names_who_cannot_see_it(client, ada, conversation, note) -> None:
    make_teammate(ada.workspace, "cem")
    actions.move(conversation, make_team(ada.workspace, "billing", members=(ada,), is_private=True), by=None)
    answer = client.post(address(conversation, note.seq), {"text": "Ask @cem"})
    assert answer["X-Cannot-See"] == "cem"


def test_a_note_of_another_conversation_is_not_found_under_this_one(client, ada, conversation, note) -> None:
    other = make_conversation(ada.workspace)
    assert client.get(address(other, note.seq)).status_code == 404
    assert client.get(f"/conversations/{uuid.uuid4()}/notes/{note.seq}/").status_code == 404
