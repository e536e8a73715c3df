"""Erasing a person over the API, and taking all that is known of one along."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from inbox.contacts.erasing import is_erased
from inbox.contacts.upsert import create_contact
from inbox.models import Contact, Conversation, IdempotencyKey
from inbox.people.models import AuditFact, Teammate, Workspace
from notifications.models import Event
from tests.factories import make_teammate
from tests.inbox.api.conftest import Api, api_of, made, problem
from tests.inbox.contacts.erasing.people import EMAIL, NAME, WORDS, Woman, make_woman


@pytest.fixture
def woman(workspace: Workspace, owner: Teammate) -> Woman:
    return make_woman(workspace, owner, make_teammate(workspace, "bea"))


def test_a_person_is_gone_when_the_call_is_answered(api: Api, woman: Woman, workspace: Workspace) -> None:
    answer = api.call("DELETE", f"contacts/{woman.second.public_id}/")
    assert (answer.status_code, answer.content) == (204, b"")
    assert not Contact.objects.filter(workspace=workspace).exists()
    assert not Conversation.objects.filter(workspace=workspace).exists()
    problem(api.call("DELETE", f"contacts/{woman.root.public_id}/"), 404, "not_found")
    assert is_erased(workspace, "email", EMAIL)


def test_who_erased_is_recorded_with_counts_and_no_name(api: Api, woman: Woman, owner: Teammate) -> None:
    api.call("DELETE", f"contacts/{woman.root.public_id}/")
    fact = AuditFact.objects.get(kind="contact.erased")
    assert (fact.actor, fact.via, fact.subject) == (owner, "api", "")
    assert fact.data == {"profiles": 2, "conversations": 2, "messages": 4, "notes": 1, "events": fact.data["events"],
                         "browsers": 1}  # fmt: skip
    assert Event.objects.get(kind="contact.erased").data == fact.data


def test_only_owners_and_admins_erase_and_export(woman: Woman, workspace: Workspace) -> None:
    bea = api_of(Teammate.objects.get(workspace=workspace, handle="bea"))
    problem(bea.call("DELETE", f"contacts/{woman.root.public_id}/"), 403, "permission_denied")
    problem(bea.get(f"contacts/{woman.root.public_id}/export/"), 403, "permission_denied")
    assert Contact.objects.filter(pk=woman.root.pk).exists()


def test_anothers_person_is_not_there(stranger: Api, woman: Woman) -> None:
    problem(stranger.call("DELETE", f"contacts/{woman.root.public_id}/"), 404, "not_found")
    problem(stranger.get(f"contacts/{woman.root.public_id}/export/"), 404, "not_found")
    assert Contact.objects.filter(pk=woman.root.pk).exists()


def test_the_export_holds_all_of_both_profiles(api: Api, woman: Woman) -> None:
    found = exported(api, woman, "")
    assert [one["name"] for one in found["contacts"]] == [NAME, woman.second.name]
    said = [message["text"] for thread in found["conversations"] for message in thread["messages"]]
    assert {WORDS[0], WORDS[1]} <= set(said)
    assert any(WORDS[2] in text for text in said)
    assert found["contacts"][0]["notes"][0]["text"].endswith(WORDS[3])
    assert found["merges"][0]["by"] == "Ada"
    assert {"conversation.started", "message.received"} <= {event["kind"] for event in found["events"]}


def test_the_export_can_leave_out_what_the_team_noted(api: Api, woman: Woman) -> None:
    text = json.dumps(exported(api, woman, "?notes=false"))
    assert WORDS[0] in text
    assert WORDS[2] not in text
    assert WORDS[3] not in text


def test_a_write_that_is_sent_again_does_not_bring_anybody_back(api: Api, workspace: Workspace) -> None:
    body = {"external_id": "quill-1", "name": NAME, "email": EMAIL}
    made(api.call("POST", "contacts/", body, **{"Idempotency-Key": "once"}))
    contact = Contact.objects.get(workspace=workspace)
    path = f"conversations/{make_thread(api, contact)}/messages/"
    said = {"kind": "reply", "text": f"Dear {NAME}", "author": "@ada"}
    made(api.call("POST", path, said, **{"Idempotency-Key": "twice"}))
    api.call("DELETE", f"contacts/{contact.public_id}/")
    again = api.call("POST", "contacts/", body, **{"Idempotency-Key": "once"})
    problem(again, 410, "answer_erased")
    assert not Contact.objects.filter(workspace=workspace).exists()
    assert NAME not in " ".join(IdempotencyKey.objects.values_list("body", flat=True))


def test_a_batch_refuses_who_was_erased_and_a_single_call_brings_them_back(api: Api, workspace: Workspace) -> None:
    contact = create_contact(workspace, {"external_id": "quill-1", "email": EMAIL})
    api.call("DELETE", f"contacts/{contact.public_id}/")
    rows = {"contacts": [{"email": EMAIL.upper()}, {"external_id": "other"}]}
    results = made(api.post("batch/contacts/", rows), 200)["results"]
    assert [(one["status"], one["code"]) for one in results] == [("refused", "erased"), ("created", None)]
    made(api.put("contacts/by/external_id/quill-1/", {"email": EMAIL}))
    results = made(api.post("batch/contacts/", rows), 200)["results"]
    assert [one["status"] for one in results] == ["updated", "updated"]


def exported(api: Api, woman: Woman, query: str) -> dict[str, Any]:
    """Return the document."""
    answer = api.get(f"contacts/{woman.second.public_id}/export/{query}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    found: dict[str, Any] = json.loads(b"".join(answer.streaming_content))
    return found


def make_thread(api: Api, contact: Contact) -> str:
    """Start a conversation with a contact and return its id."""
    return str(made(api.post("conversations/", {"contact": str(contact.public_id), "text": f"Dear {NAME}"}))["id"])


def test_a_signed_out_caller_may_do_neither(woman: Woman) -> None:
    for method, path in (("DELETE", ""), ("GET", "export/")):
        answer = Client().generic(method, f"/api/v1/contacts/{woman.root.public_id}/{path}")
        assert answer.status_code == 401
