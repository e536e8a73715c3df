"""A ring is for now: struck soon, once, or given up."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from bell import rings
from bell.devices import add_device, remove_device
from bell.models import Device, Ring, State
from bell.patterns import DING, ROLL
from inbox.people.audit import COMMAND_LINE
from notifications.events import track
from notifications.kinds.plans import PlanUpgraded
from notifications.models import Event
from tests.bell.conftest import around_now
from tests.factories import make_teammate, make_workspace


def states(device: Device) -> list[str]:
    return list(Ring.objects.filter(device=device).order_by("id").values_list("state", flat=True))


def strike_all(device: Device) -> list[rings.Strike]:
    struck = []
    while (strike := rings.take(device.pk)) is not None:
        assert rings.acknowledge(device.pk, strike.id)
        struck.append(strike)
    return struck


def age(ring: Ring, **ago: float) -> None:
    Ring.objects.filter(pk=ring.pk).update(created_at=timezone.now() - timedelta(**ago))


def test_a_ring_is_sent_once_and_acknowledged_once(workspace, bell) -> None:
    device = bell()
    [ring] = rings.ring(workspace, [device], DING, "Nadia Okafor signed up")
    strike = rings.take(device.pk)
    assert strike == rings.Strike(ring.public_id, DING, "Nadia Okafor signed up")
    assert rings.take(device.pk) is None
    assert rings.acknowledge(device.pk, ring.public_id)
    assert not rings.acknowledge(device.pk, ring.public_id)
    ring.refresh_from_db()
    assert ring.state == State.STRUCK
    assert ring.acknowledged_at is not None


def test_the_same_delivery_rings_nothing_twice(workspace, bell) -> None:
    device, key = bell(), uuid.uuid4()
    for _ in range(2):
        rings.ring(workspace, [device], DING, "x", delivery=key)
        rings.ring(workspace, [], DING, "x", delivery=key)
    assert Ring.objects.filter(device=device).count() == 1
    assert Ring.objects.filter(device=None).count() == 1


def test_each_bell_has_a_ring_of_its_own_and_the_one_that_is_away_misses_it(workspace, bell) -> None:
    here, away = bell(), bell("Kitchen", away=True)
    rings.ring(workspace, [here, away], DING, "x")
    assert states(here) == ["waiting"]
    assert states(away) == ["missed"]


def test_five_are_struck_one_by_one_and_the_sixth_makes_it_a_roll(workspace, bell) -> None:
    device = bell()
    for n in range(5):
        rings.ring(workspace, [device], DING, f"Person {n}")
    assert [strike.pattern for strike in strike_all(device)] == [DING] * 5

    device = bell("Kitchen")
    rings.ring(workspace, [device], DING, "Person 0")
    first = rings.take(device.pk)
    assert first is not None
    for n in range(1, 6):
        rings.ring(workspace, [device], DING, f"Person {n}")
    rings.acknowledge(device.pk, first.id)
    [roll] = strike_all(device)
    assert roll.pattern == ROLL
    assert roll.reason == "5 in a row, the first: Person 1"
    assert states(device) == ["struck", "struck", "folded", "folded", "folded", "folded"]
    assert not Ring.objects.filter(device=device, acknowledged_at=None).exists()


def test_four_hundred_on_a_monday_morning_are_one_roll(workspace, bell) -> None:
    device = bell()
    for n in range(400):
        rings.ring(workspace, [device], DING, f"Person {n}")
    [roll] = strike_all(device)
    assert roll.reason == "400 in a row, the first: Person 0"


def test_what_was_not_acknowledged_within_two_minutes_is_given_up(workspace, bell) -> None:
    device = bell()
    [sent] = rings.ring(workspace, [device], DING, "sent")
    assert rings.take(device.pk)
    [waiting] = rings.ring(workspace, [device], DING, "waiting")
    [fresh] = rings.ring(workspace, [device], DING, "fresh")
    age(sent, seconds=121)
    age(waiting, seconds=121)
    assert rings.lost(device.pk) == []
    assert rings.drop_late() == 2
    assert states(device) == ["missed", "missed", "waiting"]
    taken = rings.take(device.pk)
    assert taken is not None
    assert taken.id == fresh.public_id


def test_a_late_word_that_it_was_struck_is_believed(workspace, bell) -> None:
    device = bell()
    [ring] = rings.ring(workspace, [device], DING, "x")
    rings.take(device.pk)
    age(ring, seconds=200)
    rings.drop_late()
    assert rings.acknowledge(device.pk, ring.public_id)
    assert states(device) == ["struck"]


def test_what_was_sent_a_moment_ago_and_lost_on_the_way_is_sent_again_under_its_id(workspace, bell) -> None:
    device = bell()
    [ring] = rings.ring(workspace, [device], DING, "x")
    rings.take(device.pk)
    assert [strike.id for strike in rings.lost(device.pk)] == [ring.public_id]
    rings.acknowledge(device.pk, ring.public_id)
    assert rings.lost(device.pk) == []


def test_a_bell_that_is_back_rolls_once_for_all_that_it_missed(workspace, bell) -> None:
    device = bell(away=True)
    for _ in range(400):
        rings.ring(workspace, [device], DING, "x")
    Device.objects.filter(pk=device.pk).update(channel="specific.2", last_seen_at=timezone.now())
    roll = rings.roll_for_missed(device)
    assert roll is not None
    assert roll.reason == "400 rings were missed while this bell was away"
    assert [strike.pattern for strike in strike_all(device)] == [ROLL]
    assert rings.roll_for_missed(device) is None


def test_what_others_missed_is_no_reason_to_roll(workspace, bell) -> None:
    away, here = bell("Kitchen", away=True), bell()
    rings.ring(workspace, [away], DING, "x")
    rings.ring(workspace, [], DING, "x")
    assert rings.roll_for_missed(here) is None


def test_a_bell_that_comes_back_within_its_quiet_hours_or_muted_keeps_silent(workspace, bell) -> None:
    for name, fields in {"Quiet": {"quiet": around_now()}, "Muted": {"muted": True}}.items():
        device = bell(name, away=True, **fields)
        rings.ring(workspace, [device], DING, "x")
        Device.objects.filter(pk=device.pk).update(channel="specific.2", last_seen_at=timezone.now())
        assert rings.roll_for_missed(device) is None


def test_what_waits_or_was_lost_is_not_rung_once_the_bell_is_quiet_or_muted(workspace, bell) -> None:
    for name, silence in {"Quiet": {"quiet": around_now()}, "Muted": {"muted": True}}.items():
        device = bell(name)
        rings.ring(workspace, [device], DING, "on its way")
        rings.take(device.pk)
        rings.ring(workspace, [device], DING, "waits")
        Device.objects.filter(pk=device.pk).update(**silence)
        assert rings.lost(device.pk) == []
        assert rings.take(device.pk) is None
        assert states(device) == ["sent", "missed"]
        Device.objects.filter(pk=device.pk).update(quiet={}, muted=False)
        assert rings.roll_for_missed(device) is None, "what was not to ring was not missed"


def test_who_rings_by_hand_is_heard_in_quiet_hours_and_not_by_a_muted_bell(workspace, bell) -> None:
    device, mate = bell(quiet=around_now()), make_teammate(workspace)
    rings.ring(workspace, [device], DING, "waits")
    rings.ring(workspace, [device], DING, "Ada rang", by=mate)
    assert [strike.reason for strike in strike_all(device)] == ["Ada rang"]
    rings.ring(workspace, [device], DING, "Ada rang", by=mate)
    Device.objects.filter(pk=device.pk).update(muted=True)
    assert rings.take(device.pk) is None


def test_a_bell_that_was_removed_meanwhile_has_nothing_to_strike(workspace, bell) -> None:
    device = bell()
    gone = Device.objects.get()
    rings.ring(workspace, [device], DING, "x")
    remove_device(device, by=COMMAND_LINE)
    assert rings.roll_for_missed(gone) is None
    assert rings.take(gone.pk) is None
    assert rings.lost(gone.pk) == []


def test_a_bell_is_there_for_as_long_as_its_heartbeats_may_take(settings, bell) -> None:
    settings.HEARTBEAT_SECONDS = 60
    device = bell()
    Device.objects.update(last_seen_at=timezone.now() - timedelta(seconds=150))
    device.refresh_from_db()
    assert rings.is_online(device, timezone.now())
    settings.HEARTBEAT_SECONDS = 25
    assert not rings.is_online(device, timezone.now())


def test_a_ring_goes_with_its_event_as_it_names_people_and_nobody_knows_any_more_who_may_hear_of_it(
    workspace, bell
) -> None:
    track(PlanUpgraded(plan="pro"), workspace=workspace, is_private=True)
    rings.ring(workspace, [bell()], DING, "A secret matter", event=Event.objects.get(kind="plan.upgraded"))
    Event.objects.filter(kind="plan.upgraded").delete()
    assert not Ring.objects.exists()


def test_another_bell_cannot_acknowledge(workspace, bell) -> None:
    device, other = bell(), bell("Kitchen")
    [ring] = rings.ring(workspace, [device], DING, "x")
    rings.take(device.pk)
    assert not rings.acknowledge(other.pk, ring.public_id)
    assert states(device) == ["sent"]


def test_old_rings_are_forgotten_and_open_ones_never(workspace, bell) -> None:
    device = bell()
    [old] = rings.ring(workspace, [device], DING, "old")
    rings.take(device.pk)
    rings.acknowledge(device.pk, old.public_id)
    [new] = rings.ring(workspace, [device], DING, "new")
    age(old, days=31)
    assert rings.forget_old() == 1
    assert list(Ring.objects.all()) == [new]


def test_the_latest_are_read_with_the_same_queries_however_many_there_are(
    workspace, bell, django_assert_num_queries
) -> None:
    device, other, mate = bell(), make_workspace(), make_teammate(workspace, role="owner")
    rings.ring(other, [], DING, "theirs")
    for count in (3, 30):
        for n in range(count):
            rings.ring(workspace, [device], DING, f"Person {n}")
        with django_assert_num_queries(1):
            assert len([(row.device.name, row.reason) for row in rings.latest(mate, count)]) == count


@pytest.mark.django_db(transaction=True)
def test_two_that_take_at_once_get_different_rings() -> None:
    workspace = make_workspace()
    device, _ = add_device(workspace, "Reception", by=COMMAND_LINE)
    Device.objects.filter(pk=device.pk).update(channel="specific.1", last_seen_at=timezone.now())
    device.refresh_from_db()
    for n in range(4):
        rings.ring(workspace, [device], DING, f"Person {n}")

    def take() -> list[uuid.UUID]:
        try:
            found = []
            while (strike := rings.take(device.pk)) is not None:
                found.append(strike.id)
            return found
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        taken = [pk for found in pool.map(lambda _: take(), range(4)) for pk in found]
    assert len(taken) == len(set(taken)) == 4
