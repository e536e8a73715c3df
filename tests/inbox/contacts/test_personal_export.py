"""All that is known of a person, as a ZIP: pages to read, the same for programs, and nobody else."""

from __future__ import annotations

import io
import json
import uuid
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from inbox.contacts import exporting, personal_export
from inbox.contacts.erasing import erase
from inbox.contacts.merging import merge, undo
from inbox.models import Contact, Conversation, Export, Message
from inbox.models.profiles import ExportKind, ExportStatus
from inbox.people.models import AuditFact, Teammate, Workspace
from inbox.people.permissions import Forbidden
from tests.factories import make_teammate, make_workspace
from tests.inbox.contacts.erasing.people import NAME, WORDS, Woman, actor, make_man, make_woman


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace()


@pytest.fixture
def ada(workspace: Workspace) -> Teammate:
    return make_teammate(workspace, "ada", role="owner")


@pytest.fixture
def bea(workspace: Workspace) -> Teammate:
    return make_teammate(workspace, "bea")


@pytest.fixture
def woman(workspace: Workspace, ada: Teammate, bea: Teammate) -> Woman:
    return make_woman(workspace, ada, bea)


@pytest.fixture
def man(workspace: Workspace, ada: Teammate, bea: Teammate) -> Contact:
    return make_man(workspace, ada, bea)


def made(contact: Contact, teammate: Teammate, **asked: Any) -> ZipFile:
    """Ask for a person, have the worker make it, and return the archive."""
    export = personal_export.request_person(contact, teammate, actor(teammate), **asked)
    exporting.drain()
    export.refresh_from_db()
    assert (export.status, export.error) == (ExportStatus.FINISHED, "")
    with default_storage.open(export.file) as file:
        return ZipFile(io.BytesIO(file.read()))


def test_both_profiles_with_all_that_was_said_are_in_it(woman: Woman, ada: Teammate) -> None:
    archive = made(woman.second, ada)
    person = json.loads(archive.read("person.json"))
    assert [one["name"] for one in person["contacts"]] == [NAME, woman.second.name]
    assert person["contacts"][0]["attributes"] == {"diet": "zucchini", "plan": "pro"}
    assert {one["kind"] for one in person["contacts"][0]["identities"]} == {"email", "phone", "external_id"}
    assert person["contacts"][0]["browsers"][0]["page_title"] == NAME
    assert person["merges"][0]["reason"] == f"Both are {NAME}"
    number = woman.conversation.number
    thread = json.loads(archive.read(f"conversations/{number}.json"))
    assert [message["text"] for message in thread["messages"] if message["kind"] == "reply"] == [
        WORDS[0], f"Dear {NAME}, no.",
    ]  # fmt: skip
    assert WORDS[0] in archive.read(f"conversations/{number}.html").decode()
    assert {event["kind"] for event in json.loads(archive.read("events.json"))} >= {"conversation.started"}


def test_a_page_says_what_is_there_and_leads_to_it(woman: Woman, ada: Teammate) -> None:
    archive = made(woman.root, ada)
    index = archive.read("index.html").decode()
    assert NAME in index
    assert f"{timezone.now():%B %Y}" in index
    assert WORDS[3] in index
    for name in archive.namelist():
        if name.endswith(".html") and name != "index.html":
            assert f'href="{name}"' in index


def test_what_the_team_noted_can_be_left_out(woman: Woman, ada: Teammate) -> None:
    archive = made(woman.root, ada, notes=False)
    text = "".join(archive.read(name).decode() for name in archive.namelist())
    assert WORDS[0] in text
    assert WORDS[2] not in text
    assert WORDS[3] not in text


def test_markup_in_what_they_say_is_text(workspace: Workspace, woman: Woman, ada: Teammate) -> None:
    Message.objects.filter(text=WORDS[0]).update(text="<script>alert(1)</script>")
    page = made(woman.root, ada).read(f"conversations/{woman.conversation.number}.html").decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_nobody_else_is_in_it_though_they_were_merged_once(woman: Woman, man: Contact, ada: Teammate) -> None:
    once, _ = merge(man, into=woman.root, by=ada, reason="Perhaps Bo Stays", conversation=woman.conversation)
    undo(once, by=ada, conversation=woman.conversation)
    archive = made(woman.root, ada)
    text = "".join(archive.read(name).decode() for name in archive.namelist())
    assert "Bo Stays" not in text
    assert "stays" not in text.lower()


def test_only_owners_and_admins_ask_for_it_and_it_is_recorded_without_a_name(
    woman: Woman, ada: Teammate, bea: Teammate
) -> None:
    with pytest.raises(Forbidden):
        personal_export.request_person(woman.root, bea, actor(bea))
    made(woman.root, ada)
    fact = AuditFact.objects.get(kind="contacts.exported")
    assert (fact.subject, fact.data) == ("one person", {})


def test_all_files_that_may_hold_them_go_with_them(workspace: Workspace, woman: Woman, ada: Teammate) -> None:
    made(woman.root, ada)
    listed = Export.objects.create(workspace=workspace, by=ada, kind=ExportKind.CONTACTS)
    exporting.drain()
    listed.refresh_from_db()
    files = [export.file for export in Export.objects.all()]
    assert all(default_storage.exists(file) for file in files)
    waits = Export.objects.create(workspace=workspace, by=ada, kind=ExportKind.CONTACTS)
    erase(woman.root, by=actor(ada))
    exporting.forget_old()
    assert not any(default_storage.exists(file) for file in files)
    assert [export.pk for export in Export.objects.all()] == [waits.pk]


def test_a_worker_that_makes_a_file_just_then_loses_it(workspace: Workspace, woman: Woman, ada: Teammate) -> None:
    export = Export.objects.create(
        workspace=workspace, by=ada, kind=ExportKind.CONTACTS, status=ExportStatus.RUNNING,
        leased_until=timezone.now() + timedelta(seconds=60),
    )  # fmt: skip
    erase(woman.root, by=actor(ada))
    with pytest.raises(exporting.LeaseLost):
        exporting.keep(export, 1)


def test_who_was_erased_meanwhile_is_not_exported(woman: Woman, ada: Teammate) -> None:
    export = personal_export.request_person(woman.root, ada, actor(ada))
    erase(woman.root, by=actor(ada))
    exporting.drain()
    assert not Export.objects.filter(pk=export.pk, status=ExportStatus.FINISHED).exists()


def test_thousands_of_messages_are_all_there_in_order(workspace: Workspace, woman: Woman, ada: Teammate) -> None:
    thread = Conversation.objects.get(pk=woman.conversation.pk)
    some = range(thread.last_seq + 1, thread.last_seq + 2501)
    Message.objects.bulk_create(
        Message(
            workspace=workspace, conversation=thread, seq=n, public_seq=n, client_id=uuid.uuid4(), kind="reply",
            author_kind="contact", contact=woman.root, text=f"said {n}",
        )
        for n in some
    )  # fmt: skip
    archive = made(woman.root, ada)
    said = json.loads(archive.read(f"conversations/{thread.number}.json"))["messages"]
    assert [message["seq"] for message in said if message["seq"] in some] == list(some)
    assert archive.read(f"conversations/{thread.number}.html").decode().count("said ") == 2500
