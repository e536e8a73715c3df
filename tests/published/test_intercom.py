"""What Intercom publishes of its API is read as it is meant: its examples, served by the stand-in.

The examples lie beside the project and are no part of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from imports.models import ImportStatus
from inbox.models import Account, Contact, Conversation, Message
from inbox.people.audit import COMMAND_LINE
from inbox.people.models import Workspace
from integrations.connections import IntercomConfig, set_connection
from integrations.intercom.client import Intercom as Client
from integrations.intercom.client import IntercomRefused
from integrations.intercom.pages import page_of, scroll_of
from tests.factories import make_teammate, make_workspace
from tests.imports.intercom.people import sync
from tests.stand_ins import intercom as stand_in
from tests.stand_ins.intercom import Fault, Intercom, intercom_stand_in

EXAMPLES = Path(__file__).parents[3] / "shared/fixtures/intercom/openapi-2.15-examples"


def example(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((EXAMPLES / f"{name}.json").read_text())
    return found


@pytest.fixture(autouse=True)
def _storage(tmp_path: Any, settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}},
    }


@pytest.fixture
def there(settings: Any) -> Iterator[Intercom]:
    with intercom_stand_in() as running:
        settings.INTERCOM_API_URL = running.url
        running.app = example("GET_me__200_Successful_response")["app"]
        running.admins = example("GET_admins__200_Successful_response")["admins"]
        running.tags = {tag["id"]: tag["name"] for tag in example("GET_tags__200_successful")["data"]}
        yield running


@pytest.fixture
def workspace(there: Intercom) -> Workspace:
    made = make_workspace()
    set_connection(made, "intercom", {"access_token": stand_in.TOKEN}, by=COMMAND_LINE)
    return made


def people(count: int) -> dict[str, dict[str, Any]]:
    """Return as many contacts, made from the one that is published."""
    one = example("GET_contacts_contact_id__200_successful")
    return {
        f"{one['id']}{number:04d}": {
            **one,
            "id": f"{one['id']}{number:04d}",
            "external_id": str(number),
            "email": f"joe.{number}@bloggs.com",
            "updated_at": one["updated_at"] + number,
        }
        for number in range(count)
    }


@pytest.mark.django_db(transaction=True)
def test_a_thousand_contacts_made_from_the_published_one_come_over(there: Intercom, workspace: Workspace) -> None:
    there.contacts = people(1000)
    there.faults["GET contacts"] = [None, stand_in.too_fast(1), None, Fault(cut=True)]
    company = example("POST_companies_list__200_Successful")["data"][0]
    there.companies = {company["id"]: company}
    first = next(iter(there.contacts.values()))
    first["companies"]["data"] = [{"id": company["id"], "type": "company", "url": f"/companies/{company['id']}"}]
    import_ = sync(workspace)
    assert (import_.status, import_.created, import_.name) == (ImportStatus.FINISHED, 1000, "MyApp 1")
    assert Contact.objects.filter(workspace=workspace, identities__verified_at__isnull=False).distinct().count() == 1000
    joe = Contact.objects.get(workspace=workspace, external_id="0")
    assert (joe.name, joe.email, joe.attributes) == ("Joe Bloggs", "joe.0@bloggs.com", {})
    assert joe.signed_up_at.isoformat() == "2024-12-18T15:57:04+00:00" and joe.last_seen_at is None
    [account] = Account.objects.filter(workspace=workspace)
    assert (joe.account, account.external_id, account.name) == (account, company["company_id"], "IntercomQATest1")
    again = sync(workspace)
    assert (again.total, again.status) == (0, ImportStatus.FINISHED)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("name", "kinds", "status"),
    [
        ("GET_conversations_conversation_id__200_conversation_found", ["reply", "reply"], "closed"),
        ("POST_conversations_conversation_id_reply__200_Admin_Reply_with_a_Note", ["reply", "note"], "closed"),
        ("POST_conversations_conversation_id_reply__200_User_reply", ["reply", "reply"], "open"),
        ("POST_conversations_conversation_id_reply__200_Admin_Reply_to_send_Quick_Reply_Options", ["reply"], "closed"),
        ("POST_conversations_conversation_id_parts__200_Close_a_conversation", ["reply", "reply"], "closed"),
        ("POST_conversations_conversation_id_parts__200_Snooze_a_conversation", ["reply"], "open"),
        ("POST_conversations_conversation_id_parts__200_Assign_a_conversation", ["reply"], "open"),
        ("POST_conversations_conversation_id_parts__200_Open_a_conversation", ["reply"], "open"),
    ],
)
def test_a_published_conversation_comes_over(
    there: Intercom, workspace: Workspace, name: str, kinds: list[str], status: str
) -> None:
    make_teammate(workspace)
    body = example(name)
    [contact] = body["contacts"]["contacts"]
    person = {**example("GET_contacts_contact_id__200_successful"), **contact}
    there.contacts, there.conversations = {person["id"]: person}, {body["id"]: body}
    import_ = sync(workspace, conversations=True)
    assert import_.status == ImportStatus.FINISHED, import_.error
    one = Conversation.objects.get(workspace=workspace)
    messages = list(Message.objects.filter(conversation=one))
    assert [message.kind for message in messages] == kinds and one.status == status
    assert messages[0].text == "this is the message body"
    assert messages[0].author_name == body["source"]["author"]["name"]
    if "note" in kinds:
        assert messages[1].text.startswith("An Unordered HTML List\n\n- Coffee\n- Tea\n- Milk")
        assert messages[1].public_seq is None


@pytest.mark.parametrize("path", sorted(path.name for path in EXAMPLES.glob("GET_*__40[13]_*.json")))
def test_every_published_no_is_said_in_words(there: Intercom, path: str) -> None:
    status = int(path.split("__")[1][:3])
    there.always["GET me"] = Fault(status, json.loads((EXAMPLES / path).read_text()))
    with pytest.raises(IntercomRefused) as refused:
        Client(IntercomConfig(access_token="a")).me()
    assert refused.value.code in ("unauthorized", "api_plan_restricted")
    assert refused.value.detail.endswith(".")


def test_published_pages_end_however_they_say_so() -> None:
    assert page_of(example("GET_contacts__200_successful")).cursor is None
    assert page_of(example("POST_contacts_search__200_successful")).items == []
    assert page_of(example("POST_companies_list__200_Successful")).cursor is None
    assert len(page_of(example("GET_conversations__200_successful"), "conversations").items) == 1
    scroll = scroll_of(example("GET_companies_scroll__200_Successful"))
    assert scroll.cursor == "69352cd2-ab5b-42ac-b004-a13d4e55e9b0" and len(scroll.items) == 1
