"""From `track` to the medium: once for each rule, with its reason, grouped, held back, settled, tried again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from notifications.events import track
from notifications.kind import Who
from notifications.kinds.custom import Custom
from notifications.kinds.money import PaymentFailed, PaymentSucceeded
from notifications.kinds.trouble import ServerError
from notifications.models import Delivery, Event, Posting
from notifications.settling import settle
from notifications.transports import TransportError
from notifications.words import Cause, Severity, Status
from tests.notifications.conftest import work

pytestmark = pytest.mark.django_db(transaction=True)
NADIA = Who("0192f0c4-0000-7000-8000-000000000001", "Nadia Okafor")


def failed(invoice: str = "in_1", **fields) -> PaymentFailed:
    return PaymentFailed(amount_minor=1250, currency="EUR", invoice=invoice, **fields)


def test_each_rule_that_takes_an_event_makes_one_delivery_with_its_reason(workspace, medium, route) -> None:
    route(name="Financials", topics=["financials"], min_severity=Severity.WARNING, address="#money")
    route(name="Payments", kinds=["payment.*"], address="#payments")
    route(name="Errors", topics=["errors"], address="#errors")
    track(failed(), workspace=workspace, contact=NADIA)
    work()
    found = {row.address: row for row in Delivery.objects.all()}
    assert set(found) == {"#money", "#payments"}
    assert found["#money"].reason == "route Financials: topic financials, severity ≥ warning"
    assert {row.status for row in found.values()} == {"sent"}
    assert found["#money"].payload == {"text": "€12.50 could not be collected: Nadia Okafor"}
    assert len(medium.calls) == 2
    work()
    assert len(medium.calls) == 2


def test_nothing_is_told_of_what_was_rolled_back(workspace, medium, route) -> None:
    route()
    with pytest.raises(RuntimeError), transaction.atomic():
        track(failed(), workspace=workspace)
        raise RuntimeError
    work()
    assert not Event.objects.exists()
    assert not medium.calls


def test_the_same_key_again_is_the_same_event(workspace) -> None:
    first = track(failed(), workspace=workspace, idempotency_key="a")
    again = track(failed(), workspace=workspace, idempotency_key="a")
    other = track(failed(), workspace=workspace, idempotency_key="b")
    assert first == again != other
    assert Event.objects.count() == 2


def test_equal_events_share_a_message_that_counts_them(workspace, medium, route) -> None:
    route(topics=["errors"], group_seconds=600)
    for _ in range(37):
        track(ServerError(error="ZeroDivisionError: x", where="a.py:1"), workspace=workspace)
    track(ServerError(error="KeyError: y", where="b.py:2"), workspace=workspace)
    work()
    [first, second] = medium.said()
    assert first.startswith("ZeroDivisionError: x ×37, first ")
    assert second == "KeyError: y"
    assert Delivery.objects.filter(cause=Cause.GROUPED, posting__isnull=False).count() == 36
    for _ in range(3):
        track(ServerError(error="ZeroDivisionError: x", where="a.py:1"), workspace=workspace)
    work()
    assert medium.said("update") == [], "an update waits until five seconds after the last"
    Posting.objects.filter(update_at__isnull=False).update(update_at=timezone.now())
    work()
    [update] = medium.said("update")
    assert update.startswith("ZeroDivisionError: x ×40")
    assert len(medium.said()) == 2


def test_a_closed_window_opens_a_new_message(workspace, medium, route) -> None:
    route(topics=["errors"], group_seconds=60)
    for _ in range(2):
        track(ServerError(error="E", where="a"), workspace=workspace)
        work()
        Posting.objects.update(closes_at=timezone.now())
    assert len(medium.said()) == 2


def test_what_goes_over_a_cap_is_said_in_one_summary(workspace, medium, route) -> None:
    route(cap=3, cap_seconds=60)
    for n in range(10):
        track(failed(f"in_{n}"), workspace=workspace)
    work()
    assert len(medium.said()) == 3
    Delivery.objects.filter(due_at__isnull=False).update(due_at=timezone.now())
    work()
    assert medium.said()[3:] == ["7 more were held back by Everything"]
    assert Delivery.objects.filter(cause=Cause.CAPPED).count() == 6


def test_a_later_event_settles_earlier_ones_of_its_subject_and_their_messages_are_taken_back(
    workspace, medium, route
) -> None:
    route(kinds=["payment.failed"])
    for invoice in ("in_1", "in_1", "in_2"):
        track(failed(invoice), workspace=workspace)
        work()
    track(PaymentSucceeded(invoice="in_1"), workspace=workspace)
    work()
    assert len([call for call in medium.calls if call[0] == "retract"]) == 2
    assert sorted(Delivery.objects.values_list("status", flat=True)) == ["sent", "settled", "settled"]
    assert Event.objects.filter(settled_by__kind="payment.succeeded").count() == 2
    assert Posting.objects.filter(retracted_at__isnull=False).count() == 2


def test_an_event_that_comes_after_what_settles_it_is_not_told(workspace, medium, route) -> None:
    route(kinds=["payment.failed"])
    now = timezone.now()
    track(PaymentSucceeded(invoice="in_1"), workspace=workspace, occurred_at=now)
    work()
    track(failed(), workspace=workspace, occurred_at=now - timedelta(minutes=1))
    track(failed(), workspace=workspace, occurred_at=now + timedelta(minutes=1))
    work()
    assert len(medium.said()) == 1


def test_what_is_settled_while_it_is_being_sent_is_withdrawn_by_its_sender(workspace, medium, route) -> None:
    route()

    def meanwhile(message) -> None:
        settle(Event.objects.get(public_id=message.event))

    medium.fail = meanwhile
    track(failed(), workspace=workspace)
    work()
    assert [call[0] for call in medium.calls] == ["send", "retract"]
    assert Delivery.objects.get().status == Status.SETTLED


def test_of_a_shared_message_the_settled_part_is_counted_and_all_of_it_taken_back(workspace, medium, route) -> None:
    route(kinds=["payment.failed"], group_seconds=600)
    for _ in range(3):
        track(failed(), workspace=workspace)
    work()
    events = list(Event.objects.order_by("id"))
    settle(events[0])
    Posting.objects.filter(update_at__isnull=False).update(update_at=timezone.now())
    work()
    assert "1 settled" in medium.said("update")[-1]
    for event in events[1:]:
        settle(event)
    work()
    assert medium.calls[-1][0] == "retract"
    assert set(Delivery.objects.values_list("status", flat=True)) == {"settled"}


def test_a_failure_is_tried_again_and_given_up_only_when_it_is_pointless(workspace, medium, route) -> None:
    route()

    def once(message) -> None:
        medium.fail = lambda message: None
        raise TransportError("Slack answered 500.")

    medium.fail = once
    track(failed(), workspace=workspace)
    work()
    row = Delivery.objects.get()
    assert (row.status, row.attempts, row.error) == (Status.PENDING, 1, "Slack answered 500.")
    assert row.due_at is not None
    assert row.due_at > timezone.now()
    Delivery.objects.update(due_at=timezone.now())
    work()
    assert Delivery.objects.get().status == Status.SENT

    def never(message) -> None:
        raise TransportError("channel_not_found", permanent=True)

    medium.fail = never
    track(failed("in_9"), workspace=workspace)
    work()
    assert Delivery.objects.order_by("-id")[0].status == Status.FAILED


def test_nobody_to_send_to_is_no_failure_and_keeps_the_payload(workspace, medium, route) -> None:
    route()

    def nobody(message) -> None:
        raise TransportError("No credentials.", cause=Cause.NOT_CONNECTED)

    medium.fail = nobody
    track(failed(), workspace=workspace)
    work()
    row = Delivery.objects.get()
    assert (row.status, row.cause) == (Status.SUPPRESSED, Cause.NOT_CONNECTED)
    assert row.payload == {"text": "€12.50 could not be collected"}


def test_a_muted_route_and_quiet_hours_hold_their_tongue(workspace, medium, route) -> None:
    route(muted_until=timezone.now() + timedelta(hours=1), address="#muted")
    now = timezone.now()
    quiet = {"from": f"{now - timedelta(hours=1):%H:%M}", "to": f"{now + timedelta(hours=1):%H:%M}"}
    route(quiet=quiet, address="#quiet")
    track(failed(), workspace=workspace)
    work()
    assert not medium.calls
    rows = {row.address: row for row in Delivery.objects.all()}
    assert rows["#muted"].cause == Cause.MUTED
    assert rows["#quiet"].due_at is not None
    assert timedelta(minutes=58) < rows["#quiet"].due_at - now < timedelta(minutes=61)


def test_a_fallback_takes_only_what_no_other_route_took(workspace, medium, route) -> None:
    route(topics=["financials"], address="#money")
    route(is_fallback=True, address="#rest")
    track(failed(), workspace=workspace)
    track(Custom(own_name="user.report_exported"), workspace=workspace)
    work()
    assert sorted(address for _, address, _ in medium.calls) == ["#money", "#rest"]


def test_a_killed_workers_delivery_is_sent_again_when_its_lease_has_ended(workspace, medium, route) -> None:
    route()

    def killed(message) -> None:
        raise SystemExit

    medium.fail = killed
    track(failed(), workspace=workspace)
    with pytest.raises(SystemExit):
        work()
    assert Delivery.objects.get().status == Status.SENDING
    medium.fail = lambda message: None
    work()
    assert not medium.calls
    Delivery.objects.update(due_at=timezone.now())
    work()
    assert len(medium.said()) == 1


def test_neither_a_broken_rule_nor_a_message_that_cannot_be_drawn_stops_the_others(workspace, medium, route) -> None:
    route(name="Broken", quiet={"from": "late", "to": "early"})
    route(name="Unknown", transport="pigeon", address="roof")
    route(name="Good", address="#good")
    route(name="Bad", address="#bad")
    drawn = medium.draw
    medium.draw = lambda message: 1 / 0 if message.address == "#bad" else drawn(message)
    track(failed("in_2"), workspace=workspace)
    work()
    rows = {row.address: row for row in Delivery.objects.all()}
    assert {address: row.status for address, row in rows.items()} == {
        "roof": "failed", "#good": "sent", "#bad": "failed",
    }  # fmt: skip
    assert rows["roof"].error == "There is no transport pigeon."
