"""What is counted into a message while others work on it is told, and told once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.db.models import Count
from django.utils import timezone

from notifications import postings, routing, sending
from notifications.events import track
from notifications.kinds.trouble import ServerError
from notifications.models import Delivery, Event, Posting
from notifications.settling import settle
from notifications.words import Cause
from tests.notifications.conftest import work
from tests.notifications.meanwhile import at_first

pytestmark = pytest.mark.django_db(transaction=True)


def happen(workspace, where: str = "a.py:1") -> None:
    track(ServerError(error="KeyError: x", where=where), workspace=workspace)


def make_due() -> None:
    # One by one: a statement that changes several locks them in no order.
    for model, field in ((Posting, "update_at"), (Delivery, "due_at")):
        waiting = model.objects.filter(**{f"{field}__isnull": False})
        for pk in waiting.values_list("pk", flat=True):
            waiting.filter(pk=pk).update(**{field: timezone.now()})


@pytest.mark.parametrize("before", [True, False])
def test_what_is_counted_in_while_an_update_is_noted_is_drawn_next(workspace, medium, route, before) -> None:
    route(topics=["errors"], group_seconds=600)
    happen(workspace)
    work()
    happen(workspace)
    work()
    make_due()

    def one_more() -> None:
        happen(workspace)
        routing.drain()

    with at_first('UPDATE "notifications_posting"', one_more, before=before):
        postings.drain()
    count = Posting.objects.get().event_count
    assert count > 2
    make_due()
    work()
    assert f"×{count}," in medium.said("update")[-1]


def test_what_is_held_back_while_a_summary_goes_out_is_in_the_next_one(workspace, medium, route) -> None:
    route(cap=1, cap_seconds=600)

    def hold_back(count: int) -> None:
        for n in range(count):
            happen(workspace, f"{n}")
        routing.drain()

    hold_back(3)
    work()

    def meanwhile(message) -> None:
        medium.fail = lambda message: None
        hold_back(4)

    medium.fail = meanwhile
    make_due()  # as for a router whose clock is behind
    sending.drain()
    hold_back(1)
    make_due()
    work()
    assert medium.said()[1:] == ["2 more were held back by Everything", "5 more were held back by Everything"]
    assert Delivery.objects.filter(cause=Cause.CAPPED).count() == 5


def counted() -> dict[int, tuple[int, int]]:
    """Return how many deliveries each posting has, and of how many the events are settled."""
    rows = Delivery.objects.exclude(posting=None).values("posting")
    found = rows.annotate(events=Count("pk"), settled=Count("event__settled_at"))
    return {row["posting"]: (row["events"], row["settled"]) for row in found}


def test_many_workers_count_settle_fail_and_send_at_once_and_the_counts_are_true(workspace, medium, route) -> None:
    route(topics=["errors"], group_seconds=600)
    route(topics=["errors"], group_seconds=600, address="#second")

    def track_some(n: int) -> None:
        for m in range(30):
            happen(workspace, f"file {(n + m) % 6}")
            routing.drain()

    def settle_some(n: int) -> None:
        for _ in range(15):
            for event in Event.objects.filter(settled_at=None, routed_at__isnull=False).order_by("?")[:2]:
                settle(event)

    def send_some(n: int) -> None:
        for _ in range(25):
            make_due()
            sending.drain()
            postings.drain()

    def run(task) -> None:
        call, n = task
        try:
            call(n)
        finally:
            connections.close_all()

    tasks = [(call, n) for n in range(2) for call in (track_some, settle_some, send_some)]
    with ThreadPoolExecutor(len(tasks)) as pool:
        list(pool.map(run, tasks))
    while Posting.objects.filter(update_at__isnull=False).exists():
        make_due()
        work()
    assert counted() == {row.pk: (row.event_count, row.settled_count) for row in Posting.objects.all()}
    assert Delivery.objects.count() == 2 * Event.objects.count() == 120
    assert not Delivery.objects.filter(event__settled_at__isnull=False).exclude(status="settled").exists()
