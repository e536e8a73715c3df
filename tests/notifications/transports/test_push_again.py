"""Several browsers of which one refuses for a moment: it is told later, and the others are not told twice."""

from __future__ import annotations

import pytest
from django.utils import timezone

from notifications import postings
from notifications.events import track
from notifications.kinds.trouble import ServerError
from notifications.models import Delivery, Posting, PushSubscription, Rule
from notifications.words import Status
from tests.notifications.conftest import work
from tests.stand_ins.push import turned_on

pytestmark = pytest.mark.django_db(transaction=True)

Answer = tuple[int, dict[str, str], bytes]
BUSY: Answer = (429, {"Retry-After": "40"}, b"")
FINE: Answer = (201, {}, b"")


@pytest.fixture
def errors(workspace, ada) -> Rule:
    return Rule.objects.create(
        workspace=workspace, name="Errors", transport="push", address="@ada", topics=["errors"], group_seconds=600
    )


def happen(workspace) -> None:
    track(ServerError(error="KeyError: x", where="a.py:1"), workspace=workspace)
    work()


def make_due() -> None:
    Posting.objects.filter(update_at__isnull=False).update(update_at=timezone.now())
    work()


@pytest.mark.parametrize("status", [429, 503, 500])
def test_it_is_told_later_and_the_others_not_twice(service, ada, workspace, errors, status) -> None:
    good, busy = turned_on(service, ada), turned_on(service, ada)
    busy.answer = (status, {}, b"")
    happen(workspace)
    assert Delivery.objects.get().status == Status.SENT
    assert (len(good.told), len(busy.told)) == (1, 0)
    busy.answer = FINE
    make_due()
    assert (len(good.told), len(busy.told)) == (1, 1)
    assert busy.told[0] == good.told[0], "with the same tag, and as loud"
    assert busy.headers[-1]["topic"] == good.headers[-1]["topic"]
    assert Posting.objects.get().update_at is None
    assert set(Posting.objects.get().external) == {"tag"}


def test_it_waits_for_as_long_as_was_asked_for(service, ada, workspace, errors) -> None:
    turned_on(service, ada)
    turned_on(service, ada).answer = BUSY
    before = timezone.now()
    happen(workspace)
    due = Posting.objects.get().update_at
    assert due is not None
    assert 39 < (due - before).total_seconds() < 60


def test_one_that_stays_busy_is_given_up_after_some_time(service, ada, workspace, errors) -> None:
    good, busy = turned_on(service, ada), turned_on(service, ada)
    busy.answer = BUSY
    happen(workspace)
    for _ in range(postings.MOST_ATTEMPTS + 2):
        make_due()
    assert Posting.objects.get().update_at is None
    assert len(good.told) == 1
    assert Delivery.objects.get().status == Status.SENT
    assert len(busy.headers) == 1 + postings.MOST_ATTEMPTS


def test_one_that_is_gone_meanwhile_is_waited_for_no_longer(service, ada, workspace, errors) -> None:
    good, busy = turned_on(service, ada), turned_on(service, ada)
    busy.answer = BUSY
    happen(workspace)
    busy.answer = (410, {}, b"")
    make_due()
    assert Posting.objects.get().update_at is None
    assert PushSubscription.objects.count() == 1
    assert len(good.told) == 1


def test_what_is_counted_in_meanwhile_is_told_to_all_of_them(service, ada, workspace, errors) -> None:
    good, busy = turned_on(service, ada), turned_on(service, ada)
    busy.answer = BUSY
    happen(workspace)
    busy.answer = FINE
    happen(workspace)
    make_due()
    assert [len(good.told), len(busy.told)] == [2, 1]
    assert "×2" in good.told[-1]["title"]
    assert "×2" in busy.told[-1]["title"]
    assert len(good.shown) == 1, "in place of the first"
    assert Posting.objects.get().update_at is None
