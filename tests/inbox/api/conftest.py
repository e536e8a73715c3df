"""A workspace, its owner, and a caller with a token."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from inbox.api.codes import CODES
from inbox.people.models import ApiToken, Teammate, Workspace
from tests.factories import make_teammate, make_workspace


@dataclass
class Api:
    """Calls the API with a token (none if it is empty)."""

    token: str

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send `body` as JSON (as it is, if it is bytes) and return the answer."""
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        path = path if path.startswith(("/", "http")) else f"/api/v1/{path}"
        content_type = headers.pop("content_type", "application/json")
        return Client().generic(method, path, raw, content_type, headers=headers)

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any) -> Any:
        return self.call("POST", path, body)

    def put(self, path: str, body: Any) -> Any:
        return self.call("PUT", path, body)

    def patch(self, path: str, body: Any) -> Any:
        return self.call("PATCH", path, body)


def made(answer: HttpResponse, status: int = 201) -> Any:
    """Return the body of an answer that went well."""
    assert answer.status_code == status, answer.content
    return json.loads(answer.content)


def problem(answer: HttpResponse, status: int, code: str, field: str | None = None) -> Any:
    """Check that an answer is this problem, about this field, and return its body."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body = json.loads(answer.content)
    assert {"type", "title", "status", "detail", "code"} <= set(body)
    assert (body["status"], body["code"]) == (status, code), body
    assert (CODES[code].status, CODES[code].title) == (status, body["title"])
    if field is not None:
        assert field in [error["field"] for error in body["errors"]], body
    return body


def api_of(teammate: Teammate) -> Api:
    """Return a caller who acts as this teammate."""
    return Api(ApiToken.issue(teammate, "test"))


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace()


@pytest.fixture
def owner(workspace: Workspace) -> Teammate:
    return make_teammate(workspace, "ada", role="owner")


@pytest.fixture
def api(owner: Teammate) -> Api:
    return api_of(owner)


@pytest.fixture
def stranger(db: None) -> Api:
    """Return a caller of another workspace."""
    return api_of(make_teammate(make_workspace(), "zoe", role="owner"))
