"""What a new workspace is told, and where: the routes that it begins with."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from inbox.demo.seed import seed_demo
from inbox.people.audit import COMMAND_LINE
from inbox.people.models import User, Workspace
from inbox.people.workspaces import create_workspace
from notifications import routing
from notifications.conditions import check_condition
from notifications.defaults import default_routes, make_default_routes
from notifications.events import track
from notifications.kind import Kind, Who
from notifications.models import Delivery, Event, Rule
from notifications.registry import kind_of
from notifications.route_values import FIELDS
from notifications.words import Topic
from tests.factories import make_teammate, make_workspace

pytestmark = pytest.mark.django_db
NADIA = Who("0192f0c4-0000-7000-8000-000000000001", "Nadia Okafor")


@pytest.fixture
def fresh() -> Workspace:
    """A workspace as its owner makes it."""
    user = User.objects.create_user("ada@example.test", "password", name="Ada")
    return create_workspace(user, "Northwind", "Europe/Lisbon", by=COMMAND_LINE)


def told(event: Kind, workspace: Workspace) -> set[str]:
    """Track an event and return the addresses that are told."""
    found = Event.objects.get(public_id=track(event, workspace=workspace, contact=NADIA))
    while routing.drain():
        pass
    return set(Delivery.objects.filter(event=found).values_list("address", flat=True))


@pytest.mark.parametrize(
    "kind, data, addresses",
    [
        ("contact.signup_failed", {}, {"#critical-server-errors"}),
        ("login.failed", {}, {"#critical-server-errors"}),
        ("database.failed", {}, {"#critical-server-errors"}),
        ("server.not_found", {}, {"#non-critical-server-errors"}),
        ("server.error", {}, {"#non-critical-server-errors"}),
        ("payment.failed", {}, {"#financials"}),
        ("card.expiring", {}, {"#financials"}),
        ("plan.upgraded", {}, {"#financials", "#user-behavior", "ding-ding"}),
        ("contact.signed_up", {}, {"#user-behavior", "@ada", "ding"}),
        ("contact.data_removed", {}, {"#user-behavior"}),
        ("contact.deleted", {}, {"#user-behavior"}),
        ("task.finished", {"task": "digests"}, {"#application-stats"}),
        ("feedback.given", {"score": 5}, {"#client-feedback"}),
        ("conversation.started", {"by": "contact"}, {"#conversations"}),
        ("conversation.started", {"by": "teammate"}, set()),
        ("conversation.waiting", {"seq": 1, "minutes": 31}, {"#conversations"}),
        ("message.received", {"seq": 1}, set()),
        ("conversation.closed", {}, set()),
    ],
)
def test_each_kind_goes_where_its_people_look(
    fresh: Workspace, kind: str, data: dict[str, Any], addresses: set[str]
) -> None:
    if kind.startswith(("conversation.", "message.")):
        data = {"conversation": "0192f0c4-0000-7000-8000-000000000002", "number": 1, **data}
    assert told(kind_of(kind)(**data), fresh) == addresses


def test_what_no_route_takes_goes_to_the_channel_for_everything_else(fresh: Workspace) -> None:
    Rule.objects.filter(name="Financials").delete()
    assert told(kind_of("payment.failed")(), fresh) == {"#general"}


def test_every_route_says_its_purpose_and_is_one_that_could_be_saved() -> None:
    for route in default_routes("ada"):
        assert route["purpose"]
        assert set(route) <= set(FIELDS)
        assert set(route.get("topics", [])) <= set(Topic.values)
        check_condition(route.get("condition", ""))
        Rule(workspace_id=1, **route).clean_fields(exclude=["workspace"])


def test_routes_are_made_once_and_never_where_there_are_some(fresh: Workspace) -> None:
    owner = fresh.teammates.get()
    before = list(Rule.objects.values_list("pk", flat=True))
    make_default_routes(fresh, owner)
    assert list(Rule.objects.values_list("pk", flat=True)) == before


def test_workspaces_that_are_there_already_get_theirs_by_migration(fresh: Workspace) -> None:
    old, empty = make_workspace(), make_workspace()
    make_teammate(old, "bea", role="owner")
    count = fresh.rules.filter(face="route").exclude(transport="bell").count()
    migration = import_module("notifications.migrations.0002_default_routes")
    for _ in range(2):
        migration.add(apps, None)
        assert fresh.rules.filter(face="route").exclude(transport="bell").count() == old.rules.count() == count
        assert empty.rules.count() == count - 1
    assert old.rules.get(transport="email").address == "@bea"


def test_the_route_for_conversations_is_told_of_those_who_wait_unless_somebody_changed_it(fresh: Workspace) -> None:
    migration = import_module("notifications.migrations.0006_route_of_those_who_wait")
    route = fresh.rules.get(name="Conversations")
    values = (route.purpose, route.kinds, route.condition)
    mine = Rule.objects.create(
        workspace=fresh, name="Conversations", transport="log", kinds=["conversation.started"], condition="true",
        purpose="Mine.",
    )  # fmt: skip
    migration.remove(apps, None)
    route.refresh_from_db()
    assert (route.kinds, route.condition) == (["conversation.started"], 'data.by == "contact"')
    for _ in range(2):
        migration.add(apps, None)
        route.refresh_from_db()
        assert (route.purpose, route.kinds, route.condition) == values
    mine.refresh_from_db()
    assert (mine.purpose, mine.kinds) == ("Mine.", ["conversation.started"])


def test_the_demo_has_its_routes_and_an_event_of_each_topic() -> None:
    assert seed_demo()
    demo = Workspace.objects.get(slug="demo")
    assert demo.rules.filter(transport="slack").count() == 8
    assert set(Event.objects.filter(workspace=demo).values_list("topic", flat=True)) == set(Topic.values)
    assert not seed_demo()
