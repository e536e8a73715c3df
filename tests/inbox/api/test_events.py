"""Events over the API: tracked once, with whom they are about; refused with a code of their own; seen by who may."""

from __future__ import annotations

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inbox.conversations import actions
from inbox.models import Account, Contact, Identity
from inbox.people.models import Teammate, Workspace
from notifications.models import Event
from tests.factories import make_contact, make_conversation, make_team, make_teammate
from tests.inbox.api.conftest import Api, api_of, made, problem

SIGNED_UP = {
    "kind": "contact.signed_up",
    "contact": {"email": "Nadia@example.com", "name": "Nadia Okafor"},
    "account": {"external_id": "acme", "name": "Acme GmbH"},
    "data": {"plan": "pro"},
}


def tracked(api: Api, **body: Any) -> Event:
    """Track an event over the API and return its row."""
    return Event.objects.get(public_id=made(api.post("events/", body), 202)["id"])


def test_a_sign_up_makes_the_contact_and_the_account_and_is_tracked(api: Api, workspace: Workspace) -> None:
    answer = made(api.post("events/", SIGNED_UP), 202)
    assert set(answer) == {"id"}
    contact = Contact.objects.get()
    assert (contact.email, contact.name, contact.account.name) == ("nadia@example.com", "Nadia Okafor", "Acme GmbH")
    assert contact.signed_up_at is not None
    assert Identity.objects.get(kind="email").verified_at is not None
    event = made(api.get(f"events/{answer['id']}/"), 200)
    occurred_at = event.pop("occurred_at")
    assert event == {
        "id": answer["id"],
        "kind": "contact.signed_up",
        "topic": "user-behavior",
        "severity": "info",
        "title": "Nadia Okafor signed up for pro",
        "data": {"plan": "pro"},
        "contact": str(contact.public_id),
        "account": "acme",
    }
    assert occurred_at[:4] == str(timezone.now().year)


def test_whom_we_know_is_found_again_by_email_or_external_id(api: Api) -> None:
    tracked(api, **SIGNED_UP)
    tracked(api, kind="contact.onboarded", contact={"email": "nadia@EXAMPLE.com"})
    tracked(api, kind="user.exported", contact={"external_id": "u-1", "email": "other@example.com"})
    tracked(api, kind="user.exported", contact={"external_id": "u-1"})
    assert Contact.objects.count() == 2
    nadia = Contact.objects.get(email="nadia@example.com")
    assert nadia.onboarded_at is not None
    assert nadia.name == "Nadia Okafor"


def test_when_somebody_signed_up_is_said_once(api: Api) -> None:
    first = timezone.now() - timedelta(days=5)
    tracked(api, **SIGNED_UP, occurred_at=first.isoformat())
    tracked(api, **SIGNED_UP)
    assert Contact.objects.get().signed_up_at == first


@pytest.mark.parametrize("kind", ["contact.signup_failed", "payment.failed", "login.failed", "contact.deleted"])
def test_what_went_wrong_makes_no_contact_but_names_who_it_was(api: Api, workspace: Workspace, kind: str) -> None:
    event = tracked(api, kind=kind, contact={"email": "new@example.com"})
    assert not Contact.objects.exists()
    assert (event.contact, event.contact_name) == (None, "new@example.com")
    known = made(api.post("contacts/", {"email": "new@example.com"}))["id"]
    assert str(tracked(api, kind=kind, contact={"email": "new@example.com"}).contact) == known


def test_an_email_that_somebody_only_claims_finds_nobody(api: Api, workspace: Workspace) -> None:
    visitor = make_contact(workspace, email="nadia@example.com")
    Identity.objects.create(workspace=workspace, contact=visitor, kind="email", value="nadia@example.com")
    assert tracked(api, **SIGNED_UP).contact != visitor.public_id


def test_a_workspaces_own_kind_takes_any_data(api: Api) -> None:
    event = tracked(api, kind="user.report_exported", data={"rows": 12, "deep": [{"a": None}]}, severity="warning")
    assert (event.topic, event.title, event.severity_word) == ("user-behavior", "Report exported", "warning")
    assert made(api.get("events/?kind=user.report_exported"), 200)["results"][0]["data"] == {
        "rows": 12, "deep": [{"a": None}],
    }  # fmt: skip


