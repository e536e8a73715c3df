"""The API describes itself, and truthfully."""

from __future__ import annotations

import html
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml
from django.contrib.staticfiles import finders
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from bell.devices import add_device
from imports import batches
from inbox.api import examples
from inbox.api import examples_of_automations as shown_of_automations
from inbox.api import examples_of_imports as shown_of_imports
from inbox.api import examples_of_merging as shown_of_merging
from inbox.api.codes import CODES
from inbox.api.paint import painted_json
from inbox.models import Account, MergeSuggestion
from inbox.people.audit import COMMAND_LINE
from inbox.people.models import Teammate, Workspace
from notifications.events import track
from notifications.kinds.money import CardAdded
from notifications.models import Event
from tests.factories import make_contact, make_conversation, make_delivery, make_team, make_teammate
from tests.inbox.api.conftest import Api, made

ROUTES = {
    "/api/v1/contacts/": {"get", "post"},
    "/api/v1/contacts/{id}/": {"get", "patch", "delete"},
    "/api/v1/contacts/{id}/export/": {"get"},
    "/api/v1/contacts/by/external_id/{external_id}/": {"put"},
    "/api/v1/accounts/": {"get", "post"},
    "/api/v1/accounts/{external_id}/": {"get", "patch", "put"},
    "/api/v1/batch/accounts/": {"post"},
    "/api/v1/batch/contacts/": {"post"},
    "/api/v1/merge-suggestions/": {"get"},
    "/api/v1/merge-suggestions/{id}/": {"get"},
    "/api/v1/merge-suggestions/{id}/accept/": {"post"},
    "/api/v1/merge-suggestions/{id}/dismiss/": {"post"},
    "/api/v1/merges/": {"get", "post"},
    "/api/v1/merges/{id}/": {"get"},
    "/api/v1/merges/{id}/undo/": {"post"},
    "/api/v1/conversations/": {"get", "post"},
    "/api/v1/conversations/{id}/": {"get", "patch"},
    "/api/v1/conversations/{id}/messages/": {"get", "post"},
    "/api/v1/events/": {"get", "post"},
    "/api/v1/events/{id}/": {"get"},
    "/api/v1/deliveries/": {"get"},
    "/api/v1/routes/": {"get", "post"},
    "/api/v1/routes/{id}/": {"get", "patch", "put", "delete"},
    "/api/v1/automations/": {"get", "post"},
    "/api/v1/automations/{id}/": {"get", "patch", "delete"},
    "/api/v1/automations/{id}/versions/": {"get"},
    "/api/v1/automations/{id}/restore/": {"post"},
    "/api/v1/imports/": {"get", "post"},
    "/api/v1/imports/{id}/": {"get"},
    "/api/v1/imports/{id}/cancel/": {"post"},
    "/api/v1/imports/{id}/pause/": {"post"},
    "/api/v1/imports/{id}/resume/": {"post"},
    "/api/v1/imports/{id}/run/": {"post"},
    "/api/v1/imports/{id}/undo/": {"post"},
    "/api/v1/rings/": {"get", "post"},
}
KEYED = ("post", "put", "patch")


