"""`/api/v1/rings/`."""

from __future__ import annotations

import pytest

from bell.models import Ring
from bell.rings import ring
from notifications.events import track
from notifications.kinds.plans import PlanUpgraded
from notifications.models import Event
from tests.factories import make_teammate, make_workspace
from tests.inbox.api.conftest import Api, api_of, made, problem


@pytest.fixture
def api(workspace) -> Api:
    return api_of(make_teammate(workspace, "ada", role="owner"))


def test_ringing_by_hand_answers_the_ring_and_lists_it(workspace, bell, api) -> None:
    bell()
    body = made(api.post("rings/", {"pattern": "ding-ding", "bell": "reception", "reason": "Lunch"}))
    assert body["bell"] == "Reception"
    assert body["pattern"] == [80, 620, 80]
    assert (body["reason"], body["status"], body["acknowledged_at"]) == ("Lunch", "waiting", None)
    assert made(api.get("rings/"), 200) == {"next": None, "results": [body]}


def test_with_no_bell_at_all_it_says_that_nobody_heard_it(workspace, api) -> None:
    body = made(api.post("rings/", {}))
    assert (body["bell"], body["status"], body["reason"]) == (None, "missed", "Ada rang")


@pytest.mark.parametrize(("body", "field"), [({"pattern": "dong"}, "pattern"), ({"bell": "Nowhere"}, "bell")])
def test_what_cannot_be_rung_is_refused_with_the_field(api, workspace, body, field) -> None:
    problem(api.post("rings/", body), 400, "invalid", field)
    assert not Ring.objects.exists()


def test_rings_of_others_are_not_listed_and_their_bells_not_rung(workspace, bell, api) -> None:
    bell()
    stranger = api_of(make_teammate(make_workspace(), "zoe", role="owner"))
    made(api.post("rings/", {}))
    assert made(stranger.get("rings/"), 200)["results"] == []
    problem(stranger.post("rings/", {"bell": "Reception"}), 400, "invalid", "bell")


def test_a_ring_for_a_private_teams_matter_is_listed_to_those_who_may_see_it(workspace, bell, api) -> None:
    track(PlanUpgraded(plan="pro"), workspace=workspace, is_private=True)
    ring(workspace, [bell()], [80], "A secret matter", event=Event.objects.get(kind="plan.upgraded"))
    assert len(made(api.get("rings/"), 200)["results"]) == 1
    assert made(api_of(make_teammate(workspace)).get("rings/"), 200)["results"] == []


def test_a_viewers_token_reads_and_does_not_ring(workspace, api) -> None:
    viewer = api_of(make_teammate(workspace, role="viewer"))
    made(viewer.get("rings/"), 200)
    problem(viewer.post("rings/", {}), 403, "read_only")
    assert not Ring.objects.exists()


def test_a_list_asks_the_same_number_of_queries_however_long_it_is(
    workspace, bell, api, django_assert_max_num_queries
) -> None:
    device = bell()
    for n in range(30):
        ring(workspace, [device], [80], f"Person {n}")
    made(api.get("rings/"), 200)
    with django_assert_max_num_queries(6):
        assert len(made(api.get("rings/"), 200)["results"]) == 30
