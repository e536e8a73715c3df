"""What a list may be asked: each filter does what it says by an index, and nothing that is asked is ignored."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inbox.conversations import actions
from inbox.models import Contact, Conversation, Identity, Message
from inbox.people.models import Teammate, Workspace
from tests.factories import make_contact, make_conversation
from tests.inbox.api.conftest import Api, made, problem

MANY = 4000


def ids(answer: Any) -> list[str]:
    """Return the ids of a page's results."""
    return [one["id"] for one in made(answer, 200)["results"]]


def test_contacts_are_found_by_email_in_any_case_and_by_external_id(api: Api, workspace: Workspace) -> None:
    found = made(api.put("contacts/by/external_id/a%2Fb/", {"email": "Nadia@Example.com"}))["id"]
    made(api.put("contacts/by/external_id/c/", {"email": "other@example.com"}))
    assert ids(api.get("contacts/?email=nadia@EXAMPLE.com")) == [found]
    assert ids(api.get("contacts/?external_id=a%2Fb")) == [found]
    assert ids(api.get("contacts/?external_id=a%2Fb&email=other@example.com")) == []
    assert ids(api.get("contacts/?external_id=A%2FB")) == []


def test_conversations_are_found_by_contact_and_status(api: Api, workspace: Workspace, owner: Teammate) -> None:
    contact = make_contact(workspace)
    first, second, other = (make_conversation(workspace, who) for who in (contact, contact, None))
    actions.close(first, by=owner)
    assert set(ids(api.get(f"conversations/?contact={contact.public_id}"))) == {
        str(first.public_id), str(second.public_id),
    }  # fmt: skip
    assert ids(api.get(f"conversations/?contact={contact.public_id}&status=closed")) == [str(first.public_id)]
    assert set(ids(api.get("conversations/?status=open"))) == {str(second.public_id), str(other.public_id)}


def test_messages_are_those_after_a_seq(api: Api, workspace: Workspace, owner: Teammate) -> None:
    conversation = make_conversation(workspace)
    for _ in range(3):
        actions.note(conversation, owner, "more")
    page = made(api.get(f"conversations/{conversation.public_id}/messages/?after=2"), 200)
    assert [one["seq"] for one in page["results"]] == [3, 4]


@pytest.mark.parametrize(
    "parameter", ["e-mail", "Email", "offset", "page", "format", "token", "created_at__gt", "email[]"]
)
@pytest.mark.parametrize("path", ["contacts/", "accounts/", "conversations/", "contacts/{contact}/"])
def test_a_parameter_that_nobody_knows_is_refused_by_name(
    api: Api, workspace: Workspace, path: str, parameter: str
) -> None:
    path = path.format(contact=make_contact(workspace).public_id)
    problem(api.get(f"{path}?{parameter}=1"), 400, "unknown_parameter", parameter)


def test_a_write_takes_no_parameters(api: Api) -> None:
    problem(api.post("contacts/?name=Nadia", {}), 400, "unknown_parameter", "name")
    problem(api.put("accounts/acme/?limit=1", {}), 400, "unknown_parameter", "limit")
    assert not Contact.objects.exists()


def test_a_parameter_that_is_there_twice_is_refused(api: Api) -> None:
    problem(api.get("conversations/?status=open&status=closed"), 400, "repeated_parameter", "status")


@pytest.mark.parametrize(
    "path, field",
    [
        ("contacts/?limit=0", "limit"),
        ("contacts/?limit=201", "limit"),
        ("contacts/?limit=many", "limit"),
        ("contacts/?email=", "email"),
        ("contacts/?external_id=%00", "external_id"),
        ("conversations/?contact=42", "contact"),
        ("conversations/?status=sleeping", "status"),
        ("conversations/{id}/messages/?after=-1", "after"),
        ("conversations/{id}/messages/?after=9223372036854775808", "after"),
    ],
)
def test_a_bad_value_is_refused_by_the_name_of_its_parameter(
    api: Api, workspace: Workspace, path: str, field: str
) -> None:
    path = path.format(id=make_conversation(workspace).public_id)
    problem(api.get(path), 400, "invalid", field)


def read_whole(api: Api, path: str) -> set[str]:
    """Return the tables of which PostgreSQL reads every row to answer this list."""
    with CaptureQueriesContext(connection) as ran:
        made(api.get(path), 200)
    whole: set[str] = set()
    for one in ran:
        if one["sql"].startswith("SELECT") and "LIMIT" in one["sql"]:
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN (FORMAT JSON) " + one["sql"])
                nodes = [cursor.fetchone()[0][0]["Plan"]]
            while nodes:
                node = nodes.pop()
                nodes += node.get("Plans", [])
                if node["Node Type"] == "Seq Scan":
                    whole.add(node["Relation Name"])
    return whole


@pytest.fixture
def crowd(workspace: Workspace) -> Conversation:
    """Return a thread of some length, in a workspace with some thousand others."""
    one = make_conversation(workspace)
    contacts = Contact.objects.bulk_create(
        Contact(workspace=workspace, external_id=f"u{n}", email=f"{n}@example.com") for n in range(MANY)
    )
    Identity.objects.bulk_create(
        Identity(workspace=workspace, contact=contact, kind="email", value=contact.email) for contact in contacts
    )
    Conversation.objects.bulk_create(
        Conversation(workspace=workspace, number=n + 2, contact=contact, last_message_at=one.last_message_at)
        for n, contact in enumerate(contacts)
    )
    first = one.messages.get()
    Message.objects.bulk_create(
        Message(workspace=workspace, conversation=one, seq=n + 2, public_seq=n + 2, client_id=contact.public_id,
                kind="reply", author_kind="contact", contact=first.contact, text="…")
        for n, contact in enumerate(contacts)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE inbox_contact, inbox_identity, inbox_conversation, inbox_message")
    return one


def test_no_filter_reads_a_whole_table(api: Api, crowd: Conversation) -> None:
    contact = crowd.contact.public_id
    for path in (
        "contacts/",
        "contacts/?email=17@example.com",
        "contacts/?external_id=u17",
        "conversations/",
        f"conversations/?contact={contact}",
        "conversations/?status=closed",
        f"conversations/?contact={contact}&status=open",
        f"conversations/{crowd.public_id}/messages/?after=3990",
    ):
        whole = read_whole(api, path)
        assert not whole & {"inbox_contact", "inbox_identity", "inbox_conversation", "inbox_message"}, path
