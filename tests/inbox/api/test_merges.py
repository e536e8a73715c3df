"""Merges and suggestions over the API, and everything else by person."""

from __future__ import annotations

import pytest

from inbox.contacts.suggesting import seeking
from inbox.models import Contact, MergeSuggestion
from inbox.people.models import Teammate, Workspace
from tests.factories import make_contact, make_conversation
from tests.inbox.api.conftest import Api, made, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(api: Api) -> tuple[str, str]:
    """Return the ids of a customer and of another whom a server knows by another id."""
    one = made(api.post("contacts/", {"external_id": "a", "email": "a@acme.test", "name": "Ana"}))
    other = made(api.post("contacts/", {"external_id": "b", "email": "b@acme.test", "name": "Ana B."}))
    return one["id"], other["id"]


def test_two_are_merged_shown_as_one_and_parted(api: Api, workspace: Workspace, pair: tuple[str, str]) -> None:
    winner, loser = pair
    conversation = make_conversation(workspace, Contact.objects.get(public_id=loser))
    merge = made(api.post("merges/", {"winner": winner, "loser": loser, "reason": "Same phone"}))
    assert (merge["winner"], merge["loser"], merge["by"], merge["undone_at"]) == (winner, loser, "ada", None)
    assert made(api.post("merges/", {"winner": loser, "loser": winner}), 200)["id"] == merge["id"]
    person = made(api.get(f"contacts/{loser}/"), 200)
    assert person == made(api.get(f"contacts/{winner}/"), 200)
    assert person["id"] == winner
    assert {one["value"] for one in person["identities"]} == {"a", "b", "a@acme.test", "b@acme.test"}
    for query in ("email=b@acme.test", "email=a@acme.test", "external_id=b", "limit=10"):
        assert [one["id"] for one in made(api.get(f"contacts/?{query}"), 200)["results"]] == [winner]
    for side in pair:
        [found] = made(api.get(f"conversations/?contact={side}"), 200)["results"]
        assert (found["id"], found["contact"]) == (str(conversation.public_id), winner)
    written = made(api.put("contacts/by/external_id/b/", {"name": "Ana Banderas", "phone": "+4930901820"}), 200)
    assert (written["id"], written["name"], written["external_id"]) == (winner, "Ana Banderas", "a")
    undone = made(api.post(f"merges/{merge['id']}/undo/", {}), 200)
    assert undone["undone_at"]
    assert made(api.post(f"merges/{merge['id']}/undo/", {}), 200)["undone_at"] == undone["undone_at"]
    assert made(api.get(f"contacts/{loser}/"), 200)["id"] == loser
    phones = [one for one in made(api.get(f"contacts/{loser}/"), 200)["identities"] if one["kind"] == "phone"]
    assert phones == [{"kind": "phone", "value": "+4930901820", "verified": True}]


def test_bad_merges_are_told_apart(api: Api, stranger: Api, pair: tuple[str, str]) -> None:
    winner, loser = pair
    problem(api.post("merges/", {"winner": winner, "loser": winner}), 400, "same_contact")
    theirs = made(stranger.post("contacts/", {}))["id"]
    problem(api.post("merges/", {"winner": winner, "loser": theirs}), 404, "contact_not_found")
    problem(api.post("merges/", {"winner": winner}), 400, "invalid")
    problem(api.post("merges/", {"winner": winner, "loser": loser, "fields": {"age": "loser"}}), 400, "invalid")
    problem(api.post("merges/", {"winner": winner, "loser": loser, "fields": {"name": "both"}}), 400, "invalid")


def test_a_suggestion_is_found_from_either_side_and_decided_once(api: Api, workspace: Workspace) -> None:
    known = made(api.post("contacts/", {"email": "jane.doe@acme.test", "name": "Jane Doe"}))
    visitor = make_contact(workspace, name="Jane Doe", email="jane.doe@acme.test")
    visitor.identities.create(workspace=workspace, kind="email", value="jane.doe@acme.test")
    made(api.patch(f"contacts/{visitor.public_id}/", {"timezone": "Europe/Berlin"}), 200)
    while seeking.drain():
        pass
    for side in (known["id"], visitor.public_id):
        [found] = made(api.get(f"merge-suggestions/?contact={side}&status=pending"), 200)["results"]
    assert 0.5 <= found["score"] <= 1
    assert found["reasons"][0]["words"]
    accept = f"merge-suggestions/{found['id']}/accept/"
    merge = made(api.call("POST", accept), 200)
    assert (merge["winner"], merge["loser"]) == (known["id"], str(visitor.public_id))
    assert made(api.post(accept, {}), 200)["id"] == merge["id"]
    problem(api.post(f"merge-suggestions/{found['id']}/dismiss/", {}), 409, "already_decided")
    assert made(api.get(f"merge-suggestions/{found['id']}/"), 200)["status"] == "accepted"


def test_a_dismissed_suggestion_cannot_be_accepted(api: Api, workspace: Workspace, owner: Teammate) -> None:
    found = MergeSuggestion.objects.create(
        workspace=workspace, contact=make_contact(workspace), candidate=make_contact(workspace), score=0.9
    )
    path = f"merge-suggestions/{found.public_id}/"
    assert made(api.call("POST", f"{path}dismiss/"), 200)["status"] == "dismissed"
    assert made(api.call("POST", f"{path}dismiss/"), 200)["status"] == "dismissed"
    problem(api.post(f"{path}accept/", {}), 409, "already_decided")


def test_a_batch_says_of_each_row_what_became_of_it(api: Api, workspace: Workspace) -> None:
    rows = [
        {"external_id": "1", "name": "One", "account": "acme"},
        {"external_id": "1", "attributes": {"plan": "pro"}},
        {"email": "no address"},
        {"name": "Nobody"},
        {"email": "two@acme.test"},
        "no object",
    ]
    found = made(api.post("batch/contacts/", {"contacts": rows}), 200)["results"]
    assert [row["status"] for row in found] == ["created", "updated", "refused", "refused", "created", "refused"]
    assert [row["code"] for row in found] == [None, None, "invalid", "row_unnamed", None, "invalid"]
    assert found[0]["id"] == found[1]["id"]
    assert Contact.objects.filter(workspace=workspace).count() == 2
    problem(api.post("batch/contacts/", {"contacts": [{}] * 1001}), 400, "too_many_rows")
    problem(api.post("batch/contacts/", {"contacts": {}}), 400, "invalid")