def operations(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield each operation's method, path and description."""
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def resolved(schema: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """Return what a reference into the components points to."""
    if "$ref" not in part:
        return part
    _, _, kind, name = part["$ref"].split("/")
    found: dict[str, Any] = schema["components"][kind][name]
    return found


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
                if status == "204":
                    assert "content" not in answer
                    continue
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
    track(CardAdded(last4="4242"), workspace=workspace)
    event = Event.objects.get(kind="card.added")
    check("Event", made(api.get(f"events/{event.public_id}/"), 200))
    check("Tracked", made(api.post("events/", {"kind": "user.a", "data": {"b": [None, {"c": 1.5}]}}), 202))
    check("Route", made(api.post("routes/", {**examples.ROUTE_INPUT, "quiet": {"from": "22:00", "to": "07:00"}})))
    make_delivery(event, payload={"text": "a", "deep": [{"b": None}]}, cause="not_connected", status="suppressed")
    for name, path in (("Event", "events/"), ("Delivery", "deliveries/"), ("Route", "routes/")):
        page = made(api.get(f"{path}?limit=1"), 200)
        assert page["results"]
        check(f"{name}Page", page)
    check("Problem", api.post("contacts/", {"email": "x"}).json())
    check("Problem", api.post("events/", {"kind": "card.added", "data": {"x": 1}}).json())
    check("Problem", api.get("contacts/x/").json())


def test_every_example_is_as_its_own_schema_says(schema: dict[str, Any]) -> None:
    def check(value: Any, shape: dict[str, Any]) -> None:
        formats = jsonschema.Draft202012Validator.FORMAT_CHECKER
        whole = {**shape, "components": schema["components"]}
        assert not list(jsonschema.Draft202012Validator(whole, format_checker=formats).iter_errors(value))

    for method, path, operation in operations(schema):
        where = f"{method} {path}"
        for parameter in operation.get("parameters", []):
            for example in parameter.get("examples", {}).values():
                check(example["value"], parameter["schema"])
            assert parameter["in"] != "path" or parameter["examples"], where
        contents = [answer.get("content", {}) for answer in operation["responses"].values()]
        contents += [operation["requestBody"]["content"]] if "requestBody" in operation else []
        for content in contents:
            for kind, media in content.items():
                assert media["examples"], (where, kind)
                for example in media["examples"].values():
                    check(resolved(schema, example)["value"], media["schema"])
        for answer in operation["responses"].values():
            for header in answer["headers"].values():
                told = resolved(schema, header)
                check(told["example"], told["schema"])


def test_every_problem_in_the_schema_is_one_of_the_table(schema: dict[str, Any]) -> None:
    for code, example in schema["components"]["examples"].items():
        told = example["value"]
        assert (told["code"], told["status"], told["title"]) == (code, CODES[code].status, CODES[code].title)


def test_writes_take_a_key_and_answers_say_what_is_left(schema: dict[str, Any]) -> None:
    for method, path, operation in operations(schema):
        headers = {one["name"] for one in operation.get("parameters", []) if one["in"] == "header"}
        assert headers == ({"Idempotency-Key"} if method in KEYED else set()), path
        for status, answer in operation["responses"].items():
            names = set(answer["headers"])
            assert ("RateLimit-Remaining" in names) == (status != "401")
            assert ("Retry-After" in names) == (status in ("409", "429", "503"))
            assert ("Idempotency-Replayed" in names) == (
                method in KEYED and status in ("200", "201", "202", "400", "404", "409")
            )


def test_the_examples_of_the_schema_do_what_they_show(
    schema: dict[str, Any], api: Api, workspace: Workspace, owner: Teammate
) -> None:
    """Each body that the page shows is sent, in the order in which a reader would, to what the one before it made."""
    make_teammate(workspace, "bea", name="Bea Lindqvist")
    make_team(workspace, "billing")
    add_device(workspace, "Reception", by=COMMAND_LINE)
    ids = {examples.CONTACT_ID: "", examples.CONVERSATION_ID: ""}
    bodies = {
        operation["operationId"]: next(iter(content["examples"].values()))["value"]
        for _, _, operation in operations(schema)
        for content in operation.get("requestBody", {}).get("content", {}).values()
    }

    def send(method: str, path: str, operation: str, status: int) -> Any:
        body = json.dumps(bodies.pop(operation))
        for shown, real in ids.items():
            body = body.replace(shown, real)
        return made(api.call(method, path, body.encode()), status)

    contact = send("POST", "contacts/", "create_contact", 201)
    ids[examples.CONTACT_ID] = contact["id"]
    same = ("external_id", "name", "email", "phone", "timezone", "account", "attributes", "identities")
    assert {name: contact[name] for name in same} == {name: examples.CONTACT[name] for name in same}
    send("PUT", "contacts/by/external_id/user-1042/", "upsert_contact", 200)
    changed = send("PATCH", f"contacts/{contact['id']}/", "change_contact", 200)
    assert {name: changed[name] for name in same} == {name: examples.CONTACT_CHANGED[name] for name in same}
    send("PUT", "accounts/acme/", "upsert_account", 200)
    send("PATCH", "accounts/acme/", "change_account", 200)
    api.patch("accounts/acme/", {})
    Account.objects.filter(external_id="acme").update(external_id="former")
    send("POST", "accounts/", "create_account", 201)
    conversation = send("POST", "conversations/", "start_conversation", 201)
    path = f"conversations/{conversation['id']}/"
    said = send("POST", f"{path}messages/", "say", 201)
    assert {**said, "at": "", "author": said["author"]["name"]} == {
        **examples.MESSAGE, "at": "", "author": "Bea Lindqvist",
    }  # fmt: skip
    snoozed = send("PATCH", path, "change_conversation", 200)
    shown = ("status", "snoozed_until", "assignee", "team", "priority")
    assert {name: snoozed[name] for name in shown} == {name: examples.CONVERSATION_CHANGED[name] for name in shown}
    event = made(api.get(f"events/{send('POST', 'events/', 'track_event', 202)['id']}/"), 200)
    told = ("kind", "topic", "severity", "title", "data", "account")
    assert {name: event[name] for name in told} == {name: examples.EVENT[name] for name in told}
    route = send("POST", "routes/", "create_route", 201)
    path = f"routes/{route['id']}/"
    for stands, answer in (
        (examples.ROUTE, route),
        (examples.ROUTE_CHANGED, send("PATCH", path, "change_route", 200)),
        (examples.ROUTE, send("PUT", path, "replace_route", 200)),
    ):
        assert {**answer, "id": "", "created_at": ""} == {**stands, "id": "", "created_at": ""}
    automation = send("POST", "automations/", "create_automation", 201)
    path = f"automations/{automation['id']}/"
    for stands, answer in (
        (shown_of_automations.AUTOMATION, automation),
        (shown_of_automations.AUTOMATION_CHANGED, send("PATCH", path, "change_automation", 200)),
        (shown_of_automations.AUTOMATION_RESTORED, send("POST", f"{path}restore/", "restore_automation", 200)),
    ):
        assert {**answer, "id": "", "created_at": ""} == {**stands, "id": "", "created_at": ""}
    [*_, first] = made(api.get(f"{path}versions/"), 200)["results"]
    same_version = {"by": "", "created_at": ""}
    assert {**first, **same_version} == {**shown_of_automations.VERSION, **same_version}
    assert send("POST", "rings/", "ring", 201)["bell"] == "Reception"
    other = make_contact(workspace, name="")
    ids[shown_of_merging.OTHER_ID] = str(other.public_id)
    merge = send("POST", "merges/", "merge_contacts", 201)
    assert (merge["winner"], merge["loser"], merge["reason"]) == (
        contact["id"], str(other.public_id), shown_of_merging.MERGE["reason"],
    )  # fmt: skip
    made(api.post(f"merges/{merge['id']}/undo/", {}), 200)
    found = MergeSuggestion.objects.get()  # who took the merge back has dismissed it
    MergeSuggestion.objects.update(status="pending")
    send("POST", f"merge-suggestions/{found.public_id}/accept/", "accept_merge_suggestion", 200)
    rows = send("POST", "batch/contacts/", "upsert_contacts", 200)["results"]
    assert [row["status"] for row in rows] == ["updated", "created"]
    assert send("POST", "batch/accounts/", "upsert_accounts", 200)["results"][0]["id"] == "acme"
    form = dict(shown_of_imports.IMPORT_INPUT)
    bodies.pop("create_import")
    form["file"] = SimpleUploadedFile(form["name"], form["file"].encode())
    begun = made(Client().post("/api/v1/imports/", form, headers={"Authorization": f"Bearer {api.token}"}))
    alike = {"id": "", "created_at": ""}
    assert {**begun, **alike} == {**shown_of_imports.IMPORT_BEGUN, **alike}
    while batches.drain():
        pass
    ended = made(api.get(f"imports/{begun['id']}/"), 200)
    alike |= dict.fromkeys(("finished_at", "refused_url", "updated", "created"), "")
    assert {**ended, **alike} == {**shown_of_imports.IMPORT, **alike}
    # Nadia is there already.
    assert (ended["created"], ended["updated"]) == (1, 1)
    assert not bodies


def test_the_readable_page_shows_every_operation_and_every_code_without_a_script(
    schema: dict[str, Any], db: None
) -> None:
    answer = Client().get("/api/v1/docs/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))
    assert "style=" not in page
    assert "<style" not in page
    assert "Set-Cookie" not in answer
    anchors = re.findall(r'id="([^"]+)"', page)
    assert len(anchors) == len(set(anchors))
    for _, path, operation in operations(schema):
        assert path in page
        assert operation["operationId"] in anchors
        assert f'data-from="{operation["operationId"]}-call"' in page
    assert set(CODES) <= set(anchors)
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(anchors)
    assert set(re.findall(r'data-from="([^"]+)"', page)) <= set(anchors)
    assert finders.find("api/docs.css")
    assert finders.find("api/docs.js")


def test_a_command_of_the_page_can_be_pasted_into_a_shell(db: None) -> None:
    page = Client().get("/api/v1/docs/").content.decode()
    commands = re.findall(r'<pre id="[^"]+" tabindex="0"><code>(curl.*?)</code>', page, re.S)
    assert len(commands) >= len(ROUTES)
    for command in commands:
        words = shlex.split(html.unescape(re.sub(r"</?span[^>]*>", "", command)))
        assert words[0] == "curl"
        assert "Authorization: Bearer $TOKEN" in words
        for place, word in enumerate(words):
            if word == "-d":
                assert isinstance(json.loads(words[place + 1]), dict)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(), st.lists))
def test_painting_changes_no_text_and_lets_no_markup_through(value: Any) -> None:
    plain = re.sub(r'</?span( class="j-\w+")?>', "", painted_json(value))
    assert "<" not in plain
    assert json.loads(html.unescape(plain)) == value
