"""Nothing of another workspace: every address that names something is a 404 for those whose it is not."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from imports.models import Batch, Change, Import
from inbox.api.openapi import METHODS
from inbox.api.schema import openapi
from inbox.contacts.merging import merge
from inbox.models import Account, Contact, Conversation, Merge, MergeSuggestion, Message
from inbox.people.models import Workspace
from notifications.models import Automation, Event, Rule
from tests.factories import make_automation, make_contact, make_conversation, make_team
from tests.inbox.api.conftest import Api, made, problem

MESSAGE = {"kind": "reply", "text": "Hello", "author": "@zoe"}
# Each operation whose address names something: what to send to it.
NAMED: dict[tuple[str, str], Any] = {
    ("get", "/api/v1/contacts/{id}/"): None,
    ("patch", "/api/v1/contacts/{id}/"): {"name": "Taken"},
    ("delete", "/api/v1/contacts/{id}/"): None,
    ("get", "/api/v1/contacts/{id}/export/"): None,
    ("get", "/api/v1/accounts/{external_id}/"): None,
    ("patch", "/api/v1/accounts/{external_id}/"): {"name": "Taken"},
    ("get", "/api/v1/conversations/{id}/"): None,
    ("patch", "/api/v1/conversations/{id}/"): {"status": "closed"},
    ("get", "/api/v1/conversations/{id}/messages/"): None,
    ("post", "/api/v1/conversations/{id}/messages/"): MESSAGE,
    ("get", "/api/v1/events/{id}/"): None,
    ("get", "/api/v1/imports/{id}/"): None,
    ("post", "/api/v1/imports/{id}/run/"): {},
    ("post", "/api/v1/imports/{id}/pause/"): {},
    ("post", "/api/v1/imports/{id}/resume/"): {},
    ("post", "/api/v1/imports/{id}/cancel/"): {},
    ("post", "/api/v1/imports/{id}/undo/"): {},
    ("get", "/api/v1/merges/{id}/"): None,
    ("post", "/api/v1/merges/{id}/undo/"): {},
    ("get", "/api/v1/merge-suggestions/{id}/"): None,
    ("post", "/api/v1/merge-suggestions/{id}/accept/"): {},
    ("post", "/api/v1/merge-suggestions/{id}/dismiss/"): {},
    ("get", "/api/v1/routes/{id}/"): None,
    ("patch", "/api/v1/routes/{id}/"): {"name": "Taken"},
    ("put", "/api/v1/routes/{id}/"): {"name": "Taken", "transport": "log", "address": "taken"},
    ("delete", "/api/v1/routes/{id}/"): None,
    ("get", "/api/v1/automations/{id}/"): None,
    ("patch", "/api/v1/automations/{id}/"): {"subject": "Taken"},
    ("delete", "/api/v1/automations/{id}/"): None,
    ("get", "/api/v1/automations/{id}/versions/"): None,
    ("post", "/api/v1/automations/{id}/restore/"): {"version": 1},
}
# In which an import takes each verb.
STATES = {"run": "ready", "pause": "running", "resume": "paused", "cancel": "running"}
# Those that make what is not there: they make it in the caller's own workspace.
MAKING = {
    ("put", "/api/v1/accounts/{external_id}/"),
    ("put", "/api/v1/contacts/by/external_id/{external_id}/"),
}


def everything() -> list[Any]:
    """Return what there is of all that the API can change."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Contact, Account, Conversation, Message, Event, Rule, Automation, Merge, MergeSuggestion)
    ]


def test_every_address_that_names_something_is_in_the_table() -> None:
    named = {
        (method, path)
        for path, methods in openapi()["paths"].items()
        for method in METHODS
        if method in methods and "{" in path
    }
    assert named == set(NAMED) | MAKING


