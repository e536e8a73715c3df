"""The pages of routes: made, changed, tried before saving, refused with the place."""

from __future__ import annotations

import pytest

from inbox.events import ContactSignedUp
from notifications.events import track
from notifications.models import Delivery, Rule
from tests.inbox.desk.activity.conftest import failed

pytestmark = pytest.mark.django_db

FILLED = {
    "name": "Money", "purpose": "For the CFO", "enabled": "on", "topics": ["financials"],
    "kinds": "payment.*, card.added", "min_severity": "30", "condition": "", "transport": "recorder",
    "address": "#money", "template": "", "group_seconds": "10 min", "cap": "5", "cap_seconds": "2 h",
    "delay_seconds": "45 s", "quiet_from": "22:00", "quiet_to": "07:00",
}  # fmt: skip


def test_a_route_is_made_with_all_its_fields_and_shows_them_again(workspace, owner, signed_in, medium) -> None:
    page = signed_in(owner)
    answer = page.post("/activity/routes/new/", FILLED, follow=True)
    assert "The route Money is there." in answer.content.decode()
    rule = Rule.objects.get(workspace=workspace)
    assert (rule.kinds, rule.topics, rule.min_severity) == (["payment.*", "card.added"], ["financials"], 30)
    assert (rule.group_seconds, rule.cap, rule.cap_seconds, rule.delay_seconds) == (600, 5, 7200, 45)
    assert rule.quiet == {"from": "22:00", "to": "07:00"}
    text = page.get(f"/activity/routes/{rule.public_id}/").content.decode()
    for shown in ('value="10 min"', 'value="2 h"', 'value="45 s"', 'value="22:00"', "payment.*, card.added"):
        assert shown in text, shown


def test_saving_what_is_shown_changes_nothing(workspace, owner, signed_in, medium) -> None:
    page = signed_in(owner)
    page.post("/activity/routes/new/", FILLED)
    before = Rule.objects.filter(workspace=workspace).values().get()
    page.post(f"/activity/routes/{before['public_id']}/", FILLED)
    assert Rule.objects.filter(workspace=workspace).values().get() == before


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("condition", "data.plan = 1", "Line 1, column 11"),
        ("template", "a\n{% if %}", "Line 2"),
        ("group_seconds", "soon", "Write it as 10 min"),
        ("quiet_to", "", "both times"),
        ("name", "", "Give the route a name"),
        ("topics", ["weather"], "weather"),
        ("cap", "many", "whole number"),
    ],
)
def test_what_cannot_be_saved_is_marked_and_kept_in_the_form(workspace, owner, signed_in, medium, field, value, words):
    answer = signed_in(owner).post("/activity/routes/new/", {**FILLED, field: value})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "For the CFO" in answer.content.decode()
    assert not Rule.objects.filter(workspace=workspace).exists()


def test_a_route_is_tried_before_it_is_saved(workspace, owner, signed_in, medium) -> None:
    event = failed(workspace)
    page = signed_in(owner)
    tried = {**FILLED, "event": str(event.public_id), "quiet_from": "", "quiet_to": "", "delay_seconds": ""}
    text = page.post("/activity/routes/try/", tried).content.decode()
    assert "It would be told." in text
    assert "could not be collected" in text
    text = page.post("/activity/routes/try/", {**tried, "min_severity": "50"}).content.decode()
    assert "It would not be told: severity error is below critical." in text
    text = page.post("/activity/routes/try/", {**tried, "condition": "data.x = 1"}).content.decode()
    assert "Condition: This is not a condition. Line 1, column 8" in text
    assert "no such event" in page.post("/activity/routes/try/", {**tried, "event": "x"}).content.decode()
    assert not Rule.objects.filter(workspace=workspace).exists()
    assert not Delivery.objects.exists()


def test_where_none_is_chosen_the_newest_that_the_kinds_fit_is_tried(workspace, owner, signed_in, medium) -> None:
    failed(workspace)
    track(ContactSignedUp(), workspace=workspace)
    tried = {**FILLED, "kinds": "payment.*", "event": ""}
    text = signed_in(owner).post("/activity/routes/try/", tried).content.decode()
    assert "(payment.failed)" in text
    assert "could not be collected" in text


def test_an_older_event_is_tried_by_its_id(workspace, owner, signed_in, medium) -> None:
    first, second = failed(workspace, "in_1"), failed(workspace, "in_2")
    tried = {
        **FILLED,
        "template": "{{ data.invoice }}",
        "event": str(second.public_id),
        "event_id": f" {first.public_id}",
    }
    assert "in_1" in signed_in(owner).post("/activity/routes/try/", tried).content.decode()


def test_an_event_that_one_may_not_see_cannot_be_tried(workspace, agent, signed_in, medium) -> None:
    rule = Rule.objects.create(workspace=workspace, name="R", transport="recorder", takes_private=True)
    hidden = failed(workspace, is_private=True)
    text = signed_in(agent).post(
        "/activity/routes/try/", {"route": str(rule.public_id), "event": str(hidden.public_id)}
    )  # fmt: skip
    assert "no such event" in text.content.decode()


def test_who_does_not_manage_reads_and_tries_routes_and_changes_none(workspace, agent, signed_in, medium) -> None:
    rule = Rule.objects.create(workspace=workspace, name="R", transport="recorder", address="#r")
    event = failed(workspace)
    page = signed_in(agent)
    assert "Owners and admins change routes" in page.get(f"/activity/routes/{rule.public_id}/").content.decode()
    tried = page.post("/activity/routes/try/", {"route": str(rule.public_id), "event": str(event.public_id)})
    assert "It would be told." in tried.content.decode()
    here = f"/activity/routes/{rule.public_id}/"
    for path in ("/activity/routes/new/", here, f"{here}mute/", f"{here}enabled/", f"{here}delete/"):
        assert page.post(path, FILLED).status_code == 403, path
    assert page.post("/activity/routes/try/", {**FILLED, "event": str(event.public_id)}).status_code == 403
    kept = Rule.objects.get(pk=rule.pk)
    assert (kept.enabled, kept.muted_until, kept.name) == (True, None, "R")


def test_a_route_is_muted_switched_off_and_deleted(workspace, owner, signed_in, medium) -> None:
    rule = Rule.objects.create(workspace=workspace, name="R", transport="recorder", address="#r")
    page, here = signed_in(owner), f"/activity/routes/{rule.public_id}/"
    assert "muted until" in page.post(f"{here}mute/", follow=True).content.decode()
    assert "muted until" not in page.post(f"{here}mute/", {"seconds": "0"}, follow=True).content.decode()
    page.post(f"{here}enabled/", {"enabled": "false"})
    assert not Rule.objects.get().enabled
    page.post(f"{here}delete/")
    assert not Rule.objects.exists()


def test_a_route_is_begun_from_an_event(workspace, owner, signed_in) -> None:
    event = failed(workspace)
    text = signed_in(owner).get(f"/activity/routes/new/?event={event.public_id}").content.decode()
    assert 'value="payment.failed"' in text
