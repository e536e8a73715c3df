"""Routes are made, changed, muted, deleted and tried; what cannot be is refused with the place."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from inbox.people.audit import Actor
from inbox.people.models import AuditFact
from inbox.people.permissions import Forbidden
from notifications.events import track
from notifications.kinds.money import PaymentFailed
from notifications.models import Delivery, Event, Rule
from notifications.routes import RouteRefused, delete_route, mute_route, save_route, try_route
from notifications.words import Severity
from tests.factories import make_teammate

pytestmark = pytest.mark.django_db
HERE = Actor(via="command line")


def values(**fields):
    return {"name": "Money", "transport": "recorder", "address": "#money", **fields}


@pytest.fixture
def event(workspace) -> Event:
    track(PaymentFailed(amount_minor=1250, currency="EUR", invoice="in_1"), workspace=workspace)
    return Event.objects.select_related("workspace").get()


def test_a_route_is_made_of_what_was_given_and_the_defaults(workspace, medium) -> None:
    rule = save_route(workspace, values(kinds=["payment.*", " ", "payment.*"], min_severity="warning"), by=HERE)
    kept = Rule.objects.get(pk=rule.pk)
    assert (kept.kinds, kept.min_severity, kept.enabled, kept.group_seconds) == (["payment.*"], 30, True, 0)
    assert AuditFact.objects.get(kind="route.created").subject == "Money"


def test_a_change_keeps_what_was_not_named_and_says_what_changed(workspace, medium) -> None:
    rule = save_route(workspace, values(topics=["financials"]), by=HERE)
    save_route(workspace, {"cap": 5, "condition": "level >= 40", "name": "Money"}, by=HERE, rule=rule)
    kept = Rule.objects.get(pk=rule.pk)
    assert (kept.cap, kept.topics, kept.condition) == (5, ["financials"], "level >= 40")
    fact = AuditFact.objects.get(kind="route.changed")
    assert fact.data == {"changes": {"cap": [0, 5]}, "also": ["condition"]}


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"name": " "}, "name", "Give the route a name"),
        ({"condition": "data.plan = 1"}, "condition", "Line 1, column 11"),
        ({"condition": "colour == 1"}, "condition", "There is no “colour”"),
        ({"template": "Hi {{ title "}, "template", "Line 1"),
        ({"kinds": ["Payment!"]}, "kinds", "no kind of event"),
        ({"topics": ["weather"]}, "topics", "There is no topic “weather”"),
        ({"min_severity": "awful"}, "min_severity", "Choose one of info"),
        ({"min_severity": True}, "min_severity", "Choose one of info"),
        ({"transport": "pigeon"}, "transport", "Choose one of"),
        ({"cap": -1}, "cap", "whole number"),
        ({"group_seconds": "10"}, "group_seconds", "whole number"),
        ({"quiet": {"from": "22:00"}}, "quiet", "22:00"),
        ({"quiet": {"from": "22:00", "to": "24:00"}}, "quiet", "hours and minutes"),
        ({"enabled": "yes"}, "enabled", "true or false"),
        ({"colour": 1}, "colour", "no such field"),
        ({"address": "a\nb"}, "address", "Write an address"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(workspace, medium, fields, field, words) -> None:
    with pytest.raises(RouteRefused) as refused:
        save_route(workspace, values(**fields), by=HERE)
    assert words in refused.value.problems[field]
    assert not Rule.objects.exists()


def test_all_problems_are_told_at_once(workspace, medium) -> None:
    with pytest.raises(RouteRefused) as refused:
        save_route(workspace, {"condition": "(", "cap": "many"}, by=HERE)
    assert set(refused.value.problems) == {"name", "transport", "condition", "cap"}


def test_an_address_is_looked_at_by_its_transport(workspace) -> None:
    make_teammate(workspace, "bea")
    rule = save_route(workspace, values(transport="inapp", address=" Bea"), by=HERE)
    assert rule.address == "@bea"
    with pytest.raises(RouteRefused, match="Nobody here has that handle"):
        save_route(workspace, {"address": "@nobody"}, by=HERE, rule=rule)


def test_only_who_manages_the_workspace_changes_routes(workspace, medium) -> None:
    agent = Actor(teammate=make_teammate(workspace, role="agent"))
    rule = save_route(workspace, values(), by=HERE)
    for attempt in (
        lambda: save_route(workspace, values(), by=agent),
        lambda: save_route(workspace, {"enabled": False}, by=agent, rule=rule),
        lambda: mute_route(rule, 60, by=agent),
        lambda: delete_route(rule, by=agent),
    ):
        with pytest.raises(Forbidden):
            attempt()
    assert Rule.objects.get().enabled


def test_a_muted_route_tells_nothing_until_it_is_on_again(workspace, medium, event) -> None:
    rule = save_route(workspace, values(), by=HERE)
    mute_route(rule, 3600, by=HERE)
    kept = Rule.objects.get()
    assert kept.muted_until is not None
    assert timedelta(minutes=59) < kept.muted_until - timezone.now() <= timedelta(hours=1)
    assert try_route(kept, event).verdict.cause == "muted"
    mute_route(kept, 0, by=HERE)
    assert not try_route(Rule.objects.get(), event).verdict.cause
    with pytest.raises(RouteRefused):
        mute_route(rule, 10**9, by=HERE)


def test_what_a_deleted_route_told_stays(workspace, medium, event) -> None:
    rule = save_route(workspace, values(), by=HERE)
    Delivery.objects.create(
        workspace=workspace, event=event, rule=rule, rule_key=rule.key, transport="recorder", reason="x"
    )
    delete_route(rule, by=HERE)
    assert Delivery.objects.get().rule is None
    assert AuditFact.objects.filter(kind="route.deleted", subject="Money").exists()


def test_a_route_is_tried_before_it_is_saved_and_nothing_is_written_or_sent(workspace, medium, event) -> None:
    found = try_route(values(template="{{ kind }}: {{ data.invoice }}", kinds=["payment.*"]), event)
    assert found.verdict.told
    assert found.payload == {"text": "payment.failed: in_1"}
    assert not Rule.objects.exists()
    assert not Delivery.objects.exists()
    assert not medium.calls


def test_a_trial_says_why_not_and_still_shows_the_message(workspace, medium, event) -> None:
    found = try_route(values(min_severity="critical"), event)
    assert not found.verdict.told
    assert found.verdict.reason == "severity error is below critical"
    assert "could not be collected" in found.payload["text"]


def test_a_template_that_fails_on_this_event_is_told_with_the_default_wording(workspace, medium, event) -> None:
    found = try_route(values(template="{{ 1 | divided_by: 0 }}"), event)
    assert "could not be collected" in found.payload["text"]
    assert "failed on this event" in found.warning


def test_a_fallback_is_tried_against_the_other_routes(workspace, medium, event) -> None:
    spare = save_route(workspace, values(name="Rest", is_fallback=True), by=HERE)
    assert try_route(spare, event).verdict.told
    save_route(workspace, values(kinds=["payment.*"]), by=HERE)
    assert try_route(spare, event).verdict.reason == "another route took it"
    assert try_route({"cap": 1}, event, among=spare).verdict.reason == "another route took it"


def test_changed_values_are_tried_on_top_of_the_saved_route(workspace, medium, event) -> None:
    rule = save_route(workspace, values(topics=["errors"]), by=HERE)
    found = try_route({"topics": ["financials"]}, event, among=rule)
    assert found.verdict.told
    assert Rule.objects.get().topics == ["errors"]
    assert Severity.of("error") == event.severity
