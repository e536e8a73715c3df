"""When a message goes out, and how often: delay, quiet hours, caps, and what ends a loop."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from inbox.contacts.merging import merge
from inbox.contacts.upsert import create_contact
from notifications import routing, sending
from notifications.automations.telling import MOST_AN_HOUR, due_at
from notifications.models import AutomatedDelivery, Automation, Delivery
from tests.notifications.automations.conftest import became, signs_up
from tests.notifications.conftest import work
from tests.notifications.meanwhile import elsewhere, wait_until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)

NIGHT = {"from": "22:00", "to": "08:00"}


def around_now() -> dict[str, str]:
    """Return quiet hours that began half an hour ago, and last for an hour and a half more, in UTC."""
    now = timezone.now().astimezone(UTC)
    return {"from": f"{now - timedelta(minutes=30):%H:%M}", "to": f"{now + timedelta(minutes=90):%H:%M}"}


def test_it_waits_for_its_delay_and_is_a_row_meanwhile(make, nadia) -> None:
    make(delay_seconds=7200)
    event = signs_up(nadia)
    work()
    row = Delivery.objects.get()
    assert (row.status, mail.outbox) == ("pending", [])
    assert row.due_at is not None
    assert timedelta(minutes=119) < row.due_at - event.occurred_at < timedelta(minutes=121)
    Delivery.objects.update(due_at=timezone.now())
    work()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    "zone_of_quiet, contact_zone, hour",
    [("recipient", "America/New_York", 12), ("recipient", "", 7), ("workspace", "America/New_York", 7)],
)
def test_quiet_hours_end_by_the_recipients_clock_or_the_workspaces(zone_of_quiet, contact_zone, hour) -> None:
    automation = Automation(quiet=NIGHT, quiet_zone=zone_of_quiet)
    at = due_at(automation, contact_zone, "Europe/Berlin", datetime(2026, 1, 20, 3, 30, tzinfo=UTC))
    # 08:00 in Berlin is 07:00 UTC; New York sleeps from 03:00 UTC to 13:00.
    assert at == datetime(2026, 1, 20, 13 if hour == 12 else hour, tzinfo=UTC)


def test_what_falls_into_quiet_hours_waits_for_their_end_and_is_not_lost(make, nadia, workspace) -> None:
    automation = make(quiet=around_now(), quiet_zone="workspace")
    signs_up(nadia)
    work()
    row = Delivery.objects.get()
    assert row.status == "pending"
    assert row.due_at is not None and row.due_at > timezone.now() + timedelta(minutes=60)
    Automation.objects.filter(pk=automation.pk).update(quiet={})
    Delivery.objects.update(due_at=timezone.now())
    work()
    assert became(automation) == ["sent"]


def test_what_comes_due_in_quiet_hours_is_asked_again_and_waits(make, nadia) -> None:
    automation = make()
    signs_up(nadia)
    routing.drain()
    Automation.objects.filter(pk=automation.pk).update(quiet=around_now(), quiet_zone="workspace")
    sending.drain()
    row = Delivery.objects.get()
    assert (row.status, row.attempts, mail.outbox) == ("pending", 0, [])
    assert row.due_at is not None and row.due_at > timezone.now() + timedelta(minutes=60)


def test_a_person_gets_no_more_than_the_cap_in_its_time_whoever_they_were_merged_from(make, nadia, ada) -> None:
    automation = make(most=2, most_seconds=3600)
    other = create_contact(nadia.workspace, {"name": "N", "email": "n@x.example"})
    signs_up(other)
    work()
    merge(other, into=nadia, by=ada)
    signs_up(nadia)
    signs_up(nadia)
    work()
    assert became(automation) == ["sent", "sent", "enough"]
    assert len(mail.outbox) == 2
    AutomatedDelivery.objects.update(created_at=timezone.now() - timedelta(hours=2))
    signs_up(nadia)
    work()
    assert became(automation)[-1] == "sent"


def test_once_ever_is_once_ever_and_another_person_has_their_own(make, nadia) -> None:
    automation = make(most=1, most_seconds=0)
    other = create_contact(nadia.workspace, {"name": "N", "email": "n@x.example"})
    for contact in (nadia, nadia, other):
        signs_up(contact)
    work()
    AutomatedDelivery.objects.update(created_at=timezone.now() - timedelta(days=4000))
    signs_up(nadia)
    work()
    assert became(automation) == ["sent", "enough", "sent", "enough"]


def test_what_was_held_back_or_failed_counts_for_nothing(make, nadia) -> None:
    automation = make(most=1, most_seconds=0)
    signs_up(nadia)
    routing.drain()
    Delivery.objects.update(status="failed", due_at=None)
    signs_up(nadia)
    work()
    assert became(automation) == ["failed", "sent"]


def test_two_workers_count_up_to_one_cap(make, nadia) -> None:
    automation = make(most=1, most_seconds=0)
    routed, both = threading.Event(), threading.Event()

    def first() -> None:
        signs_up(nadia)
        with transaction.atomic():
            routing.drain()
            routed.set()
            both.wait(60)

    one = elsewhere(first)
    assert routed.wait(60)
    two = elsewhere(lambda: (signs_up(nadia), routing.drain()))
    wait_until_somebody_waits()
    both.set()
    one()
    two()
    work()
    assert sorted(became(automation)) == ["enough", "sent"]


def test_nobody_gets_more_than_so_many_an_hour_whatever_sets_it_off(make, nadia) -> None:
    automation = make()
    for _ in range(MOST_AN_HOUR + 3):
        signs_up(nadia)
    work()
    assert became(automation).count("sent") == MOST_AN_HOUR
    assert became(automation).count("enough") == 3
