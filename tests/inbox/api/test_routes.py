"""Routes and deliveries over the API: what is told where, and what became of it."""

from __future__ import annotations

from typing import Any

import pytest

from inbox.people.models import Workspace
from notifications import routing, sending
from notifications.models import Event, Rule
from tests.factories import make_conversation, make_delivery, make_team, make_teammate
from tests.inbox.api.conftest import Api, api_of, made, problem

ROUTE = {"name": "Pro", "transport": "log", "address": "sales", "kinds": ["contact.*"]}


def work() -> None:
    while routing.drain() + sending.drain():
        pass


def test_a_route_is_made_changed_replaced_and_deleted(api: Api, workspace: Workspace) -> None:
    route = made(api.post("routes/", {**ROUTE, "min_severity": "warning", "cap": 5}))
    path = f"routes/{route['id']}/"
    assert (route["min_severity"], route["cap"], route["quiet"]) == ("warning", 5, None)
    changed = made(api.patch(path, {"quiet": {"from": "22:00", "to": "07:00"}}), 200)
    assert changed == {**route, "quiet": {"from": "22:00", "to": "07:00"}}
    replaced = made(api.put(path, ROUTE), 200)
    assert replaced == {**route, "min_severity": "info", "cap": 0}
    assert made(api.get(path), 200) == replaced
    assert made(api.get("routes/"), 200)["results"] == [replaced]
    answer = api.call("DELETE", path)
    assert (answer.status_code, answer.content) == (204, b"")
    problem(api.get(path), 404, "not_found")
    assert not Rule.objects.filter(workspace=workspace).exists()


@pytest.mark.parametrize(
    "change, field",
    [
        ({"condition": "data.plan =="}, "condition"),
        ({"template": "{% if %}"}, "template"),
        ({"transport": "pigeon"}, "transport"),
        ({"topics": ["weather"]}, "topics"),
        ({"kinds": ["Not A Kind"]}, "kinds"),
        ({"quiet": {"from": "25:00", "to": "07:00"}}, "quiet"),
        ({"transport": "inapp", "address": "@nobody"}, "address"),
    ],
)
def test_a_route_that_cannot_work_is_refused_with_the_field(api: Api, change: dict[str, Any], field: str) -> None:
    problem(api.post("routes/", {**ROUTE, **change}), 400, "route_refused", field)
    route = made(api.post("routes/", ROUTE))
    problem(api.patch(f"routes/{route['id']}/", change), 400, "route_refused", field)
    assert made(api.get(f"routes/{route['id']}/"), 200) == route


def test_a_route_needs_a_name_and_a_transport(api: Api) -> None:
    body = problem(api.post("routes/", {}), 400, "route_refused")
    assert {"name", "transport"} <= {one["field"] for one in body["errors"]}


def test_routes_are_for_owners_and_admins_to_change(api: Api, workspace: Workspace) -> None:
    agent = api_of(make_teammate(workspace, "bea"))
    path = f"routes/{made(api.post('routes/', ROUTE))['id']}/"
    made(agent.get(path), 200)
    problem(agent.post("routes/", ROUTE), 403, "permission_denied")
    problem(agent.patch(path, {"name": "Mine"}), 403, "permission_denied")
    problem(agent.call("DELETE", path), 403, "permission_denied")
    assert Rule.objects.get().name == "Pro"


def test_another_face_of_a_rule_is_no_route(api: Api, workspace: Workspace) -> None:
    mine = Rule.objects.create(workspace=workspace, name="Mine", transport="log", face="preference")
    problem(api.get(f"routes/{mine.public_id}/"), 404, "not_found")
    assert made(api.get("routes/"), 200)["results"] == []


def test_what_became_of_an_event_can_be_asked(api: Api) -> None:
    made(api.post("routes/", ROUTE))
    event = made(api.post("events/", {"kind": "contact.signed_up", "contact": {"email": "n@example.com"}}), 202)["id"]
    made(api.post("events/", {"kind": "contact.signed_up"}), 202)
    work()
    [delivery] = made(api.get(f"deliveries/?event={event}"), 200)["results"]
    assert set(delivery) == {
        "id", "event", "transport", "address", "status", "attempts", "payload", "reason", "error", "created_at",
        "sent_at",
    }  # fmt: skip
    assert (delivery["event"], delivery["transport"], delivery["address"]) == (event, "log", "sales")
    assert (delivery["status"], delivery["error"]) == ("sent", None)
    assert delivery["payload"]["message"] == "n@example.com signed up"
    assert delivery["reason"] == "route Pro: kind contact.*"
    assert delivery["sent_at"] is not None
    assert len(made(api.get("deliveries/"), 200)["results"]) == 2
    assert made(api.get("deliveries/?status=failed"), 200)["results"] == []
    problem(api.get("deliveries/?event=x"), 400, "invalid", "event")


def test_a_delivery_that_was_not_to_be_sent_says_why_and_what_it_would_have_been(api: Api) -> None:
    made(api.post("events/", {"kind": "user.a"}), 202)
    make_delivery(Event.objects.get(), status="suppressed", cause="not_connected", payload={"text": "A"})
    [delivery] = made(api.get("deliveries/"), 200)["results"]
    assert (delivery["status"], delivery["error"], delivery["payload"]) == (
        "suppressed", "no credentials", {"text": "A"},
    )  # fmt: skip


def test_deliveries_of_a_private_teams_events_are_for_who_sees_them(api: Api, workspace: Workspace) -> None:
    team = make_team(workspace, "quiet", is_private=True)
    conversation = make_conversation(workspace)
    conversation.team = team
    conversation.save()
    make_delivery(Event.objects.filter(kind="message.received").get())
    outside = api_of(make_teammate(workspace, "otto"))
    assert len(made(api.get("deliveries/"), 200)["results"]) == 1
    assert made(outside.get("deliveries/"), 200)["results"] == []


def test_the_path_of_a_web_address_is_for_those_who_may_change_routes(api: Api, workspace: Workspace) -> None:
    whole = "https://user:pass@hooks.example.com/in/s3cr3t?key=h1dden"
    rule = Rule.objects.create(workspace=workspace, name="All", transport="webhook", address=whole, face="route")
    made(api.post("events/", {"kind": "user.a"}), 202)
    make_delivery(Event.objects.get(kind="user.a"), rule)
    paths = ["routes/", f"routes/{rule.public_id}/", "deliveries/"]
    admin = api_of(make_teammate(workspace, "abe", role="admin"))
    for caller in (api, admin):
        assert all(whole in caller.get(path).content.decode() for path in paths)
    for role in ("agent", "viewer"):
        caller = api_of(make_teammate(workspace, role=role))
        for path in paths:
            written = caller.get(path).content.decode()
            assert '"address":"hooks.example.com/…"' in written
            assert not any(secret in written for secret in ("s3cr3t", "h1dden", "pass", "user:"))


def test_an_address_that_is_not_on_the_web_is_shown_to_all(workspace: Workspace) -> None:
    rule = Rule.objects.create(workspace=workspace, name="All", transport="slack", address="#general", face="route")
    agent = api_of(make_teammate(workspace))
    assert made(agent.get(f"routes/{rule.public_id}/"), 200)["address"] == "#general"
