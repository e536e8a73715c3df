"""A file comes in: in parts, in any order, over a line that breaks, or in one piece."""

from __future__ import annotations

import asyncio
import json
import random
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core import signals
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.asgi import ASGIHandler
from django.db import close_old_connections
from django.test import Client
from django.utils import timezone

from imports import beginning, storing
from imports.models import Import, ImportStatus
from tests.factories import make_teammate
from tests.imports.desk.conftest import PEOPLE, begin, client_of, part_of, put, told, upload


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "PART", 40)


def test_a_plain_form_leads_to_the_columns(desk) -> None:
    import_ = upload(desk)
    assert (import_.status, import_.name, import_.size) == (ImportStatus.READY, "people.csv", len(PEOPLE))
    assert import_.columns == ["E-Mail", "Name", "Firma"]
    assert import_.dialect["delimiter"] == ";"
    assert "Nadia Okafor" in told(desk.get(f"/imports/{import_.public_id}/"))


def test_parts_in_any_order_and_sent_again_make_the_same_file(desk) -> None:
    at = begin(desk, PEOPLE)
    numbers = [*at["missing"], *at["missing"]]
    random.Random(1).shuffle(numbers)
    for number in numbers:
        assert put(desk, at, number, part_of(PEOPLE, number)).status_code == 204
    assert json.loads(desk.post(at["complete"]).content) == {"page": at["page"]}
    import_ = Import.objects.get()
    with storing.open_file(import_) as file:
        assert file.read() == PEOPLE
    assert import_.status == ImportStatus.READY


def test_half_a_part_is_refused_and_can_be_sent_again(desk) -> None:
    at = begin(desk, PEOPLE)
    broken = put(desk, at, 0, PEOPLE[:25])
    assert (broken.status_code, broken.json()["code"]) == (422, "part_broken")
    assert storing.missing(Import.objects.get()) == at["missing"]
    assert put(desk, at, 0, part_of(PEOPLE, 0)).status_code == 204


def test_a_line_that_breaks_within_a_part_leaves_none_of_it(desk) -> None:
    at, send = begin(desk, PEOPLE), async_to_sync(over_the_line)
    whole = part_of(PEOPLE, 0)
    assert send(desk, f"{at['parts']}0/", [whole[:25], None]) is None
    assert storing.missing(Import.objects.get()) == at["missing"]
    assert send(desk, f"{at['parts']}0/", [whole[:25], whole[25:]]) == 204
    assert storing.missing(Import.objects.get()) == at["missing"][1:]


