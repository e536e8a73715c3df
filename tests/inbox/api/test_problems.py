"""Whatever goes wrong is a problem document, and never a 500."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.core.asgi import get_asgi_application
from django.test import Client

from inbox.api.codes import TITLES
from inbox.api.parsing import MAX_BODY, StrictJSONParser
from inbox.api.problems import Problem
from inbox.models import Contact
from tests.factories import make_teammate, make_workspace
from tests.inbox.api.conftest import Api, api_of, made, problem

Chunked = Callable[..., Awaitable[tuple[int, Any]]]


@pytest.fixture
def chunked(transactional_db: None) -> Chunked:
    """Return a caller of POST contacts/ as a server hears it whose client does not tell the length."""
    token = api_of(make_teammate(make_workspace(), role="owner")).token

    async def call(*pieces: bytes) -> tuple[int, Any]:
        headers = {
            "host": "testserver",
            "authorization": f"Bearer {token}",
            "content-type": "application/json",
            "transfer-encoding": "chunked",
        }
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "POST",
            "path": "/api/v1/contacts/",
            "query_string": b"",
            "headers": [(key.encode(), value.encode()) for key, value in headers.items()],
        }
        server = ApplicationCommunicator(get_asgi_application(), scope)
        for place, piece in enumerate(pieces, 1):
            more = place < len(pieces)
            await server.send_input({"type": "http.request", "body": piece, "more_body": more})
        start, answer = await server.receive_output(20), await server.receive_output(20)
        return start["status"], json.loads(answer["body"])

    return call


@pytest.mark.parametrize(
    "path",
    ["", "nothing/", "contacts", "contacts/42/", "contacts/not-a-uuid/", "conversations/42/", "events/%0A/", "%00/"],
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_an_unknown_address_is_a_404_problem(api: Api, path: str, method: str) -> None:
    problem(api.call(method, path, {} if method != "GET" else None), 404, "not_found")


def test_an_unknown_address_needs_no_token_to_be_unknown(db: None) -> None:
    problem(Api("").get("nothing/"), 404, "not_found")


def test_another_method_is_405_and_says_which_are_allowed(api: Api) -> None:
    answer = api.call("DELETE", "contacts/")
    problem(answer, 405, "method_not_allowed")
    assert answer["Allow"] == "GET, HEAD, POST"
    problem(api.call("OPTIONS", "contacts/"), 405, "method_not_allowed")


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_a_body_that_is_not_json_is_415(api: Api, content_type: str) -> None:
    problem(api.call("POST", "contacts/", b"name=x", content_type=content_type), 415, "unsupported_media_type")


def test_an_answer_that_is_not_json_cannot_be_had(api: Api) -> None:
    problem(api.get("contacts/", Accept="text/html"), 406, "not_acceptable")


DEEP = b'{"attributes": {"a": ' + b"[" * 50_000 + b"]" * 50_000 + b"}}"


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"name": "x",}',
        b"{'name': 'x'}",
        b'{"name": NaN}',
        b'{"attributes": {"a": Infinity}}',
        b'{"attributes": {"a": -Infinity}}',
        b'{"attributes": {"a": 1e999}}',
        b'{"attributes": {"a": ' + b"9" * 30 + b"}}",
        b'{"attributes": {"a": ' + b"9" * 5000 + b"}}",
        b'{"name": "\\ud800"}',
        b'{"\\udfff": 1}',
        b'{"attributes": {"\\ud800": 1}}',
        b'{"attributes": {"a": ["\\u0000"]}}',
        b'{"name": "\xff"}',
        "\ufeff{}".encode(),
        "{}".encode("utf-16"),
        DEEP,
        b"[" * 100 + b"]" * 100,
    ],
)
@pytest.mark.parametrize("method, path", [("POST", "contacts/"), ("PUT", "accounts/acme/")])
def test_what_is_no_acceptable_json_is_400_and_stores_nothing(api: Api, body: bytes, method: str, path: str) -> None:
    problem(api.call(method, path, body), 400, "bad_json")
    assert not Contact.objects.exists()


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"1", b"true", b"null"])
def test_json_that_is_no_object_is_400(api: Api, body: bytes) -> None:
    problem(api.call("POST", "contacts/", body), 400, "invalid")


def test_a_body_of_over_a_megabyte_is_413(api: Api) -> None:
    big = json.dumps({"name": "x" * 1_100_000}).encode()
    problem(api.call("POST", "contacts/", big), 413, "too_large")


def test_a_body_whose_length_was_not_told_is_read_no_further_than_that() -> None:
    stream = io.BytesIO(b"x" * 3_000_000)
    with pytest.raises(Problem) as raised:
        StrictJSONParser().parse(stream)
    assert raised.value.status_code == 413
    assert stream.tell() == MAX_BODY + 1


async def test_a_body_in_chunks_is_read_like_any_other(chunked: Chunked) -> None:
    status, body = await chunked(b'{"name": "in ', b'pieces"}')
    assert (status, body["name"]) == (201, "in pieces")
    status, body = await chunked(*[b"x" * 600_000] * 5)
    assert (status, body["code"]) == (413, "too_large")
    status, body = await chunked(b"{", b"")
    assert (status, body["code"]) == (400, "bad_json")


def test_each_wrong_field_is_named(api: Api) -> None:
    body = problem(api.post("contacts/", {"email": "nobody", "timezone": "Mars/Base", "name": 1.5}), 400, "invalid")
    assert {(error["field"], error["code"]) for error in body["errors"]} == {
        ("email", "invalid_email"),
        ("timezone", "unknown_timezone"),
    }
    assert all(error["detail"] for error in body["errors"])


def test_an_error_that_nobody_foresaw_is_a_problem_that_tells_nothing(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr("inbox.api.contacts.create_contact", broken)
    client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {api.token}"})
    answer = client.post("/api/v1/contacts/", {}, "application/json")
    problem(answer, 500, "internal_error")
    assert b"hunter2" not in answer.content


def test_the_type_of_a_problem_leads_to_where_it_is_explained(api: Api) -> None:
    body = problem(api.get(f"contacts/{uuid.uuid4()}/"), 404, "not_found")
    page, _, anchor = body["type"].partition("#")
    assert f'id="{anchor}"' in Client().get(page).content.decode()
    assert body["title"] == TITLES[body["code"]]


def test_an_address_with_trailing_slash_forgotten_is_not_redirected(api: Api) -> None:
    assert made(api.get("contacts/"), 200)
    problem(api.post("contacts", {}), 404, "not_found")
