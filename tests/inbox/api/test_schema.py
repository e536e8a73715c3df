"""The API describes itself, and truthfully."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client

from inbox.people.models import Teammate, Workspace
from tests.factories import make_conversation
from tests.inbox.api.conftest import Api, made

ROUTES = {
    "/api/v1/contacts/": {"get", "post"},
    "/api/v1/contacts/{id}/": {"get", "patch"},
    "/api/v1/contacts/by/external_id/{external_id}/": {"put"},
    "/api/v1/accounts/": {"get", "post"},
    "/api/v1/accounts/{external_id}/": {"get", "patch", "put"},
    "/api/v1/conversations/": {"get", "post"},
    "/api/v1/conversations/{id}/": {"get", "patch"},
    "/api/v1/conversations/{id}/messages/": {"get", "post"},
}


@pytest.fixture
def schema() -> dict[str, Any]:
    return made(Client().get("/api/v1/schema/"), 200)


def test_the_schema_is_valid_and_made_without_a_warning(tmp_path: Path) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yaml"))


def test_the_schema_is_public_json_unless_yaml_is_asked_for(schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.1")
    assert Client().get("/api/v1/schema/")["Content-Type"].startswith("application/json")
    text = Client().get("/api/v1/schema/?format=yaml")
    assert yaml.safe_load(text.content) == schema


def test_every_route_is_described(schema: dict[str, Any]) -> None:
    assert {
        path: set(methods) & {"get", "post", "put", "patch", "delete"} for path, methods in schema["paths"].items()
    } == ROUTES
    for methods in schema["paths"].values():
        for operation in methods.values():
            assert operation["summary"]
            assert operation["description"]
            assert operation["security"] == [{"token": []}]
            assert {"401", "429"} <= set(operation["responses"])
            for status, answer in operation["responses"].items():
                kind = "application/json" if status.startswith("2") else "application/problem+json"
                assert set(answer["content"]) == {kind}


def test_answers_are_as_the_schema_says(
    schema: dict[str, Any], api: Api, workspace: Workspace, owner: Teammate
) -> None:
    def check(name: str, body: Any) -> None:
        whole = {"$ref": f"#/components/schemas/{name}", "components": schema["components"]}
        jsonschema.validate(body, whole, jsonschema.Draft202012Validator)

    full = {"external_id": "1", "email": "a@example.com", "account": "acme", "attributes": {"a": [1]}}
    check("Contact", made(api.post("contacts/", full)))
    check("Contact", made(api.post("contacts/", {})))
    check("Account", made(api.get("accounts/acme/"), 200))
    path = f"conversations/{make_conversation(workspace).public_id}/"
    check("Conversation", made(api.patch(path, {"status": "closed", "assignee": "@ada"}), 200))
    check("Message", made(api.post(path + "messages/", {"kind": "note", "text": "Hm", "author": "@ada"})))
    for name in ("Contact", "Account", "Conversation"):
        check(f"{name}Page", made(api.get(f"{name.lower()}s/?limit=1"), 200))
    check("MessagePage", made(api.get(path + "messages/?limit=1"), 200))
    check("Problem", api.post("contacts/", {"email": "x"}).json())
    check("Problem", api.get("contacts/x/").json())


def test_the_examples_of_the_schema_are_accepted(schema: dict[str, Any], api: Api, workspace: Workspace) -> None:
    for path in ("accounts/", "contacts/"):
        content = schema["paths"][f"/api/v1/{path}"]["post"]["requestBody"]["content"]["application/json"]
        [example] = content["examples"].values()
        made(api.post(path, example["value"]))


def test_the_readable_page_shows_every_operation_without_a_script(schema: dict[str, Any], db: None) -> None:
    answer = Client().get("/api/v1/docs/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "<script" not in page
    assert "style=" not in page
    assert "<style" not in page
    assert "Set-Cookie" not in answer
    anchors = set(re.findall(r'id="([^"]+)"', page))
    for path, methods in schema["paths"].items():
        assert path in page
        assert {operation["operationId"] for operation in methods.values()} <= anchors
    assert set(re.findall(r'href="#([^"]+)"', page)) <= anchors
    assert page.count("curl") > len(anchors & {o["operationId"] for m in schema["paths"].values() for o in m.values()})
    assert finders.find("api/docs.css")
