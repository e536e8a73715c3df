"""The workspace's own settings: what may be set, by whom, and what is written down about it."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connections

from inbox.people.audit import COMMAND_LINE, Actor
from inbox.people.house import (
    HouseRefused,
    change_hours,
    change_widget,
    change_workspace,
    retire_identity_secret,
    rotate_identity_secret,
    show_identity_secret,
)
from inbox.people.models import AuditFact, Workspace
from inbox.people.permissions import Forbidden
from tests.factories import make_teammate, make_workspace

pytestmark = pytest.mark.django_db

WIDGET = {"title": "", "greeting": "Hi! How can we help?", "side": "right", "accent": "#2d5fc8", "origins": ""}


@pytest.fixture
def workspace():
    return make_workspace(name="Northwind", timezone="Europe/Lisbon")


@pytest.fixture
def ada(workspace):
    return Actor(make_teammate(workspace, "ada", role="owner"), "desk")


def facts(workspace) -> list[tuple[str, dict[str, Any]]]:
    return [(fact.kind, fact.data) for fact in AuditFact.objects.filter(workspace=workspace).order_by("id")]


def test_a_change_is_one_fact_with_what_was_and_what_is_and_nothing_else(workspace, ada) -> None:
    change_workspace(workspace, name=" Southwind ", timezone="Europe/Lisbon", accent="#2D5FC8", by=ada)
    workspace.refresh_from_db()
    assert workspace.name == "Southwind"
    assert facts(workspace) == [
        ("workspace.changed", {"before": {"name": "Northwind"}, "after": {"name": "Southwind"}}),
    ]


def test_saving_without_a_change_says_nothing(workspace, ada) -> None:
    change_workspace(workspace, name="Northwind", timezone="Europe/Lisbon", accent="#2d5fc8", by=ada)
    change_widget(workspace, **WIDGET, by=ada)
    change_hours(workspace, hours={}, holidays=[], by=ada)
    assert facts(workspace) == []


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name", "   ", "Give the workspace a name"),
        ("name", "x" * 121, "120 characters at most; these are 121"),
        ("name", "a\x00b", "cannot be shown"),
        ("timezone", "Mars/Olympus", "no such time zone"),
        ("timezone", "", "no such time zone"),
        ("accent", "blue", "as #2d5fc8"),
        ("accent", "#2d5fc8; color:red", "as #2d5fc8"),
        ("accent", "#2d5fc8\n", None),
        ("answer_within", "", "from 0 (never) to 1440"),
        ("answer_within", "1441", "from 0 (never) to 1440"),
        ("answer_within", "-5", "from 0 (never) to 1440"),
        ("answer_within", "½", "from 0 (never) to 1440"),
        ("answer_within", " 30 ", None),
        ("email_after", "", "from 0 (at once) to 1440"),
        ("email_after", "1441", "from 0 (at once) to 1440"),
        ("email_after", "two", "from 0 (at once) to 1440"),
        ("email_after", " 2 ", None),
    ],
)
def test_a_setting_that_cannot_be_is_refused_at_its_field(workspace, ada, field, value, told) -> None:
    asked = {"name": "Northwind", "timezone": "Europe/Lisbon", "accent": "#2d5fc8", field: value}
    if told is None:
        change_workspace(workspace, **asked, by=ada)
    else:
        with pytest.raises(HouseRefused) as refused:
            change_workspace(workspace, **asked, by=ada)
        assert told in refused.value.problems[field]
    assert facts(workspace) == []


def test_how_long_customers_may_wait_is_changed_like_all_else(workspace, ada) -> None:
    same = {"name": "Northwind", "timezone": "Europe/Lisbon", "accent": "#2d5fc8"}
    change_workspace(workspace, **same, answer_within="0", by=ada)
    workspace.refresh_from_db()
    assert workspace.answer_within_minutes == 0
    changed = {"before": {"answer_within_minutes": 30}, "after": {"answer_within_minutes": 0}}
    assert facts(workspace) == [("workspace.changed", changed)]


def test_when_email_comes_and_what_push_holds_is_changed_like_all_else(workspace, ada) -> None:
    same = {"name": "Northwind", "timezone": "Europe/Lisbon", "accent": "#2d5fc8"}
    change_workspace(workspace, **same, email_after="5", push_shows_text=False, by=ada)
    workspace.refresh_from_db()
    assert (workspace.email_after_seconds, workspace.push_shows_text) == (300, False)
    before = {"email_after_seconds": 120, "push_shows_text": True}
    after = {"email_after_seconds": 300, "push_shows_text": False}
    assert facts(workspace) == [("workspace.changed", {"before": before, "after": after})]
    change_workspace(workspace, **same, by=ada)
    workspace.refresh_from_db()
    assert (workspace.email_after_seconds, workspace.push_shows_text) == (300, False)


def test_every_problem_of_a_form_is_told_at_once(workspace, ada) -> None:
    with pytest.raises(HouseRefused) as refused:
        change_widget(workspace, title="x" * 61, greeting="x" * 301, side="top", accent="red", origins="a b", by=ada)
    assert set(refused.value.problems) == {"title", "greeting", "side", "accent", "origins"}


def test_the_sites_are_kept_as_browsers_name_them(workspace, ada) -> None:
    changed = change_widget(workspace, **WIDGET | {"origins": "Shop.example\n*.shop.example/\n"}, by=ada)
    assert changed.widget_origins == ["https://shop.example", "https://*.shop.example"]
    assert facts(workspace)[0][1]["after"] == {"widget_origins": changed.widget_origins}


def test_hours_are_kept_in_order_and_told_day_by_day(workspace, ada) -> None:
    week = {"tue": [["13:00", "24:00"], ["09:00", "12:00"]], "wed": []}
    change_hours(workspace, hours=week, holidays=[{"on": "2026-12-24", "name": "Eve"}], by=ada)
    workspace.refresh_from_db()
    assert workspace.business_hours == {"tue": [["09:00", "12:00"], ["13:00", "24:00"]]}
    kind, data = facts(workspace)[0]
    assert kind == "hours.changed"
    assert data["before"]["tue"] == "all day"
    assert data["after"]["tue"] == "09:00 to 12:00, 13:00 to 24:00"
    assert data["after"]["mon"] == "closed"
    assert data["after"]["holidays"] == ["2026-12-24 Eve"]
    change_hours(workspace, hours=week | {"wed": [["10:00", "11:00"]]}, holidays=workspace.holidays, by=ada)
    assert facts(workspace)[1][1] == {"before": {"wed": "closed"}, "after": {"wed": "10:00 to 11:00"}}


def test_problems_of_the_week_and_of_the_holidays_are_told_together(workspace, ada) -> None:
    with pytest.raises(HouseRefused) as refused:
        change_hours(workspace, hours={"mon": [["12:00", "09:00"]]}, holidays=[{"on": "soon"}], by=ada)
    assert set(refused.value.problems) == {"mon.0", "holidays.0"}


def test_a_rotated_secret_leaves_the_former_one_good_until_it_is_retired(workspace, ada) -> None:
    former = workspace.identity_secret
    fresh = rotate_identity_secret(workspace, by=ada)
    workspace.refresh_from_db()
    assert (workspace.identity_secret, workspace.previous_identity_secret) == (fresh, former)
    assert fresh != former
    with pytest.raises(HouseRefused, match="Retire the former secret first"):
        rotate_identity_secret(workspace, by=ada)
    assert retire_identity_secret(workspace, by=ada)
    assert not retire_identity_secret(workspace, by=ada)
    workspace.refresh_from_db()
    assert workspace.previous_identity_secret is None
    assert [kind for kind, _ in facts(workspace)] == ["identity_secret.rotated", "identity_secret.retired"]


def test_no_fact_ever_holds_a_secret(workspace, ada) -> None:
    secrets = [workspace.identity_secret, rotate_identity_secret(workspace, by=ada)]
    assert show_identity_secret(workspace, by=ada) == secrets[1]
    retire_identity_secret(workspace, by=ada)
    told = str([(f.kind, f.subject, f.data) for f in AuditFact.objects.all()])
    assert "identity_secret.shown" in told
    assert not any(secret in told for secret in secrets)


def test_an_agent_changes_nothing_and_the_command_line_may(workspace) -> None:
    bea = Actor(make_teammate(workspace, "bea", role="agent"), "desk")
    with pytest.raises(Forbidden):
        change_widget(workspace, **WIDGET | {"side": "left"}, by=bea)
    with pytest.raises(Forbidden):
        show_identity_secret(workspace, by=bea)
    with pytest.raises(Forbidden):
        rotate_identity_secret(workspace, by=bea)
    assert facts(workspace) == []
    assert change_widget(workspace, **WIDGET | {"side": "left"}, by=COMMAND_LINE).widget_side == "left"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_rotate_at_once_one_is_refused_and_no_secret_is_lost() -> None:
    workspace = make_workspace()
    first = workspace.identity_secret
    start = threading.Barrier(2)
    made: list[str] = []
    refused: list[str] = []

    def rotate() -> None:
        try:
            start.wait()
            made.append(rotate_identity_secret(workspace, by=COMMAND_LINE))
        except HouseRefused as error:
            refused.append(str(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=rotate) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    now = Workspace.objects.get(pk=workspace.pk)
    assert len(made) == len(refused) == 1
    assert (now.identity_secret, now.previous_identity_secret) == (made[0], first)