@pytest.mark.parametrize(
    "kind",
    ["nothing.known", "conversation.started", "message.received", "import.finished", "audit.*", "user.*", "user.Bad",
     "user.", "teammate.left"],
)  # fmt: skip
def test_a_kind_that_servers_may_not_track_is_refused(api: Api, kind: str) -> None:
    problem(api.post("events/", {"kind": kind}), 400, "unknown_kind", "kind")
    assert not Event.objects.exists()


def test_data_that_are_not_the_kinds_are_refused_field_by_field(api: Api) -> None:
    data = {"plan": 3, "colour": "red"}
    body = problem(api.post("events/", {"kind": "contact.signed_up", "data": data}), 400, "data_invalid")
    assert {(one["field"], one["code"]) for one in body["errors"]} == {
        ("data.plan", "string_type"), ("data.colour", "unknown_field"),
    }  # fmt: skip
    refused = api.post("events/", {"kind": "contact.stalled", "data": {"contact_id": "1"}})
    problem(refused, 400, "data_invalid", "data.contact_id")
    refused = api.post("events/", {"kind": "feedback.given", "data": {"score": "Infinity"}})
    problem(refused, 400, "data_invalid", "data.score")


@pytest.mark.parametrize(
    "body, code, field",
    [
        ({"kind": "user.a", "severity": "loud"}, "severity_unknown", "severity"),
        ({"kind": "user.a", "occurred_at": "yesterday"}, "occurred_at_invalid", "occurred_at"),
        ({"kind": "user.a", "occurred_at": "2026-01-31T12:00:00"}, "occurred_at_invalid", "occurred_at"),
        ({"kind": "user.a", "occurred_at": "0001-01-01T00:00:00+14:00"}, "occurred_at_invalid", "occurred_at"),
        ({"kind": "user.a", "data": {"text": "é" * 33_000}}, "data_too_large", "data"),
        ({"kind": "user.a", "data": [1]}, "invalid", "data"),
        ({"kind": "user.a", "contact": {"name": "Nadia"}}, "invalid", "contact"),
        ({"kind": "user.a", "contact": {"email": "nadia"}}, "invalid", "contact.email"),
        ({"kind": "user.a", "account": {"name": "Acme"}}, "invalid", "account.external_id"),
        ({}, "invalid", "kind"),
    ],
)
def test_each_mistake_has_its_code_and_its_place(api: Api, body: Any, code: str, field: str) -> None:
    problem(api.post("events/", body), 400, code, field)
    assert not Event.objects.exists()


def test_what_lies_a_day_ahead_is_refused_and_a_clock_that_runs_ahead_is_not(api: Api) -> None:
    ahead = (timezone.now() + timedelta(hours=25)).isoformat()
    problem(api.post("events/", {"kind": "user.a", "occurred_at": ahead}), 400, "occurred_at_invalid", "occurred_at")
    tracked(api, kind="user.a", occurred_at=(timezone.now() + timedelta(hours=23)).isoformat())


def test_what_is_no_json_is_refused(api: Api) -> None:
    problem(api.post("events/", b'{"kind": '), 400, "bad_json")


def test_the_same_key_answers_the_same_id_and_changes_nothing(api: Api, stranger: Api) -> None:
    first = made(api.post("events/", {**SIGNED_UP, "idempotency_key": "a"}), 202)
    again = {**SIGNED_UP, "contact": {"email": "else@example.com"}, "idempotency_key": "a"}
    assert made(api.post("events/", again), 202) == first
    assert (Event.objects.count(), Contact.objects.count()) == (1, 1)
    assert made(stranger.post("events/", {**SIGNED_UP, "idempotency_key": "a"}), 202) != first


@pytest.mark.django_db(transaction=True)
def test_of_ten_calls_at_once_with_one_key_one_is_tracked(api: Api) -> None:
    def call(n: int) -> Any:
        try:
            body = {**SIGNED_UP, "idempotency_key": "race"}
            return made(api.post("events/", body), 202)["id"]
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert len(set(pool.map(call, range(10)))) == 1
    assert (Event.objects.count(), Contact.objects.count(), Account.objects.count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_of_ten_sign_ups_at_once_by_one_email_one_contact_is_made(api: Api) -> None:
    def call(n: int) -> None:
        try:
            made(api.post("events/", {**SIGNED_UP, "idempotency_key": str(n)}), 202)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(call, range(10)))
    assert (Event.objects.count(), Contact.objects.count()) == (10, 1)


