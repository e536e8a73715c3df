"""What pages track: few kinds, little data, not often, believed no further than a public key goes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from inbox.models import Contact
from inbox.people.models import Workspace
from inbox.people.secrets import token_hash
from notifications.models import Event
from tests.factories import make_contact, make_visitor, make_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    cache.clear()
    return make_workspace()


def send(workspace: Workspace, status: int = 202, origin: str | None = None, **body: Any) -> Any:
    raw = json.dumps({"key": workspace.widget_key, "name": "user.cart_emptied", **body})
    headers = {"Origin": origin} if origin else {}
    answer = Client(headers=headers).post("/widget/v1/events", raw, content_type="text/plain")
    assert answer.status_code == status, answer.content
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer
    assert "Access-Control-Allow-Credentials" not in answer
    return answer


def visitor_token(workspace: Workspace, contact: Contact | None) -> str:
    visitor = make_visitor(workspace, contact)
    visitor.token_hash = token_hash(f"fv_{visitor.pk}")
    visitor.save()
    return f"fv_{visitor.pk}"


def test_a_pages_event_is_tracked_about_the_visitors_contact(workspace: Workspace) -> None:
    contact = make_contact(workspace, name="Nadia")
    answer = send(workspace, visitor=visitor_token(workspace, contact), data={"bags": 2})
    assert answer.json() == {}
    event = Event.objects.get()
    assert (event.kind, event.data, event.contact) == ("user.cart_emptied", {"bags": 2}, contact.public_id)
    assert event.title == "Nadia: cart emptied"


def test_nobody_known_is_nobody_and_no_contact_is_made(workspace: Workspace) -> None:
    elsewhere = make_workspace()
    theirs = visitor_token(elsewhere, make_contact(elsewhere))
    for visitor in (None, "fv_unknown", theirs, visitor_token(workspace, None)):
        send(workspace, visitor=visitor)
    assert set(Event.objects.values_list("contact", "workspace")) == {(None, workspace.pk)}
    assert Contact.objects.count() == 1


def test_feedback_is_for_pages_too(workspace: Workspace) -> None:
    send(workspace, name="feedback.given", data={"score": 4, "out_of": 5, "comment": "Good"})
    assert Event.objects.get().topic == "client-feedback"


@pytest.mark.parametrize(
    "name", ["payment.failed", "contact.signed_up", "conversation.started", "user.*", "audit.*", "user.", "", "nothing"]
)
def test_other_kinds_are_not_for_pages(workspace: Workspace, name: str) -> None:
    assert send(workspace, 400, name=name).json()["code"] == "unknown_kind"
    assert not Event.objects.exists()


def test_a_page_writes_no_title_no_link_and_settles_nothing(workspace: Workspace) -> None:
    claims = {
        "title": "Pay here",
        "url": "https://evil.example",
        "subject": "invoice:1",
        "fingerprint": "a",
        "body": "!",
    }
    send(workspace, data=claims)
    event = Event.objects.get()
    assert (event.title, event.url, event.subject, event.body) == ("Cart emptied", "", "", "")
    assert event.data == claims


@pytest.mark.parametrize(
    "body, status, code",
    [
        ({"data": {"a": "x" * 5000}}, 413, "data_too_large"),
        ({"data": {"a": "é" * 2100}}, 413, "data_too_large"),
        ({"data": {"a": "x" * 33_000}}, 413, "too_large"),
        ({"data": [1]}, 400, "bad_request"),
        ({"data": {"a": "\0"}}, 400, "bad_json"),
        ({"key": "wk_nobodys"}, 404, "unknown_key"),
        ({"key": None}, 400, "bad_request"),
        ({"name": "feedback.given", "data": {"score": "much"}}, 400, "data_invalid"),
        ({"name": "feedback.given", "data": {"colour": "red"}}, 400, "data_invalid"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_code(
    workspace: Workspace, body: dict[str, Any], status: int, code: str
) -> None:
    assert send(workspace, status, **body).json()["code"] == code
    assert not Event.objects.exists()


def test_what_is_no_json_is_refused(workspace: Workspace) -> None:
    answer = Client().post("/widget/v1/events", b"{", content_type="text/plain")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_json")


def test_only_the_workspaces_own_sites_may_track(workspace: Workspace) -> None:
    workspace.widget_origins = ["https://shop.example"]
    workspace.save()
    send(workspace, origin="https://shop.example")
    assert send(workspace, 403, origin="https://evil.example").json()["code"] == "origin_not_allowed"
    assert Event.objects.count() == 1


def test_a_preflight_allows_what_the_session_allows_and_a_get_nothing(workspace: Workspace) -> None:
    preflight = Client().options("/widget/v1/events")
    session = Client().options("/widget/v1/session")
    assert preflight.status_code == 204
    names = [name for name in preflight.headers if name.startswith("Access-Control")]
    assert {name: preflight[name] for name in names} == {name: session[name] for name in names}
    assert Client().get("/widget/v1/events").status_code == 405


def test_one_browser_may_not_track_without_end(workspace: Workspace, settings: Any) -> None:
    rates = {"widget_events_visitor": "3/min", "widget_events_address": "100/min"}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}
    token = visitor_token(workspace, None)
    for _ in range(3):
        send(workspace, visitor=token)
    refused = send(workspace, 429, visitor=token)
    assert (refused.json()["code"], int(refused["Retry-After"]) >= 1) == ("rate_limited", True)
    send(workspace, visitor=visitor_token(workspace, None))
    assert Event.objects.count() == 4


def test_one_address_may_not_track_without_end_whatever_it_says_it_is(workspace: Workspace, settings: Any) -> None:
    rates = {"widget_events_visitor": "100/min", "widget_events_address": "3/min"}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}
    for n in range(3):
        send(workspace, visitor=f"fv_{n}")
    send(workspace, 429, visitor="fv_another")
    assert Event.objects.count() == 3
