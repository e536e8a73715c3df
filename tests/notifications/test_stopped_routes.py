"""A route that was muted, switched off or deleted tells nothing of what still waits; by hand, it is asked again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from notifications import routing
from notifications.events import track
from notifications.kinds.money import PaymentFailed
from notifications.models import Delivery, Destination, Rule
from notifications.resending import ResendRefused, Resent, resend, resend_failed
from notifications.transports import TransportError
from notifications.words import Cause, Status
from tests.notifications.conftest import work

pytestmark = pytest.mark.django_db(transaction=True)


def wait_to_be_told(workspace) -> None:
    track(PaymentFailed(amount_minor=1250, currency="EUR", invoice="in_1"), workspace=workspace)
    routing.drain()


STOPS = {
    "muted": lambda rule: Rule.objects.filter(pk=rule.pk).update(muted_until=timezone.now() + timedelta(hours=1)),
    "route_off": lambda rule: Rule.objects.filter(pk=rule.pk).update(enabled=False),
    "route_deleted": lambda rule: rule.delete(),
}


@pytest.mark.parametrize("cause", STOPS)
def test_what_still_waits_is_not_sent_and_says_why(workspace, medium, route, cause) -> None:
    rule = route()
    wait_to_be_told(workspace)
    STOPS[cause](rule)
    work()
    row = Delivery.objects.get()
    assert (row.status, row.cause, row.attempts, row.due_at) == (Status.SUPPRESSED, cause, 0, None)
    assert row.error == Cause(cause).label
    assert not medium.calls
    assert not Destination.objects.exclude(failures=0).exists(), "it is no failure of the medium"


def test_what_waits_for_another_try_is_looked_at_again_too(workspace, medium, route) -> None:
    rule = route()

    def fail(message) -> None:
        medium.fail = lambda message: None
        raise TransportError("500")

    medium.fail = fail
    wait_to_be_told(workspace)
    work()
    rule.delete()
    Delivery.objects.update(due_at=timezone.now())
    work()
    row = Delivery.objects.get()
    assert (row.cause, row.attempts) == (Cause.ROUTE_DELETED, 1)
    assert row.payload, "what would have been sent stays"
    assert not medium.calls


def test_what_they_hold_back_stops_nothing_else(workspace, medium, route) -> None:
    off = route(address="#off")
    route(address="#on")
    wait_to_be_told(workspace)
    Rule.objects.filter(pk=off.pk).update(enabled=False)
    work()
    assert [address for _, address, _ in medium.calls] == ["#on"]


def test_what_was_grouped_into_it_says_so_too(workspace, medium, route) -> None:
    rule = route(group_seconds=600)
    wait_to_be_told(workspace)
    wait_to_be_told(workspace)
    rule.delete()
    work()
    rows = Delivery.objects.order_by("id")
    assert [row.cause for row in rows] == [Cause.ROUTE_DELETED, Cause.GROUPED]
    assert rows[1].error == "Grouped into a message that was not sent: the route was deleted before it went out"


def test_by_hand_it_goes_out_though_the_route_is_muted(workspace, medium, route) -> None:
    route(muted_until=timezone.now() + timedelta(hours=1))
    wait_to_be_told(workspace)
    work()
    assert not medium.calls
    assert resend(Delivery.objects.get())
    work()
    assert len(medium.said()) == 1
    assert (Delivery.objects.get().status, Delivery.objects.get().cause) == (Status.SENT, "")


def test_by_hand_it_goes_out_however_old_it_is(workspace, medium, route) -> None:
    medium.expires = 60.0
    route()
    wait_to_be_told(workspace)
    Delivery.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    work()
    assert Delivery.objects.get().cause == Cause.EXPIRED
    resend(Delivery.objects.get())
    work()
    assert len(medium.said()) == 1


REFUSALS = {"route_off": "Switch it on", "route_deleted": "Make another route"}


@pytest.mark.parametrize("cause", REFUSALS)
def test_by_hand_it_is_refused_where_the_route_is_off_or_gone_and_says_what_to_do(
    workspace, medium, route, cause
) -> None:
    rule = route()
    wait_to_be_told(workspace)
    Delivery.objects.update(status=Status.FAILED, due_at=None, error="boom")
    STOPS[cause](rule)
    with pytest.raises(ResendRefused, match=REFUSALS[cause]):
        resend(Delivery.objects.get())
    assert resend_failed(Delivery.objects.all(), "recorder", "#all") == Resent(0, refused=1)
    work()
    assert (Delivery.objects.get().status, Delivery.objects.get().error) == (Status.FAILED, "boom")
    assert not medium.calls


def test_switched_off_after_it_was_sent_again_it_does_not_go_out(workspace, medium, route) -> None:
    rule = route()
    wait_to_be_told(workspace)
    Delivery.objects.update(status=Status.FAILED, due_at=None)
    assert resend(Delivery.objects.get())
    Rule.objects.filter(pk=rule.pk).update(enabled=False)
    work()
    assert Delivery.objects.get().cause == Cause.ROUTE_OFF
    Rule.objects.filter(pk=rule.pk).update(enabled=True)
    assert resend(Delivery.objects.get())
    work()
    assert len(medium.said()) == 1