@pytest.fixture
def theirs(workspace: Workspace) -> dict[str, str]:
    """Return the ids of one workspace's things, by the address that they stand in."""
    contact = make_contact(workspace, external_id="user-1")
    contact.identities.create(workspace=workspace, kind="external_id", value="user-1")
    Account.objects.create(workspace=workspace, external_id="acme", name="Acme")
    conversation = make_conversation(workspace, contact)
    rule = Rule.objects.create(workspace=workspace, name="All", transport="log", address="all")
    merged, _ = merge(make_contact(workspace), into=make_contact(workspace), by=None)
    suggested = MergeSuggestion.objects.create(
        workspace=workspace, contact=contact, candidate=make_contact(workspace), score=0.9
    )
    import_ = Import.objects.create(workspace=workspace, source="csv", status="finished")
    batch = Batch.objects.create(workspace=workspace, parent=import_, number=0, kind="2 contacts")
    Change.objects.create(workspace=workspace, parent=import_, batch=batch, contact=contact, before={}, after={})
    return {
        "imports": str(import_.public_id),
        "merges": str(merged.public_id),
        "merge-suggestions": str(suggested.public_id),
        "contacts": str(contact.public_id),
        "accounts": "acme",
        "conversations": str(conversation.public_id),
        "events": str(Event.objects.filter(workspace=workspace).latest("id").public_id),
        "routes": str(rule.public_id),
        "automations": str(make_automation(workspace).rule.public_id),
    }


def address(path: str, theirs: dict[str, str]) -> str:
    """Return the path with another's id in it."""
    kind = path.split("/")[3]
    return path.replace("{id}", theirs[kind]).replace("{external_id}", theirs[kind])


@pytest.mark.parametrize("method, path", NAMED)
def test_anothers_id_is_a_404_and_nothing_changes(
    api: Api, stranger: Api, theirs: dict[str, str], method: str, path: str
) -> None:
    before = everything()
    where, body = address(path, theirs), NAMED[method, path]
    answer = stranger.call(method.upper(), where, body)
    problem(answer, 404, "not_found")
    nobodys = address(path, dict.fromkeys(theirs, str(uuid.uuid4())))
    assert stranger.call(method.upper(), nobodys, body).content == answer.content
    assert everything() == before
    Import.objects.update(status=STATES.get(path.split("/")[-2], "finished"))
    # The owner of all that may: the address was right.
    assert api.call(method.upper(), where, body and {**body, **({"author": "@ada"} if "author" in body else {})}
                    ).status_code in (200, 201, 204)  # fmt: skip


def test_what_names_itself_is_made_in_ones_own_workspace(stranger: Api, theirs: dict[str, str]) -> None:
    before = everything()
    assert made(stranger.put("contacts/by/external_id/user-1/", {"name": "Mine"}))["id"] != theirs["contacts"]
    made(stranger.put("accounts/acme/", {"name": "Mine"}))
    after = everything()
    assert [row for row in after[0] if row in before[0]] == before[0]
    assert [row for row in after[1] if row in before[1]] == before[1]


def test_anothers_id_in_a_body_or_a_filter_is_nobody(
    stranger: Api, theirs: dict[str, str], workspace: Workspace
) -> None:
    team = make_team(workspace, "billing")
    mine = made(stranger.post("contacts/", {}))["id"]
    started = {"contact": mine, "text": "Hello"}
    problem(stranger.post("conversations/", {**started, "contact": theirs["contacts"]}), 404, "contact_not_found")
    problem(stranger.post("conversations/", {**started, "team": team.handle}), 400, "team_unknown")
    problem(stranger.post("conversations/", {**started, "assignee": "@ada"}), 400, "assignee_unknown")
    problem(stranger.post("conversations/", {**started, "author": "@ada"}), 400, "author_unknown")
    problem(stranger.put("accounts/mine/", {"owner": theirs["contacts"]}), 404, "contact_not_found")
    for query in (f"conversations/?contact={theirs['contacts']}", "contacts/?external_id=user-1"):
        assert made(stranger.get(query), 200)["results"] == []
