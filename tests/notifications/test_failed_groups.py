"""What was counted into a message shares its fate: it fails with it, says so, and is told when that is sent again."""

from __future__ import annotations

import threading

import pytest
from django.utils import timezone

from notifications import routing, sending
from notifications.events import track
from notifications.kinds.trouble import ServerError
from notifications.models import Delivery, Event, Posting, Rule
from notifications.queries import marks_of
from notifications.resending import ResendRefused, Resent, resend, resend_failed
from notifications.settling import settle
from notifications.transports import TransportError
from notifications.words import Cause, Status
from tests.notifications.conftest import work
from tests.notifications.meanwhile import after_first, elsewhere, wait_until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def errors(route) -> Rule:
    return route(topics=["errors"], group_seconds=600)


def happen(workspace, times: int = 1) -> None:
    for _ in range(times):
        track(ServerError(error="KeyError: x", where="a.py:1"), workspace=workspace)


def refuse(medium, error: TransportError | None = None) -> None:
    def fail(message) -> None:
        raise error or TransportError("channel_not_found", permanent=True)

    medium.fail = fail


def take(medium) -> None:
    medium.fail = lambda message: None


def states() -> list[tuple[str, str]]:
    return list(Delivery.objects.order_by("id").values_list("status", "cause"))


def head() -> Delivery:
    return Delivery.objects.order_by("id")[0]


def test_they_fail_with_it_and_say_so(workspace, medium, errors) -> None:
    refuse(medium)
    happen(workspace, 3)
    work()
    assert states() == [("failed", ""), ("failed", "grouped"), ("failed", "grouped")]
    said = set(Delivery.objects.filter(cause=Cause.GROUPED).values_list("error", flat=True))
    assert said == {"Grouped into a message that failed: channel_not_found"}
    assert not medium.calls


def test_the_next_event_of_the_group_opens_a_message_of_its_own(workspace, medium, errors) -> None:
    refuse(medium)
    happen(workspace, 2)
    work()
    take(medium)
    happen(workspace)
    work()
    assert medium.said() == ["KeyError: x"]
    assert states()[-1] == ("sent", "")
    assert Posting.objects.filter(is_closed=False).count() == 1


def test_sent_again_it_tells_all_of_them(workspace, medium, errors) -> None:
    refuse(medium)
    happen(workspace, 3)
    work()
    take(medium)
    assert resend(head())
    assert states() == [("pending", ""), ("suppressed", "grouped"), ("suppressed", "grouped")]
    work()
    [said] = medium.said()
    assert said.startswith("KeyError: x ×3, first ")
    assert states()[0] == ("sent", "")
    assert not Delivery.objects.exclude(error="").exists()
    marks = marks_of(list(Event.objects.all()))
    assert {mark.status for found in marks.values() for mark in found} == {"sent"}


def test_what_was_settled_meanwhile_is_counted_as_that(workspace, medium, errors) -> None:
    refuse(medium)
    happen(workspace, 3)
    work()
    settle(Event.objects.order_by("id")[1])
    assert states()[1] == ("failed", "grouped"), "nobody was told of it"
    take(medium)
    resend(head())
    work()
    assert medium.said()[0].endswith(", 1 settled")
    assert states() == [("sent", ""), ("settled", "grouped"), ("suppressed", "grouped")]


def test_it_may_fail_once_more(workspace, medium, errors) -> None:
    refuse(medium)
    happen(workspace, 2)
    work()
    resend(head())
    work()
    assert states() == [("failed", ""), ("failed", "grouped")]


def test_all_of_an_address_are_sent_again_as_messages_not_as_events(workspace, medium, errors) -> None:
    refuse(medium)
    happen(workspace, 3)
    work()
    take(medium)
    assert resend_failed(Delivery.objects.all(), "recorder", "#all") == Resent(1)
    work()
    assert len(medium.said()) == 1
    assert "×3" in medium.said()[0]
    assert not Delivery.objects.filter(status=Status.FAILED).exists()


def test_asked_for_one_of_them_the_message_goes_out(workspace, medium, errors) -> None:
    refuse(medium)
    happen(workspace, 2)
    work()
    take(medium)
    assert resend(Delivery.objects.order_by("id")[1])
    work()
    assert "×2" in medium.said()[0]
    assert states() == [("sent", ""), ("suppressed", "grouped")]
    with pytest.raises(ResendRefused, match="told in an earlier message"):
        resend(Delivery.objects.order_by("id")[1])


def test_where_the_message_was_not_sent_for_a_reason_they_say_which(workspace, medium, errors) -> None:
    refuse(medium, TransportError("Slack is not connected.", cause=Cause.NOT_CONNECTED))
    happen(workspace, 2)
    work()
    assert states() == [("suppressed", "not_connected"), ("suppressed", "grouped")]
    assert (
        Delivery.objects.order_by("id")[1].error == "Grouped into a message that was not sent: Slack is not connected."
    )
    take(medium)
    happen(workspace)
    work()
    assert medium.said() == ["KeyError: x"], "the next one is not counted into what nobody reads"


def test_one_that_no_worker_survives_takes_them_with_it(workspace, medium, errors) -> None:
    happen(workspace, 2)
    routing.drain()
    Delivery.objects.filter(cause="").update(attempts=10)
    work()
    assert states() == [("failed", ""), ("failed", "grouped")]
    happen(workspace)
    work()
    assert len(medium.said()) == 1


def test_what_is_counted_in_while_it_fails_fails_too(workspace, medium, errors) -> None:
    """A worker counts one in, and has not committed yet, as another one notes that the message failed."""
    counted = threading.Event()
    begun = []

    def count_in() -> None:
        def hold() -> None:
            counted.set()
            wait_until_somebody_waits()

        with after_first("INSERT INTO notifications_delivery", hold):
            routing.drain()

    def fail(message) -> None:
        happen(workspace)
        begun.append(elsewhere(count_in))
        counted.wait()
        raise TransportError("channel_not_found", permanent=True)

    medium.fail = fail
    happen(workspace)
    routing.drain()
    sending.drain()
    begun[0]()
    assert states() == [("failed", ""), ("failed", "grouped")]


def test_what_a_cap_held_back_fails_with_its_summary_and_leaves_it_when_sent_by_itself(
    workspace, medium, route
) -> None:
    route(cap=1, cap_seconds=600)
    for n in range(4):
        track(ServerError(error=f"E{n}", where="a"), workspace=workspace)
    work()
    refuse(medium)
    Delivery.objects.filter(due_at__isnull=False).update(due_at=timezone.now())
    work()
    assert states() == [("sent", ""), ("failed", ""), ("failed", "capped"), ("failed", "capped")]
    take(medium)
    assert resend(Delivery.objects.order_by("id")[2])
    assert resend(Delivery.objects.order_by("id")[1])
    work()
    assert sorted(medium.said()) == ["2 more were held back by Everything", "E0", "E2"]
    assert states() == [("sent", ""), ("sent", ""), ("sent", ""), ("suppressed", "capped")]


def test_what_was_held_back_and_is_sent_by_hand_is_not_in_the_summary(workspace, medium, route) -> None:
    route(cap=1, cap_seconds=600)
    for n in range(4):
        track(ServerError(error=f"E{n}", where="a"), workspace=workspace)
    work()
    assert resend(Delivery.objects.filter(cause=Cause.CAPPED).order_by("id")[0])
    Delivery.objects.filter(due_at__isnull=False).update(due_at=timezone.now())
    work()
    assert sorted(medium.said()) == ["2 more were held back by Everything", "E0", "E2"]
