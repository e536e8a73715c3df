"""Conversations over the API."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from inbox.conversations import actions
from inbox.models import Conversation, Message
from inbox.people.models import Teammate, Workspace
from tests.factories import make_contact, make_conversation, make_team, make_teammate
from tests.inbox.api.conftest import Api, api_of, made, problem

FIELDS = {"id", "number", "status", "contact", "assignee", "team", "priority", "last_seq", "created_at", "closed_at"}
LATER = (timezone.now() + timedelta(days=3)).isoformat()


def test_a_conversation_is_started_by_its_contact(api: Api, workspace: Workspace) -> None:
    contact = make_contact(workspace)
    sent = {"contact": str(contact.public_id), "text": "Hello"}
    conversation = made(api.post("conversations/", sent))
    assert set(conversation) >= FIELDS
    expected = {"number": 1, "status": "open", "contact": sent["contact"], "assignee": None, "team": None}
    assert {key: conversation[key] for key in expected} == expected
    assert (conversation["priority"], conversation["last_seq"], conversation["closed_at"]) == ("normal", 1, None)
    assert conversation["waiting_since"] is not None
    assert made(api.get(f"conversations/{conversation['id']}/"), 200) == conversation
    [message] = made(api.get(f"conversations/{conversation['id']}/messages/"), 200)["results"]
    assert message["author"] == {"kind": "contact", "id": sent["contact"], "name": contact.name}


def test_a_teammate_may_write_first_with_team_and_assignee(api: Api, workspace: Workspace) -> None:
    make_team(workspace, "billing", members=(make_teammate(workspace, "bea"),), is_private=True)
    body = {"contact": str(make_contact(workspace).public_id), "text": "Hi"}
    conversation = made(api.post("conversations/", {**body, "author": "@bea", "team": "billing", "assignee": "@bea"}))
    assert (conversation["team"], conversation["assignee"]) == ("billing", "@bea")
    assert conversation["waiting_since"] is None
    assert conversation["first_reply_at"] is not None


def test_the_same_client_id_starts_one_conversation(api: Api, workspace: Workspace) -> None:
    contact = str(make_contact(workspace).public_id)
    body = {"contact": contact, "text": "Hello", "client_id": str(uuid.uuid4())}
    first = made(api.post("conversations/", body))
    assert made(api.post("conversations/", body), 200) == first
    assert Conversation.objects.count() == 1
    elsewhere = {**body, "contact": str(make_contact(workspace).public_id)}
    assert made(api.post("conversations/", elsewhere))["id"] != first["id"]


@pytest.mark.parametrize(
    "change, status, code, field",
    [
        ({"contact": "42"}, 400, "invalid", "contact"),
        ({"contact": None}, 400, "invalid", "contact"),
        ({"contact": str(uuid.uuid4())}, 404, "contact_not_found", "contact"),
        ({"text": ""}, 400, "empty_text", "text"),
        ({"text": " \n "}, 400, "empty_text", "text"),
        ({"text": "x" * 20_001}, 400, "text_too_long", "text"),
        ({"text": "a\x07b"}, 400, "control_characters", "text"),
        ({"text": None}, 400, "invalid", "text"),
        ({"text": ["a"]}, 400, "invalid", "text"),
        ({"author": "@nobody"}, 400, "author_unknown", "author"),
        ({"author": "@viv"}, 400, "author_cannot_write", "author"),
        ({"author": "@bea", "team": "secret"}, 400, "author_cannot_see", "author"),
        ({"author": "x" * 41}, 400, "invalid", "author"),
        ({"team": "nowhere"}, 400, "team_unknown", "team"),
        ({"assignee": "@nobody"}, 400, "assignee_unknown", "assignee"),
        ({"assignee": "@bea", "team": "secret"}, 400, "assignee_cannot_see", "assignee"),
        ({"client_id": "1"}, 400, "invalid", "client_id"),
    ],
)
def test_what_cannot_be_started_leaves_nothing_behind(
    api: Api, workspace: Workspace, change: dict[str, object], status: int, code: str, field: str
) -> None:
    make_teammate(workspace, "bea")
    make_teammate(workspace, "viv", role="viewer")
    make_team(workspace, "secret", is_private=True)
    body = {"contact": str(make_contact(workspace).public_id), "text": "Hello", **change}
    problem(api.post("conversations/", body), status, code, field)
    assert not Conversation.objects.exists()


def test_a_conversation_is_changed_through_its_verbs(api: Api, workspace: Workspace) -> None:
    make_team(workspace, "billing")
    make_teammate(workspace, "bea")
    path = f"conversations/{make_conversation(workspace).public_id}/"
    body = {"assignee": "@bea", "team": "billing", "priority": "urgent", "status": "closed"}
    changed = made(api.patch(path, body), 200)
    assert {key: changed[key] for key in body} == body
    assert changed["closed_at"] is not None
    done = [one["action"] for one in made(api.get(path + "messages/"), 200)["results"]]
    assert done == [None, "moved", "assigned", "prioritised", "closed"]
    again = made(api.patch(path, body), 200)
    assert again["last_seq"] == changed["last_seq"]
    opened = made(api.patch(path, {"status": "open", "assignee": None, "team": None, "priority": "low"}), 200)
    assert (opened["status"], opened["assignee"], opened["team"], opened["priority"]) == ("open", None, None, "low")
    assert opened["closed_at"] is None
    assert made(api.get(path), 200) == opened


def test_snoozing_says_until_when(api: Api, workspace: Workspace) -> None:
    path = f"conversations/{make_conversation(workspace).public_id}/"
    snoozed = made(api.patch(path, {"status": "snoozed", "snoozed_until": LATER}), 200)
    assert snoozed["status"] == "snoozed"
    assert snoozed["snoozed_until"].startswith(LATER[:19])


@pytest.mark.parametrize(
    "change, code, field",
    [
        ({"status": "snoozed"}, "snoozed_until_missing", "snoozed_until"),
        ({"snoozed_until": LATER}, "snoozed_until_unexpected", "snoozed_until"),
        ({"status": "closed", "snoozed_until": LATER}, "snoozed_until_unexpected", "snoozed_until"),
        ({"status": "snoozed", "snoozed_until": "2020-01-01T00:00:00Z"}, "snooze_in_the_past", "snoozed_until"),
        ({"status": "snoozed", "snoozed_until": "2099-01-01T00:00:00"}, "invalid", "snoozed_until"),
        ({"status": "done"}, "invalid", "status"),
        ({"status": None}, "invalid", "status"),
        ({"priority": 2}, "invalid", "priority"),
        ({"assignee": "@nobody"}, "assignee_unknown", "assignee"),
        ({"team": "nowhere"}, "team_unknown", "team"),
        ({"team": "secret", "assignee": "@bea"}, "assignee_cannot_see", "assignee"),
    ],
)
def test_a_change_that_makes_no_sense_changes_nothing(
    api: Api, workspace: Workspace, change: dict[str, object], code: str, field: str
) -> None:
    make_teammate(workspace, "bea")
    make_team(workspace, "secret", is_private=True)
    path = f"conversations/{make_conversation(workspace).public_id}/"
    before = made(api.get(path), 200)
    problem(api.patch(path, {"priority": "urgent", **change}), 400, code, field)
    assert made(api.get(path), 200) == before


def test_the_list_is_filtered_by_contact_and_status(api: Api, workspace: Workspace, owner: Teammate) -> None:
    one, two = make_contact(workspace), make_contact(workspace)
    first, second, third = (make_conversation(workspace, contact) for contact in (one, two, one))
    actions.close(first, by=owner)

    def found(query: str) -> list[int]:
        return [row["number"] for row in made(api.get(f"conversations/?{query}"), 200)["results"]]

    assert found("") == [third.number, second.number, first.number]
    assert found(f"contact={one.public_id}") == [third.number, first.number]
    assert found("status=open") == [third.number, second.number]
    assert found(f"contact={one.public_id}&status=closed") == [first.number]
    assert found(f"contact={uuid.uuid4()}") == []
    problem(api.get("conversations/?contact=42"), 400, "invalid", "contact")
    problem(api.get("conversations/?status=done"), 400, "invalid", "status")


def test_a_new_message_brings_a_conversation_to_the_top(api: Api, workspace: Workspace, owner: Teammate) -> None:
    first, second = make_conversation(workspace), make_conversation(workspace)
    actions.reply(first, owner, "Coming")
    assert [row["number"] for row in made(api.get("conversations/"), 200)["results"]] == [first.number, second.number]


def test_another_workspaces_conversation_is_not_found(api: Api, workspace: Workspace, stranger: Api) -> None:
    conversation = make_conversation(workspace)
    path = f"conversations/{conversation.public_id}/"
    problem(stranger.get(path), 404, "not_found")
    problem(stranger.patch(path, {"status": "closed"}), 404, "not_found")
    assert made(stranger.get("conversations/"), 200)["results"] == []
    assert made(stranger.get(f"conversations/?contact={conversation.contact.public_id}"), 200)["results"] == []
    body = {"contact": str(conversation.contact.public_id), "text": "Hello"}
    problem(stranger.post("conversations/", body), 404, "contact_not_found", "contact")
    assert Message.objects.count() == 1


def test_another_workspaces_people_and_teams_are_unknown(api: Api, workspace: Workspace, stranger: Api) -> None:
    make_team(Workspace.objects.exclude(pk=workspace.pk).get(), "theirs")
    path = f"conversations/{make_conversation(workspace).public_id}/"
    problem(api.patch(path, {"assignee": "@zoe"}), 400, "assignee_unknown")
    problem(api.patch(path, {"team": "theirs"}), 400, "team_unknown")


def test_a_private_teams_conversations_are_hidden_from_a_token_of_others(api: Api, workspace: Workspace) -> None:
    team = make_team(workspace, "secret", is_private=True)
    conversation = make_conversation(workspace)
    actions.move(conversation, team, by=None)
    agent = api_of(make_teammate(workspace, "bea"))
    path = f"conversations/{conversation.public_id}/"
    for answer in (agent.get(path), agent.patch(path, {"status": "closed"}), agent.get(path + "messages/")):
        problem(answer, 404, "not_found")
    assert made(agent.get("conversations/"), 200)["results"] == []
    assert len(made(api.get("conversations/"), 200)["results"]) == 1