def test_the_list_is_newest_first_by_cursor_and_can_be_asked(api: Api, workspace: Workspace) -> None:
    for n in range(5):
        tracked(api, kind="user.step", data={"n": n})
    page = made(api.get("events/?limit=2"), 200)
    assert [one["data"]["n"] for one in page["results"]] == [4, 3]
    tracked(api, kind="payment.failed", account={"external_id": "acme"}, contact={"email": "x@example.com"})
    page = made(api.get(page["next"]), 200)
    assert [one["data"]["n"] for one in page["results"]] == [2, 1]
    contact = str(tracked(api, **SIGNED_UP).contact)
    for query, count in (
        ("kind=payment.failed", 1), ("kind=payment.*", 1), ("kind=user.*", 5), ("topic=financials", 1),
        (f"contact={contact}", 1), ("account=acme", 2), ("kind=nothing", 0),
    ):  # fmt: skip
        assert len(made(api.get(f"events/?{query}"), 200)["results"]) == count, query
    problem(api.get("events/?page=2"), 400, "unknown_parameter", "page")


def test_a_page_of_events_costs_the_same_queries_whatever_its_length(api: Api) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            made(api.get("events/"), 200)
            made(api.get("deliveries/"), 200)
        return len(queries)

    tracked(api, **SIGNED_UP)
    cost()  # the first call of a token notes its use
    before = cost()
    for n in range(10):
        tracked(api, **{**SIGNED_UP, "contact": {"email": f"n{n}@example.com"}})
    assert cost() == before


def test_an_event_of_a_private_team_is_seen_by_who_sees_the_conversation(api: Api, workspace: Workspace) -> None:
    inside, outside = make_teammate(workspace, "ivy"), make_teammate(workspace, "otto")
    team = make_team(workspace, "quiet", members=(inside,), is_private=True)
    conversation, _ = actions.start(make_contact(workspace), "Salary", team=team)
    actions.close(conversation, by=inside)
    closed = Event.objects.get(kind="conversation.closed")
    assert closed.is_private
    path = f"events/{closed.public_id}/"
    made(api.get(path), 200)
    made(api_of(inside).get(path), 200)
    problem(api_of(outside).get(path), 404, "not_found")
    assert made(api_of(outside).get("events/"), 200)["results"] == []
    actions.start(make_contact(workspace), "Hello")
    assert {one["kind"] for one in made(api_of(outside).get("events/"), 200)["results"]} == {
        "conversation.started", "message.received",
    }  # fmt: skip


def test_another_workspaces_events_are_not_there(api: Api, stranger: Api) -> None:
    event = tracked(api, **SIGNED_UP)
    problem(stranger.get(f"events/{event.public_id}/"), 404, "not_found")
    assert made(stranger.get(f"events/?contact={event.contact}"), 200)["results"] == []
    assert made(stranger.get(f"deliveries/?event={event.public_id}"), 200)["results"] == []


def test_a_token_that_only_reads_tracks_nothing(api: Api, owner: Teammate) -> None:
    from inbox.people.models import ApiToken

    reader = Api(ApiToken.issue(owner, "reads", scope="read"))
    problem(reader.post("events/", SIGNED_UP), 403, "read_only_token")
    assert not Event.objects.exists()


def test_nothing_is_made_when_the_event_cannot_be_tracked(api: Api) -> None:
    problem(api.post("events/", {**SIGNED_UP, "kind": "user.a", "data": {"a": "x" * 70_000}}), 400, "data_too_large")
    assert not Contact.objects.exists()
    assert not Account.objects.exists()


def test_attributes_that_a_server_adds_or_removes_are_told_by_name(api: Api) -> None:
    path = "contacts/by/external_id/u-1/"
    made(api.put(path, {"attributes": {"seats": 3}}))
    assert not Event.objects.exists()
    made(api.put(path, {"attributes": {"seats": 4}}), 200)
    assert not Event.objects.exists()
    made(api.put(path, {"attributes": {"seats": None, "colour": "red"}}), 200)
    assert {event.kind: event.data for event in Event.objects.all()} == {
        "contact.data_added": {"fields": ["colour"]}, "contact.data_removed": {"fields": ["seats"]},
    }  # fmt: skip


def test_a_conversations_event_never_has_the_message_in_its_title(api: Api, workspace: Workspace) -> None:
    make_conversation(workspace, text="My card is lost" + " and more" * 100)
    for event in Event.objects.all():
        assert "card" not in event.title
        assert "card" not in json.dumps(event.data)
        assert len(event.body) <= 200
    assert uuid.UUID(made(api.get("events/?kind=message.received"), 200)["results"][0]["id"])
