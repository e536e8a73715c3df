"""An idempotency key names its first event for a day, for `track` and for what comes over the API alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.db.models import F

from inbox.incoming import take_in
from inbox.models import Contact
from notifications import keys
from notifications.events import track
from notifications.kinds.custom import Custom
from notifications.models import Event, EventKey

pytestmark = pytest.mark.django_db(transaction=True)

EVENT = Custom(own_name="user.exported")
NADIA = {"external_id": "u1", "name": "Nadia"}


def age(by: timedelta) -> None:
    EventKey.objects.update(created_at=F("created_at") - by)


def test_within_its_lifetime_a_key_answers_the_first_event_and_changes_nothing(workspace) -> None:
    first = take_in(workspace, EVENT, contact=NADIA, idempotency_key="k")
    age(keys.LIFETIME - timedelta(minutes=1))
    assert take_in(workspace, EVENT, contact={"external_id": "u2"}, idempotency_key="k") == first
    assert track(EVENT, workspace=workspace, idempotency_key="k") == first
    assert (Event.objects.count(), Contact.objects.count()) == (1, 1)
    assert keys.forget_expired() == 0


def test_after_it_the_same_key_is_a_new_one_though_nobody_has_cleared_it_away(workspace) -> None:
    first = take_in(workspace, EVENT, contact=NADIA, idempotency_key="k")
    age(keys.LIFETIME)
    second = take_in(workspace, EVENT, contact=NADIA, idempotency_key="k")
    assert second != first
    assert take_in(workspace, EVENT, contact=NADIA, idempotency_key="k") == second
    assert keys.forget_expired() == 0, "it began anew"
    age(keys.LIFETIME)
    third = track(EVENT, workspace=workspace, idempotency_key="k")
    assert len({first, second, third}) == Event.objects.count() == 3
    age(keys.LIFETIME)
    assert keys.forget_expired() == 1


def test_of_many_that_use_an_ended_key_at_once_one_writes(workspace) -> None:
    track(EVENT, workspace=workspace, idempotency_key="k")
    age(keys.LIFETIME)

    def write(_: int) -> object:
        try:
            return track(EVENT, workspace=workspace, idempotency_key="k")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(write, range(16)))) == 1
    assert Event.objects.count() == 2
