"""`/api/v1/imports/`."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from imports import api as of_imports
from imports import chunks, storing
from imports.models import Import, ImportStatus
from inbox.models import Contact, IdempotencyKey
from inbox.people.models import ApiToken
from notifications.models import Event
from settings.storage import media_storage
from tests.factories import make_teammate
from tests.imports.desk.conftest import PEOPLE, work
from tests.inbox.api.conftest import api, api_of, made, owner, problem, stranger, workspace

__all__ = ["api", "owner", "stranger", "workspace"]

OUTCOMES = ("created", "updated", "unchanged", "refused")


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Any) -> None:
    """Each test has a folder of its own for files."""
    settings.STORAGES = {**settings.STORAGES, "default": media_storage({}, tmp_path)}


def send(caller: Any, text: bytes = PEOPLE, once: str = "", **fields: Any) -> Any:
    """Send a file as a form."""
    headers = {"Authorization": f"Bearer {caller.token}"} | ({"Idempotency-Key": once} if once else {})
    said = {name: json.dumps(value) if isinstance(value, dict) else value for name, value in fields.items()}
    file = SimpleUploadedFile("people.csv", text, "text/csv")
    return Client().post("/api/v1/imports/", {"file": file, **said}, headers=headers)


def imported(caller: Any, text: bytes = PEOPLE, **fields: Any) -> Any:
    """Import a file to its end, and return it as the API tells it."""
    begun = made(send(caller, text, **fields))
    work()
    return made(caller.get(f"imports/{begun['id']}/"), 200)


def test_a_file_is_imported_at_once_and_its_outcomes_add_up(api) -> None:
    begun = made(send(api))
    assert (begun["source"], begun["name"], begun["status"], begun["total"]) == ("csv", "people.csv", "planning", 0)
    work()
    body = made(api.get(f"imports/{begun['id']}/"), 200)
    assert body["status"] == "finished"
    assert [body[name] for name in ("total", "remaining", *OUTCOMES)] == [3, 0, 2, 0, 0, 1]
    assert body["accounts"] == {"created": 1, "updated": 0}
    assert made(api.get("imports/"), 200) == {"next": None, "results": [body]}
    again = imported(api)
    assert [again[name] for name in OUTCOMES] == [0, 0, 2, 1]
    assert {event.data["import_id"] for event in Event.objects.filter(kind="import.finished")} == {
        begun["id"], again["id"],
    }  # fmt: skip


def test_the_mapping_that_is_sent_is_taken_and_other_columns_are_left_out(api) -> None:
    imported(api, mapping={"e-mail": "email", "Firma": "attributes.Firma"}, name="leads.csv")
    nadia = Contact.objects.get(email="nadia@example.com")
    assert (nadia.name, nadia.account, nadia.attributes) == ("", None, {"Firma": "Acme"})
    assert Import.objects.get().name == "leads.csv"


def test_a_dry_run_writes_nothing_until_it_is_run(api) -> None:
    body = imported(api, dry_run="true")
    assert (body["status"], body["dry_run"], body["created"]) == ("finished", True, 2)
    assert not Contact.objects.exists()
    body = made(api.post(f"imports/{body['id']}/run/", {}), 200)
    assert (body["status"], body["dry_run"]) == ("running", False)
    work()
    assert Contact.objects.count() == 2


def test_who_exists_can_be_left_as_they_are(api) -> None:
    imported(api)
    Contact.objects.filter(email="nadia@example.com").update(name="Nadia")
    assert imported(api, existing="skip")["updated"] == 0
    assert imported(api, existing="update")["updated"] == 1
    assert Contact.objects.get(email="nadia@example.com").name == "Nadia Okafor"


def test_the_refused_rows_are_sent_to_the_token_alone(api, stranger, owner) -> None:
    body = imported(api)
    assert body["refused_url"] == f"http://testserver/api/v1/imports/{body['id']}/refused/"
    answer = api.get(body["refused_url"])
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [row[1] for row in rows] == ["E-Mail", "nobody"]
    problem(stranger.get(body["refused_url"]), 404, "not_found")
    assert Client().get(body["refused_url"]).status_code == 401
    problem(api_of(make_teammate(owner.workspace)).get(body["refused_url"]), 403, "permission_denied")
    storing.delete_files(Import.objects.get())
    problem(api.get(body["refused_url"]), 410, "file_gone")
    assert made(api.get(f"imports/{body['id']}/"), 200)["refused_url"] is None
    assert imported(api, b"Email\nx@example.com\n")["refused_url"] is None


@pytest.mark.parametrize(
    ("text", "fields", "status", "code"),
    [
        (b"", {}, 400, "file_empty"),
        (b"PK\x03\x04" + bytes(100), {}, 400, "not_csv"),
        (b",".join([b"c"] * 2001), {}, 400, "too_many_columns"),
        (PEOPLE, {"mapping": {"Mail": "email"}}, 400, "mapping_refused"),
        (PEOPLE, {"mapping": {"E-Mail": "mailbox"}}, 400, "mapping_refused"),
        (PEOPLE, {"mapping": {"Name": "name"}}, 400, "mapping_refused"),
        (PEOPLE, {"mapping": {"E-Mail": "email", "Name": "email"}}, 400, "mapping_refused"),
        (PEOPLE, {"mapping": {"E-Mail": "email"}, "key": "external_id"}, 400, "mapping_refused"),
        (b"Name,City\nNadia,Lagos\n", {}, 400, "mapping_refused"),
    ],
)
def test_a_file_that_is_refused_leaves_no_import_and_no_file(api, text, fields, status, code) -> None:
    problem(send(api, text, **fields), status, code)
    assert not Import.objects.exists()
    assert not default_storage.exists("imports") or all(
        not default_storage.listdir(f"imports/{name}")[1] for name in default_storage.listdir("imports")[0]
    )


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"mapping": "[1]"}, "mapping"),
        ({"mapping": '{"E-Mail": 1}'}, "mapping"),
        ({"mapping": "[" * 100_000}, "mapping"),
        ({"key": "phone"}, "key"),
        ({"existing": "erase"}, "existing"),
        ({"dry_run": "perhaps"}, "dry_run"),
    ],
)
def test_a_form_that_is_wrong_is_refused_with_its_field(api, fields, field) -> None:
    problem(send(api, **fields), 400, "invalid", field)
    assert not Import.objects.exists()


def test_a_call_without_a_file_or_as_something_else_is_refused(api) -> None:
    problem(api.call("POST", "imports/", PEOPLE, content_type="text/csv"), 415, "unsupported_media_type")
    problem(api.post("imports/", {"mapping": {}}), 400, "invalid", "source")
    headers = {"Authorization": f"Bearer {api.token}"}
    problem(Client().post("/api/v1/imports/", {"dry_run": "true"}, headers=headers), 400, "invalid", "file")


def test_what_is_not_connected_is_not_brought_in(api) -> None:
    problem(api.post("imports/", {"source": "intercom"}), 409, "not_connected")
    assert not Import.objects.exists()


def test_a_body_beyond_the_limit_is_refused_before_it_is_read(api) -> None:
    headers = {"Authorization": f"Bearer {api.token}", "Content-Length": str(of_imports.LARGEST + 1)}
    answer = Client().generic("POST", "/api/v1/imports/", b"", "multipart/form-data; boundary=x", headers=headers)
    assert "5 GB at most" in problem(answer, 413, "too_large")["detail"]


def test_a_file_of_more_than_a_megabyte_is_taken(api) -> None:
    rows = b"".join(b"person%d@example.com,%s\n" % (number, b"x" * 300) for number in range(4000))
    assert made(send(api, b"Email,Note\n" + rows))["status"] == "planning"
    assert Import.objects.get().size > 1024 * 1024


def test_the_same_call_with_the_same_key_imports_once(api) -> None:
    first, again = send(api, once="k-1"), send(api, once="k-1")
    assert made(first) == made(again)
    assert again["Idempotency-Replayed"] == "true"
    assert Import.objects.count() == 1
    problem(send(api, PEOPLE + b"one@more.example;;\n", once="k-1"), 422, "idempotency_key_reused")
    refused = send(api, b"PK\x03\x04" + bytes(100), once="k-2")
    problem(refused, 400, "not_csv")
    assert problem(send(api, b"PK\x03\x04" + bytes(100), once="k-2"), 400, "not_csv") == refused.json()
    assert IdempotencyKey.objects.count() == 2
    assert [import_.pk for import_ in Import.objects.all()] == [Import.objects.get().pk]
    folders = default_storage.listdir("imports")[0]
    assert [name for name in folders if default_storage.listdir(f"imports/{name}")[1]] == [
        chunks.folder(Import.objects.get()).removeprefix("imports/")
    ]


def test_an_import_is_paused_resumed_cancelled_and_undone(api) -> None:
    path = f"imports/{made(send(api))['id']}/"
    for verb, status in (("pause", "paused"), ("resume", "planning"), ("cancel", "cancelled")):
        assert made(api.post(f"{path}{verb}/", {}), 200)["status"] == status
    problem(api.post(f"{path}resume/", {}), 409, "import_state")
    problem(api.post(f"{path}undo/", {}), 409, "import_state")
    path = f"imports/{imported(api)['id']}/"
    problem(api.post(f"{path}run/", {}), 409, "import_state")
    assert made(api.post(f"{path}undo/", {}), 200)["status"] == "undoing"
    work()
    assert made(api.get(path), 200)["status"] == ImportStatus.UNDONE
    assert not Contact.objects.exists()


@pytest.mark.parametrize("role", ["agent", "viewer"])
def test_a_token_of_somebody_who_may_not_import_only_looks(workspace, api, role) -> None:
    body, other = imported(api), api_of(make_teammate(workspace, role=role))
    assert made(other.get(f"imports/{body['id']}/"), 200)["created"] == 2
    code = "read_only" if role == "viewer" else "permission_denied"
    problem(send(other), 403, code)
    for verb in ("run", "pause", "resume", "cancel", "undo"):
        problem(other.post(f"imports/{body['id']}/{verb}/", {}), 403, code)
    assert Import.objects.count() == 1


def test_others_imports_are_not_there(api, stranger) -> None:
    body = imported(api)
    assert made(stranger.get("imports/"), 200)["results"] == []
    problem(stranger.get(f"imports/{body['id']}/"), 404, "not_found")
    for verb in ("run", "pause", "resume", "cancel", "undo"):
        problem(stranger.post(f"imports/{body['id']}/{verb}/", {}), 404, "not_found")


def test_a_list_asks_the_same_number_of_queries_however_long_it_is(
    workspace, api, django_assert_max_num_queries
) -> None:
    Import.objects.bulk_create(Import(workspace=workspace, source="csv", status="running") for _ in range(60))
    page = made(api.get("imports/"), 200)
    with django_assert_max_num_queries(6):
        assert len(made(api.get(page["next"]), 200)["results"]) == 10
    assert ApiToken.objects.count() == 1
