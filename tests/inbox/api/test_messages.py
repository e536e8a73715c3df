"""Messages over the API."""

from __future__ import annotations

import uuid

import pytest

from inbox.conversations import actions
from inbox.models import Conversation, Message
from inbox.people.models import Teammate, Workspace
from tests.factories import make_conversation, make_team, make_teammate
from tests.inbox.api.conftest import Api, made, problem

FIELDS = {"seq", "client_id", "kind", "author", "text", "html", "at"}


@pytest.fixture
def conversation(workspace: Workspace) -> Conversation:
    return make_conversation(workspace, text="Help")


@pytest.fixture
def path(conversation: Conversation) -> str:
    return f"conversations/{conversation.public_id}/messages/"


def test_a_reply_and_a_note_are_said(api: Api, path: str, owner: Teammate, conversation: Conversation) -> None:
    reply = made(api.post(path, {"kind": "reply", "text": "See <b>https://example.com</b>", "author": "@ada"}))
    assert set(reply) >= FIELDS
    author = {"kind": "teammate", "id": str(owner.public_id), "name": "Ada"}
    assert (reply["seq"], reply["kind"], reply["author"]) == (2, "reply", author)
    assert '<a href="https://example.com"' in reply["html"]
    assert "<b>" not in reply["html"]
    note = made(api.post(path, {"kind": "note", "text": "Careful", "author": "ada"}))
    assert (note["seq"], note["kind"]) == (3, "note")
    assert made(api.get(path), 200)["results"][1:] == [reply, note]
    assert Message.objects.get(seq=3).public_seq is None


def test_the_same_client_id_again_answers_the_stored_message(api: Api, path: str) -> None:
    for kind in ("reply", "note"):
        body = {"kind": kind, "text": "Once", "author": "@ada", "client_id": str(uuid.uuid4())}
        first = made(api.post(path, body))
        assert first["client_id"] == body["client_id"]
        assert made(api.post(path, body), 200) == first
        assert made(api.post(path, {**body, "text": "Other"}), 200) == first
    assert Message.objects.count() == 3


def test_a_reply_reopens_and_a_note_does_not(api: Api, path: str, conversation: Conversation) -> None:
    actions.close(conversation, by=None)
    made(api.post(path, {"kind": "note", "text": "For later", "author": "@ada"}))
    conversation.refresh_from_db()
    assert conversation.status == "closed"
    made(api.post(path, {"kind": "reply", "text": "One more thing", "author": "@ada"}))
    conversation.refresh_from_db()
    assert conversation.status == "open"


@pytest.mark.parametrize(
    "change, code, field",
    [
        ({"kind": "action"}, "invalid", "kind"),
        ({"kind": None}, "invalid", "kind"),
        ({"text": ""}, "empty_text", "text"),
        ({"text": "\u2003\n"}, "empty_text", "text"),
        ({"text": "x" * 20_001}, "text_too_long", "text"),
        ({"text": "bell\x07"}, "control_characters", "text"),
        ({"text": False}, "invalid", "text"),
        ({"author": None}, "invalid", "author"),
        ({"author": ""}, "invalid", "author"),
        ({"author": "@nobody"}, "author_unknown", "author"),
        ({"author": "@zoe"}, "author_unknown", "author"),
        ({"author": "@gone"}, "author_unknown", "author"),
        ({"author": "@viv"}, "author_cannot_write", "author"),
        ({"author": "@bea"}, "author_cannot_see", "author"),
        ({"client_id": "1"}, "invalid", "client_id"),
    ],
)
def test_what_cannot_be_said_is_not_stored(
    api: Api, stranger: Api, path: str, conversation: Conversation, change: dict[str, object], code: str, field: str
) -> None:
    workspace = conversation.workspace
    make_teammate(workspace, "viv", role="viewer")
    make_teammate(workspace, "bea")
    gone = make_teammate(workspace, "gone", role="admin")
    gone.user.is_active = False
    gone.user.save()
    actions.move(conversation, make_team(workspace, is_private=True), by=None)
    before = Message.objects.count()
    problem(api.post(path, {"kind": "reply", "text": "Hello", "author": "@ada", **change}), 400, code, field)
    assert Message.objects.count() == before


@pytest.mark.parametrize("missing", ["kind", "text", "author"])
def test_what_is_missing_is_named(api: Api, path: str, missing: str) -> None:
    body = {"kind": "note", "text": "Hello", "author": "@ada"}
    del body[missing]
    problem(api.post(path, body), 400, "invalid", missing)


def test_messages_come_in_order_after_a_seq(api: Api, path: str, conversation: Conversation, owner: Teammate) -> None:
    for number in range(5):
        actions.reply(conversation, owner, f"reply {number}")
    actions.close(conversation, by=owner)

    def seqs(query: str) -> list[int]:
        return [one["seq"] for one in made(api.get(f"{path}?{query}"), 200)["results"]]

    assert seqs("") == [1, 2, 3, 4, 5, 6, 7]
    assert seqs("after=0") == [1, 2, 3, 4, 5, 6, 7]
    assert seqs("after=4") == [5, 6, 7]
    assert seqs("after=7") == []
    assert seqs(f"after={2**63 - 1}") == []
    for bad in ("-1", "x", str(2**63), "1.5", ""):
        problem(api.get(f"{path}?after={bad}"), 400, "invalid", "after")
    action = made(api.get(f"{path}?after=6"), 200)["results"][0]
    assert (action["kind"], action["action"], action["html"]) == ("action", "closed", "")


def test_the_system_is_nobody(api: Api, path: str, conversation: Conversation) -> None:
    actions.close(conversation, by=None)
    author = made(api.get(f"{path}?after=1"), 200)["results"][0]["author"]
    assert author == {"kind": "system", "id": None, "name": "Frontdesk"}


def test_another_workspaces_thread_is_not_found(stranger: Api, path: str) -> None:
    problem(stranger.get(path), 404, "not_found")
    problem(stranger.post(path, {"kind": "reply", "text": "Hello", "author": "@zoe"}), 404, "not_found")
    assert Message.objects.count() == 1
