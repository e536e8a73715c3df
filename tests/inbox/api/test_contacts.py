"""Contacts over the API: what a server says is proved."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest

from inbox.contacts import identities
from inbox.models import Account, Contact, Identity
from inbox.people.models import Workspace
from tests.factories import make_contact
from tests.inbox.api.conftest import Api, made, problem

FIELDS = {
    "id", "external_id", "name", "email", "phone", "timezone", "account", "attributes", "identities",
    "signed_up_at", "created_at", "last_seen_at",
}  # fmt: skip


def proved(contact: dict[str, Any]) -> set[tuple[str, str]]:
    return {(one["kind"], one["value"]) for one in contact["identities"] if one["verified"]}


def claimed(contact: dict[str, Any]) -> set[tuple[str, str]]:
    return {(one["kind"], one["value"]) for one in contact["identities"] if not one["verified"]}


def test_a_contact_is_created_with_all_its_fields(api: Api) -> None:
    sent = {
        "external_id": "u/1",
        "name": "Zoë 🎈",
        "email": "Zoe@Example.COM",
        "phone": "+49 30 123",
        "timezone": "Europe/Berlin",
        "account": "acme",
        "attributes": {"plan": "pro", "nested": {"list": [1, 2.5, None, True, "a\nb"]}},
        "signed_up_at": "2026-01-31T12:00:00+02:00",
    }
    contact = made(api.post("contacts/", sent))
    assert set(contact) == FIELDS
    assert contact == {
        **sent,
        "id": contact["id"],
        "email": "zoe@example.com",
        "identities": contact["identities"],
        "signed_up_at": "2026-01-31T10:00:00Z",
        "created_at": contact["created_at"],
        "last_seen_at": None,
    }
    assert proved(contact) == {("external_id", "u/1"), ("email", "zoe@example.com"), ("phone", "+49 30 123")}
    assert made(api.get(f"contacts/{contact['id']}/"), 200) == contact


def test_a_contact_may_be_created_knowing_nothing(api: Api) -> None:
    contact = made(api.post("contacts/", {}))
    empty = {key: value for key, value in contact.items() if key not in ("id", "created_at")}
    assert empty == {**dict.fromkeys(empty), "attributes": {}, "identities": []}


def test_only_what_is_sent_changes(api: Api) -> None:
    before = made(api.post("contacts/", {"name": "A", "phone": "123", "attributes": {"a": 1, "b": 2}}))
    after = made(api.patch(f"contacts/{before['id']}/", {"name": "B", "attributes": {"b": None, "c": [3]}}), 200)
    assert after == {**before, "name": "B", "attributes": {"a": 1, "c": [3]}}


def test_null_empties_a_field(api: Api) -> None:
    fields = {
        "name": "A",
        "email": "a@example.com",
        "phone": "1",
        "timezone": "UTC",
        "account": "acme",
        "external_id": "1",
    }
    contact = made(api.post("contacts/", {**fields, "signed_up_at": "2026-01-01T00:00:00Z"}))
    nulls = dict.fromkeys([*fields, "signed_up_at"])
    emptied = made(api.patch(f"contacts/{contact['id']}/", nulls), 200)
    assert {key: emptied[key] for key in nulls} == nulls


def test_an_email_that_another_has_proved_stays_a_claim(api: Api) -> None:
    first = made(api.post("contacts/", {"email": "a@example.com", "phone": "1"}))
    second = made(api.post("contacts/", {"external_id": "2", "email": "A@example.com", "phone": "1"}))
    assert proved(first) == {("email", "a@example.com"), ("phone", "1")}
    assert proved(second) == {("external_id", "2")}
    assert claimed(second) == {("email", "a@example.com"), ("phone", "1")}
    assert second["email"] == "a@example.com"


def test_the_same_email_in_another_workspace_is_nobodys_business(api: Api, stranger: Api) -> None:
    for caller in (api, stranger):
        contact = made(caller.post("contacts/", {"external_id": "1", "email": "a@example.com"}))
        assert proved(contact) == {("external_id", "1"), ("email", "a@example.com")}


def test_what_a_visitor_only_claimed_is_proved_by_the_server(api: Api, workspace: Workspace) -> None:
    contact = make_contact(workspace, email="a@example.com")
    identities.claim(contact, "email", "a@example.com")
    after = made(api.patch(f"contacts/{contact.public_id}/", {"email": "a@example.com"}), 200)
    assert proved(after) == {("email", "a@example.com")}
    assert Identity.objects.count() == 1


def test_an_external_id_of_another_is_409(api: Api) -> None:
    made(api.post("contacts/", {"external_id": "1"}))
    other = made(api.post("contacts/", {"external_id": "2", "name": "Two"}))
    problem(api.post("contacts/", {"external_id": "1", "account": "new"}), 409, "external_id_taken", "external_id")
    answer = api.patch(f"contacts/{other['id']}/", {"external_id": "1", "name": "One"})
    problem(answer, 409, "external_id_taken", "external_id")
    assert made(api.get(f"contacts/{other['id']}/"), 200) == other
    assert not Account.objects.exists()


def test_a_former_external_id_is_free_for_another(api: Api) -> None:
    first = made(api.post("contacts/", {"external_id": "old"}))
    renamed = made(api.patch(f"contacts/{first['id']}/", {"external_id": "new"}), 200)
    assert proved(renamed) == {("external_id", "new")}
    second = made(api.put("contacts/by/external_id/old/", {}), 201)
    assert second["id"] != first["id"]
    assert proved(second) == {("external_id", "old")}


def test_upsert_makes_and_then_changes(api: Api) -> None:
    new = made(api.put("contacts/by/external_id/u1/", {"name": "A", "attributes": {"a": 1}}), 201)
    same = made(api.put("contacts/by/external_id/u1/", {"attributes": {"b": 2}, "external_id": "u1"}), 200)
    assert same == {**new, "attributes": {"a": 1, "b": 2}}
    assert new["external_id"] == "u1"
    problem(api.put("contacts/by/external_id/u1/", {"external_id": "u2"}), 400, "external_id_mismatch", "external_id")


@pytest.mark.parametrize(
    "path, external_id",
    [
        ("a%2Fb", "a/b"),
        ("a%2F%2Fb%2F", "a//b/"),
        ("%C3%BC%20x", "ü x"),
        ("..", ".."),
        ("%3Fq%23", "?q#"),
        ("%2520", "%20"),
    ],
)
def test_any_external_id_fits_into_an_address(api: Api, path: str, external_id: str) -> None:
    assert made(api.put(f"contacts/by/external_id/{path}/", {}), 201)["external_id"] == external_id
    assert made(api.put(f"contacts/by/external_id/{path}/", {}), 200)["external_id"] == external_id


@pytest.mark.parametrize("path", ["%00", "a%01", "a%0Ab", "%0A", "x" * 256, "%20", "%7F"])
def test_an_external_id_that_cannot_be_is_refused(api: Api, path: str) -> None:
    problem(api.put(f"contacts/by/external_id/{path}/", {}), 400, "invalid", "external_id")


def test_contacts_are_found_by_any_email_they_are_known_by(api: Api, workspace: Workspace, stranger: Api) -> None:
    server = made(api.post("contacts/", {"email": "old@example.com"}))
    made(api.patch(f"contacts/{server['id']}/", {"email": "new@example.com"}), 200)
    visitor = make_contact(workspace)
    identities.claim(visitor, "email", "new@example.com")
    made(api.post("contacts/", {"email": "else@example.com"}))
    made(stranger.post("contacts/", {"email": "new@example.com"}))

    def found(email: str) -> set[str]:
        return {one["id"] for one in made(api.get(f"contacts/?email={email}"), 200)["results"]}

    assert found("NEW@Example.com") == {server["id"], str(visitor.public_id)}
    assert found("old@example.com") == {server["id"]}
    assert found("none@example.com") == set()


def test_contacts_are_found_by_external_id(api: Api) -> None:
    made(api.post("contacts/", {"external_id": "u/1"}))
    made(api.post("contacts/", {"external_id": "u/2"}))
    assert [one["external_id"] for one in made(api.get("contacts/?external_id=u%2F1"), 200)["results"]] == ["u/1"]
    assert made(api.get("contacts/?external_id=U%2F1"), 200)["results"] == []


@pytest.mark.parametrize(
    "query", ["email=", "email=%00", "external_id=%01", "limit=0", "limit=201", "limit=x", "limit=-1"]
)
def test_a_query_that_makes_no_sense_is_400(api: Api, query: str) -> None:
    problem(api.get(f"contacts/?{query}"), 400, "invalid", query.partition("=")[0])


@pytest.mark.parametrize(
    "field, value",
    [
        ("email", "nobody"),
        ("email", "a@b@c.com"),
        ("email", "a b@example.com"),
        ("email", "x" * 250 + "@example.com"),
        ("email", ["a@example.com"]),
        ("phone", "call me"),
        ("phone", "1" * 41),
        ("name", "x" * 256),
        ("name", "a\x07b"),
        ("name", "line\nbreak"),
        ("name", {"first": "A"}),
        ("name", True),
        ("timezone", "Mars/Base"),
        ("timezone", "../../etc/passwd"),
        ("timezone", "Factory"),
        ("account", ""),
        ("account", "x" * 256),
        ("account", "a\x00".replace("\x00", "\x01")),
        ("external_id", "x" * 256),
        ("attributes", []),
        ("attributes", "text"),
        ("attributes", None),
        ("attributes", {"": 1}),
        ("attributes", {"x" * 101: 1}),
        ("attributes", {"a\tb": 1}),
        ("signed_up_at", "2026-01-31T12:00:00"),
        ("signed_up_at", "2026-13-31T12:00:00Z"),
        ("signed_up_at", "2026-01-31"),
        ("signed_up_at", 1769860800),
        ("signed_up_at", "0001-01-01T00:00:00+14:00"),
        ("last_seen_at", "9999-12-31T23:59:59-14:00"),
        ("last_seen_at", "yesterday"),
    ],
)
def test_bad_values_are_refused_and_nothing_is_stored(api: Api, field: str, value: object) -> None:
    problem(api.post("contacts/", {field: value}), 400, "invalid", field)
    problem(api.put("contacts/by/external_id/u1/", {field: value}), 400, "invalid", field)
    assert not Contact.objects.exists()


def test_attributes_of_more_than_64_kb_are_refused_even_in_slices(api: Api) -> None:
    problem(api.post("contacts/", {"attributes": {"a": "é" * 33_000}}), 400, "attributes_too_large", "attributes")
    contact = made(api.post("contacts/", {"attributes": {"a": "x" * 40_000}}))
    answer = api.patch(f"contacts/{contact['id']}/", {"attributes": {"b": "x" * 40_000}})
    problem(answer, 400, "attributes_too_large", "attributes")
    made(api.patch(f"contacts/{contact['id']}/", {"attributes": {"a": None, "b": "x" * 40_000}}), 200)


def test_moments_at_the_ends_of_time_are_kept(api: Api) -> None:
    contact = made(
        api.post("contacts/", {"signed_up_at": "0001-01-01T00:00:00Z", "last_seen_at": "9999-12-31T23:59:59Z"})
    )
    assert made(api.get(f"contacts/{contact['id']}/"), 200)["last_seen_at"] == "9999-12-31T23:59:59Z"


def test_saying_the_same_again_is_no_activity(api: Api, workspace: Workspace) -> None:
    body = {"name": "A", "email": "a@example.com", "attributes": {"a": 1}, "account": "acme"}
    made(api.put("contacts/by/external_id/u1/", body), 201)
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    Contact.objects.update(updated_at=long_ago)
    made(api.put("contacts/by/external_id/u1/", body), 200)
    assert Contact.objects.get().updated_at == long_ago
    made(api.put("contacts/by/external_id/u1/", {"name": "B"}), 200)
    assert Contact.objects.get().updated_at > long_ago


def test_another_workspaces_contact_is_not_found(api: Api, stranger: Api) -> None:
    contact = made(api.post("contacts/", {"external_id": "1", "email": "a@example.com"}))
    problem(stranger.get(f"contacts/{contact['id']}/"), 404, "not_found")
    problem(stranger.patch(f"contacts/{contact['id']}/", {"name": "Mine"}), 404, "not_found")
    assert made(stranger.get("contacts/"), 200)["results"] == []
    assert made(stranger.get("contacts/?email=a@example.com"), 200)["results"] == []
    assert made(stranger.get("contacts/?external_id=1"), 200)["results"] == []
    other = made(stranger.put("contacts/by/external_id/1/", {"name": "Theirs"}), 201)
    assert other["id"] != contact["id"]
    assert made(api.get(f"contacts/{contact['id']}/"), 200) == contact
    problem(api.get(f"contacts/{uuid.uuid4()}/"), 404, "not_found")
