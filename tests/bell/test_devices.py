"""Bells are made, silenced and removed."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from bell.devices import (
    DeviceRefused,
    add_device,
    bells_of,
    connected,
    device_of,
    disconnected,
    heard,
    remove_device,
    serves,
    set_muted,
    set_quiet,
)
from bell.models import Device, Ring, State
from bell.patterns import DING
from bell.rings import ring
from bell.routes import make_bell_routes
from inbox.people.audit import COMMAND_LINE, Actor
from inbox.people.models import Workspace
from inbox.people.models.audit import AuditFact
from inbox.people.permissions import Forbidden
from notifications.models import Rule
from tests.factories import make_teammate, make_workspace


def test_a_token_is_shown_once_kept_as_a_hash_and_opens_its_own_bell(workspace) -> None:
    device, token = add_device(workspace, "  Reception ", by=COMMAND_LINE)
    assert device.name == "Reception"
    assert token not in str(Device.objects.values().get())
    assert device_of(token) == device
    assert device_of(token + "x") is None
    assert device_of("") is None
    assert AuditFact.objects.get(workspace=workspace, kind="bell.added").subject == "Reception"


def test_the_command_prints_the_token_and_nothing_else(workspace) -> None:
    out = StringIO()
    call_command("bell_device", workspace.slug, "Reception", stdout=out)
    assert device_of(out.getvalue().strip()) == Device.objects.get()
    with pytest.raises(CommandError, match="Another bell has that name"):
        call_command("bell_device", workspace.slug, "RECEPTION")
    with pytest.raises(CommandError):
        call_command("bell_device", "nowhere", "Reception")


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\x00b"])
def test_a_bell_wants_a_name(workspace, name) -> None:
    with pytest.raises(DeviceRefused):
        add_device(workspace, name, by=COMMAND_LINE)


def test_another_workspace_may_use_the_same_name(workspace) -> None:
    add_device(workspace, "Reception", by=COMMAND_LINE)
    add_device(make_workspace(), "Reception", by=COMMAND_LINE)


@pytest.mark.parametrize(("role", "may"), [("owner", True), ("admin", True), ("agent", False), ("viewer", False)])
def test_who_handles_keys_adds_and_removes_bells(workspace, role, may) -> None:
    by = Actor(make_teammate(workspace, role=role))
    device, _ = add_device(workspace, "There", by=COMMAND_LINE)
    if may:
        add_device(workspace, "Here", by=by)
        remove_device(device, by=by)
        assert [bell.name for bell in Device.objects.all()] == ["Here"]
        return
    with pytest.raises(Forbidden):
        add_device(workspace, "Here", by=by)
    with pytest.raises(Forbidden):
        remove_device(device, by=by)
    with pytest.raises(Forbidden):
        set_quiet(device, "22:00", "07:00", by=by)


def test_an_agent_may_mute_and_a_viewer_may_not(workspace, bell) -> None:
    device = bell()
    ring(workspace, [device], DING, "x")
    set_muted(device, True, by=Actor(make_teammate(workspace, role="agent")))
    assert Device.objects.get().muted
    assert Ring.objects.get().state == State.MISSED, "what waits is not rung after the mute"
    with pytest.raises(Forbidden):
        set_muted(device, False, by=Actor(make_teammate(workspace, role="viewer")))


def test_the_newest_socket_serves_a_bell(workspace, bell) -> None:
    device = bell(away=True)
    assert connected(device.pk, "one", "1.0")
    assert serves(device.pk, "one") == "serving"
    assert connected(device.pk, "two", "1.0")
    assert serves(device.pk, "one") == "replaced"
    assert not heard(device.pk, "one")
    disconnected(device.pk, "one")
    assert heard(device.pk, "two")
    disconnected(device.pk, "two")
    assert Device.objects.get().channel == ""
    remove_device(device, by=COMMAND_LINE)
    assert serves(device.pk, "two") == "removed"


def test_a_bell_counts_what_it_struck_since_midnight_where_the_workspace_is(bell, workspace) -> None:
    Workspace.objects.filter(pk=workspace.pk).update(timezone="Pacific/Auckland")  # UTC+13 in summer
    workspace.refresh_from_db()
    device = bell()
    for at in (datetime(2026, 1, 9, 10, 59, tzinfo=UTC), datetime(2026, 1, 9, 11, 1, tzinfo=UTC)):
        Ring.objects.create(
            workspace=workspace, device=device, pattern=DING, reason="x", state=State.STRUCK, acknowledged_at=at
        )
    [found] = bells_of(workspace, datetime(2026, 1, 9, 20, 0, tzinfo=UTC))
    assert found.rings_today == 1


@pytest.mark.parametrize(
    ("begin", "end"), [("22:00", ""), ("", "7"), ("25:00", "07:00"), ("07:00", "07:00"), ("7:0", "07:00"), ("x", "y")]
)
def test_hours_that_are_none_are_refused(workspace, bell, begin, end) -> None:
    with pytest.raises(DeviceRefused):
        set_quiet(bell(), begin, end, by=COMMAND_LINE)
    assert Device.objects.get().quiet == {}


def test_quiet_hours_are_set_and_taken_away(workspace, bell) -> None:
    set_quiet(bell(), "22:00", "07:00", by=COMMAND_LINE)
    assert Device.objects.get().quiet == {"from": "22:00", "to": "07:00"}
    set_quiet(Device.objects.get(), "7:5", "8:00", by=COMMAND_LINE)
    assert Device.objects.get().quiet == {"from": "07:05", "to": "08:00"}, "as a clock writes it"
    set_quiet(Device.objects.get(), "", "", by=COMMAND_LINE)
    assert Device.objects.get().quiet == {}


NIGHT = {"from": "22:00", "to": "07:00"}


@pytest.mark.parametrize(
    ("zone", "moment", "quiet"),
    [
        ("Europe/Berlin", datetime(2026, 3, 28, 20, 59, tzinfo=UTC), False),  # 21:59
        ("Europe/Berlin", datetime(2026, 3, 28, 21, 0, tzinfo=UTC), True),  # 22:00
        ("Europe/Berlin", datetime(2026, 3, 29, 0, 30, tzinfo=UTC), True),  # 01:30, and an hour is skipped next
        ("Europe/Berlin", datetime(2026, 3, 29, 4, 59, tzinfo=UTC), True),  # 06:59 of summer time
        ("Europe/Berlin", datetime(2026, 3, 29, 5, 0, tzinfo=UTC), False),  # 07:00 of summer time
        ("Europe/Berlin", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), True),  # 02:30 the first time
        ("Europe/Berlin", datetime(2026, 10, 25, 1, 30, tzinfo=UTC), True),  # 02:30 once more
        ("Europe/Berlin", datetime(2026, 10, 25, 5, 30, tzinfo=UTC), True),  # 06:30 of winter time
        ("Europe/Berlin", datetime(2026, 10, 25, 6, 0, tzinfo=UTC), False),  # 07:00 of winter time
        ("America/New_York", datetime(2026, 3, 29, 5, 0, tzinfo=UTC), True),  # 01:00 there
    ],
)
def test_quiet_hours_go_over_midnight_and_by_the_clock_on_the_wall(zone, moment, quiet) -> None:
    device = Device(workspace=Workspace(timezone=zone), quiet=NIGHT)
    assert device.is_quiet(moment) is quiet


@given(st.integers(0, 1439), st.integers(0, 1439), st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)))
def test_any_hours_hold_at_any_moment_of_a_year(begin, end, naive) -> None:
    moment = naive.replace(tzinfo=UTC, second=0, microsecond=0)
    if begin == end:
        return
    hours = {"from": f"{begin // 60:02}:{begin % 60:02}", "to": f"{end // 60:02}:{end % 60:02}"}
    device = Device(workspace=Workspace(timezone="Europe/Lisbon"), quiet=hours)
    local = moment.astimezone(ZoneInfo("Europe/Lisbon"))
    now = local.hour * 60 + local.minute
    # Walk the clock's face from the beginning to the end: the plain meaning of it.
    assert device.is_quiet(moment) is ((now - begin) % 1440 < (end - begin) % 1440)


def test_a_new_workspace_rings_for_sign_ups_and_upgrades(db) -> None:
    workspace = make_workspace()
    make_bell_routes(workspace)
    make_bell_routes(workspace)
    rules = Rule.objects.filter(workspace=workspace, transport="bell").order_by("id")
    assert [(rule.kinds, rule.address) for rule in rules] == [
        (["contact.signed_up"], "ding"),
        (["plan.upgraded"], "ding-ding"),
    ]
