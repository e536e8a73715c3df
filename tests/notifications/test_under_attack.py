"""What somebody with a route, a token or a widget key might try on everybody else's events."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from notifications import postings
from notifications.conditions import ConditionRefused, check_condition, facts_of, holds
from notifications.events import safe_url, track
from notifications.kinds.custom import Custom
from notifications.kinds.money import PaymentFailed
from notifications.models import Delivery, Destination, Event, Posting
from notifications.settling import settle
from notifications.transports import TransportError
from notifications.wording import TemplateRefused, check_template, written
from notifications.words import Status
from tests.notifications.conftest import work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    "condition",
    [
        "data.l. map(a, data.l. map(b, 1)).size() > 0",
        "data.l.// words\nmap(a, data.l.// words\nmap(b, 1)).size() > 0",
        "data.l.all(x, !(x in data.m))",
        "data.l.exists(x, x.matches(data.pattern))",
    ],
)
def test_a_condition_that_multiplies_is_refused(condition: str) -> None:
    with pytest.raises(ConditionRefused):
        check_condition(condition)


def test_of_a_long_list_a_condition_sees_the_beginning(workspace) -> None:
    track(Custom(own_name="user.x", data={"l": list(range(9000))}), workspace=workspace)
    assert holds("size(data.l) == 200", facts_of(Event.objects.get())) == (True, "")


@pytest.mark.parametrize(
    "template", ["{{ (1..300000000) | reverse | first }}", "{% for n in (1..data.n) %}x{% endfor %}"]
)
def test_a_template_with_a_range_is_refused(template: str) -> None:
    with pytest.raises(TemplateRefused):
        check_template(template)


def test_a_template_whose_filters_feed_one_another_gives_the_default_words(workspace) -> None:
    track(Custom(own_name="user.x", data={"s": "a" * 60_000}), workspace=workspace)
    event = Event.objects.get()
    said = written(event, "{{ data.s | replace: 'a', data.s | replace: 'a', data.s }}", facts_of(event))
    assert said.text == ""
    assert "failed on this event" in said.warning


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "//evil.example", "/\\evil.example", "http://evil.example", "data:x"]
)
def test_a_link_that_is_neither_ours_nor_https_is_dropped(url: str) -> None:
    assert safe_url(url) == ""


def test_links_of_ours_and_to_the_web_stay() -> None:
    assert safe_url("/inbox/all/1/") == "/inbox/all/1/"
    assert safe_url("https://dashboard.stripe.com/1") == "https://dashboard.stripe.com/1"


def test_a_limited_medium_takes_back_every_message_in_its_turn(workspace, medium, route) -> None:
    medium.method_gap = 0.05
    route(kinds=["payment.failed"])
    for n in range(8):
        track(PaymentFailed(invoice=f"in_{n}"), workspace=workspace)
    work()
    for event in Event.objects.all():
        settle(event)
    deadline = timezone.now() + timedelta(seconds=20)
    while Posting.objects.filter(retract_at__isnull=False).exists() and timezone.now() < deadline:
        postings.drain()
    assert len([call for call in medium.calls if call[0] == "retract"]) == 8


def test_a_message_that_cannot_be_worded_any_more_does_not_hold_up_the_others(workspace, medium, route) -> None:
    route(kinds=["payment.failed"])
    for n in range(3):
        track(PaymentFailed(invoice=f"in_{n}"), workspace=workspace)
    work()
    first = Delivery.objects.order_by("id")[0]
    Event.objects.filter(pk=first.event_id).update(icon="x")
    retract, poisoned = medium.retract, str(first.public_id)

    def fails_once(message) -> None:
        if str(message.key) == poisoned:
            raise MemoryError
        retract(message)

    medium.retract = fails_once
    for event in Event.objects.all():
        settle(event)
    work()
    assert len([call for call in medium.calls if call[0] == "retract"]) == 2


def test_what_was_settled_while_it_failed_is_not_tried_again(workspace, medium, route) -> None:
    route()

    def fails(message) -> None:
        settle(Event.objects.get(public_id=message.event))
        raise TransportError("500")

    medium.fail = fails
    track(PaymentFailed(invoice="in_1"), workspace=workspace)
    work()
    assert Delivery.objects.get().status == Status.SETTLED


def test_the_rest_of_a_line_is_given_back_when_its_address_fails(workspace, medium, route) -> None:
    route()

    def fails(message) -> None:
        medium.calls.append(("try", message.address, {}))
        raise TransportError("500")

    medium.fail = fails
    for n in range(20):
        track(PaymentFailed(invoice=f"in_{n}"), workspace=workspace)
    work()
    assert Delivery.objects.filter(status=Status.PENDING, attempts=0).exists(), (
        "the breaker opened before all were tried"
    )
    assert Destination.objects.get(address="#all").open_until is not None


def test_what_no_worker_survives_is_given_up(workspace, medium, route) -> None:
    route()
    track(PaymentFailed(invoice="in_1"), workspace=workspace)
    work()
    Delivery.objects.update(status=Status.SENDING, due_at=timezone.now(), attempts=10)
    work()
    row = Delivery.objects.get()
    assert row.status == Status.FAILED
    assert "Every worker" in row.error
