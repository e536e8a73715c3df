"""An event rings: through routes, and through the transport."""

from __future__ import annotations

import uuid

import pytest

from bell.devices import remove_device, set_muted
from bell.models import Device, Ring, State
from bell.patterns import DING_DING
from bell.rings import roll_for_missed
from bell.routes import make_bell_routes
from inbox.people.audit import COMMAND_LINE
from notifications.events import track
from notifications.kind import Who
from notifications.kinds.plans import PlanUpgraded
from notifications.models import Delivery, Rule
from notifications.routes import RouteRefused, save_route
from notifications.words import Cause, Status
from tests.bell.conftest import around_now
from tests.factories import make_workspace
from tests.notifications.conftest import work

NADIA = Who(str(uuid.uuid4()), "Nadia Okafor")


@pytest.fixture
def upgrades(workspace) -> None:
    make_bell_routes(workspace)


def upgrade(workspace, **fields) -> None:
    track(PlanUpgraded(plan="pro", previous_plan="basic"), workspace=workspace, contact=NADIA, **fields)
    work()


def test_an_upgrade_rings_twice_and_says_who(workspace, bell, upgrades) -> None:
    bell()
    upgrade(workspace)
    row = Delivery.objects.get(transport="bell")
    assert row.status == Status.SENT
    ring = Ring.objects.get()
    assert ring.pattern == DING_DING
    assert "Nadia Okafor" in ring.reason
    assert ring.event == row.event
    assert row.payload == {"pattern": DING_DING, "reason": ring.reason}


@pytest.mark.parametrize(
    ("state", "cause", "said"),
    [
        ({}, Cause.NOBODY, "There is no bell yet"),
        ({"away": True}, Cause.NOBODY, "No bell is online"),
        ({"muted": True}, Cause.MUTED, "muted"),
        ({"quiet": around_now()}, Cause.QUIET, "quiet hours"),
    ],
)
def test_where_nobody_hears_it_it_is_suppressed_at_once_with_its_payload(
    workspace, bell, upgrades, state, cause, said
) -> None:
    if state:
        bell(**state)
    upgrade(workspace)
    row = Delivery.objects.get(transport="bell")
    assert (row.status, row.cause) == (Status.SUPPRESSED, cause)
    assert said in row.error
    assert row.payload["pattern"] == DING_DING
    heard = Ring.objects.filter(state=State.MISSED).count()
    assert heard == (1 if cause == Cause.NOBODY else 0), "what is not to ring is not missed"


def test_one_bell_that_is_there_is_enough(workspace, bell, upgrades) -> None:
    bell()
    bell("Kitchen", away=True)
    bell("Attic", muted=True)
    upgrade(workspace)
    assert Delivery.objects.get(transport="bell").status == Status.SENT
    assert dict(Ring.objects.values_list("device__name", "state")) == {"Reception": "waiting", "Kitchen": "missed"}


def test_a_route_may_name_one_bell_and_says_so_when_that_is_gone(workspace, bell) -> None:
    kitchen = bell("Kitchen")
    bell()
    values = {"name": "K", "transport": "bell", "address": "80 200 80 at kitchen", "kinds": ["plan.upgraded"]}
    rule = save_route(workspace, values, by=COMMAND_LINE)
    assert rule.address == "80 200 80 at Kitchen"
    upgrade(workspace)
    ring = Ring.objects.get()
    assert (ring.device, ring.pattern) == (kitchen, [80, 200, 80])
    remove_device(kitchen, by=COMMAND_LINE)
    upgrade(workspace)
    row = Delivery.objects.latest("id")
    assert row.status == Status.FAILED
    assert "There is no bell “Kitchen” any more" in row.error


def test_a_name_is_that_of_one_bell_alone_in_other_scripts_too(workspace, bell) -> None:
    """Capitals are fewer than letters: "ı" and "i", "ſ" and "s" share theirs."""
    bell("Kıtchen")
    kitchen = bell("Kitchen")
    values = {"name": "K", "transport": "bell", "address": "ding at KITCHEN", "kinds": ["plan.upgraded"]}
    assert save_route(workspace, values, by=COMMAND_LINE).address == "ding at Kitchen"
    upgrade(workspace)
    assert {ring.device for ring in Ring.objects.all()} == {kitchen}


def test_a_bells_name_may_hold_the_word_that_comes_before_it(workspace, bell) -> None:
    door = bell("Bell at the door")
    values = {"name": "D", "transport": "bell", "address": "roll at bell at the Door", "kinds": ["plan.upgraded"]}
    assert save_route(workspace, values, by=COMMAND_LINE).address == "roll at Bell at the door"
    upgrade(workspace)
    assert Ring.objects.get().device == door


@pytest.mark.parametrize("address", ["dong", "ding at Nowhere", "900", ""])
def test_a_route_that_nothing_can_ring_is_refused(workspace, address) -> None:
    with pytest.raises(RouteRefused) as refused:
        save_route(workspace, {"name": "x", "transport": "bell", "address": address}, by=COMMAND_LINE)
    assert "address" in refused.value.problems
    assert not Rule.objects.filter(workspace=workspace).exists()


def test_another_workspaces_bell_hears_nothing(workspace, bell, upgrades) -> None:
    other = make_workspace()
    make_bell_routes(other)
    device = bell()
    upgrade(other)
    assert not Ring.objects.filter(device=device).exists()
    assert Delivery.objects.get(transport="bell").cause == Cause.NOBODY


def test_an_unmuted_bell_does_not_roll_for_what_it_kept_silent_about(workspace, bell, upgrades) -> None:
    device = bell(muted=True)
    upgrade(workspace)
    set_muted(device, False, by=COMMAND_LINE)
    assert roll_for_missed(Device.objects.get()) is None