async def over_the_line(client: Client, path: str, pieces: list[bytes | None]) -> int | None:
    """Send a part as a browser does, piece by piece; None: the line breaks. Return the status, None for no answer."""
    cookies = {name: morsel.value for name, morsel in client.cookies.items()} | {"frontdesk_csrf": "a" * 32}
    headers = {
        "host": "testserver",
        "cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "x-csrftoken": "a" * 32,
        "content-length": "40",
    }
    scope = {
        "type": "http", "method": "PUT", "path": path, "query_string": b"", "http_version": "1.1", "scheme": "http",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    waiting = [
        {"type": "http.request", "body": piece, "more_body": piece is not pieces[-1]}
        if piece is not None
        else {"type": "http.disconnect"}
        for piece in pieces
    ]
    told: list[int] = []

    async def receive() -> Any:
        if not waiting:
            await asyncio.Event().wait()  # the line stays open until the answer has come
        return waiting.pop(0)

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            told.append(message["status"])

    # As Django's test client does: the connection is the test's own.
    ends = (signals.request_started, signals.request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    await ASGIHandler().handle(scope, receive, send)
    for signal in ends:
        signal.connect(close_old_connections)
    return told[0] if told else None


def test_an_upload_that_is_not_whole_is_told_what_is_missing(desk) -> None:
    at = begin(desk, PEOPLE)
    put(desk, at, 1, part_of(PEOPLE, 1))
    answer = desk.post(at["complete"])
    assert (answer.status_code, answer.json()["missing"]) == (409, [n for n in at["missing"] if n != 1])
    assert Import.objects.get().status == ImportStatus.UPLOADING


def test_the_same_file_goes_on_after_a_reload_and_another_one_begins_anew(desk, workspace) -> None:
    at = begin(desk, PEOPLE)
    put(desk, at, 0, part_of(PEOPLE, 0))
    again = begin(desk, PEOPLE)
    assert (again["page"], again["missing"]) == (at["page"], at["missing"][1:])
    assert "people.csv</b> is here to" in told(desk.get("/imports/"))
    assert begin(desk, PEOPLE, changed="2")["page"] != at["page"]
    colleague = client_of(make_teammate(workspace, role="admin"))
    assert begin(colleague, PEOPLE)["page"] != at["page"]


def test_a_file_beyond_the_limit_is_refused_with_both_sizes(desk, monkeypatch) -> None:
    answer = desk.post("/imports/begin/", {"name": "a.csv", "size": 6 * 1024**3})
    assert answer.status_code == 413
    assert "5 GB at most. This one has 6.0 GB." in answer.json()["detail"]
    assert not Import.objects.exists()
    monkeypatch.setattr(storing, "LARGEST", 10)
    answer = desk.post("/imports/upload/", {"file": SimpleUploadedFile("a.csv", PEOPLE)}, follow=True)
    assert "at most" in told(answer)


@pytest.mark.parametrize("size", ["", "-1", "many"])
def test_an_upload_whose_size_nobody_says_is_not_begun(desk, size) -> None:
    assert desk.post("/imports/begin/", {"name": "a.csv", "size": size}).status_code == 422
    assert not Import.objects.exists()


def test_a_file_that_is_no_csv_ends_its_import_and_is_deleted(desk) -> None:
    zipped = b"PK\x03\x04" + bytes(60)
    at = begin(desk, zipped, "people.xlsx")
    for number in at["missing"]:
        put(desk, at, number, part_of(zipped, number))
    answer = desk.post(at["complete"])
    assert answer.status_code == 422
    import_ = Import.objects.get()
    assert (import_.status, import_.error) == (ImportStatus.FAILED, answer.json()["detail"])
    assert import_.file_gone_at is not None
    assert put(desk, at, 0, part_of(zipped, 0)).status_code == 409


def test_a_cancelled_upload_takes_no_more_parts(desk) -> None:
    at = begin(desk, PEOPLE)
    assert desk.post(at["cancel"]).status_code == 302
    assert put(desk, at, 0, part_of(PEOPLE, 0)).status_code == 409
    assert desk.post(at["complete"]).status_code == 409


def test_completing_twice_does_no_harm(desk) -> None:
    at = begin(desk, PEOPLE)
    for number in at["missing"]:
        put(desk, at, number, part_of(PEOPLE, number))
    assert desk.post(at["complete"]).json() == desk.post(at["complete"]).json() == {"page": at["page"]}


def test_nobody_has_uploads_without_end(desk, ada) -> None:
    Import.objects.bulk_create(
        Import(workspace=ada.workspace, by=ada, source="csv", created_at=timezone.now())
        for _ in range(beginning.MOST_WAITING)
    )
    assert desk.post("/imports/begin/", {"name": "a.csv", "size": 5}).json()["code"] == "too_many_uploads"


def test_a_files_name_is_shown_without_its_folders(desk) -> None:
    assert upload(desk, name="people.csv").name == "people.csv"
    begin(desk, PEOPLE, "C:\\Users\\ada\\\u202epeople\x00.csv")
    assert Import.objects.latest("id").name == "people.csv"


@pytest.mark.parametrize("role", ["agent", "viewer"])
def test_who_may_not_import_uploads_nothing(workspace, desk, role) -> None:
    client, at = client_of(make_teammate(workspace, role=role)), begin(desk, PEOPLE)
    assert client.post("/imports/begin/", {"name": "a.csv", "size": 5}).status_code == 403
    assert client.post("/imports/upload/", {"file": SimpleUploadedFile("a.csv", PEOPLE)}).status_code == 403
    assert put(client, at, 0, part_of(PEOPLE, 0)).status_code == 403
    assert client.post(at["complete"]).status_code == 403
    assert Import.objects.count() == 1


def test_another_workspaces_upload_is_not_there(desk, stranger) -> None:
    at = begin(desk, PEOPLE)
    assert put(stranger, at, 0, part_of(PEOPLE, 0)).status_code == 404
    for address in ("page", "complete", "cancel"):
        method = stranger.get if address == "page" else stranger.post
        assert method(at[address]).status_code == 404
    assert storing.missing(Import.objects.get()) == at["missing"]
