""" "Reply later": once more in an hour, if it is unread by then; and what its buttons come with."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from inbox.conversations import actions
from inbox.conversations.reading import read_by_teammate
from inbox.models import Conversation
from notifications.models import Delivery, Notice, Posting
from notifications.personal.later import LATER, remind
from notifications.personal.schedules import be_quiet
from tests.factories import make_teammate, make_workspace
from tests.notifications.conftest import work
from tests.notifications.personal.conftest import come_due, told
from tests.stand_ins.push import turned_on

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pushed(phone, ada, bea, conversation) -> Delivery:
    """What is on bea's phone: ada named her."""
    actions.note(conversation, ada, "@bea, look at this")
    work()
    return Delivery.objects.get(transport="push")


def client_of(teammate) -> Client:
    client = Client()
    client.force_login(teammate.user)
    return client


def tap(teammate, action: str, key: uuid.UUID) -> int:
    return client_of(teammate).post(f"/me/pushed/{key}/{action}/").status_code


def test_what_is_pushed_says_by_what_the_desk_knows_it_again(phone, pushed) -> None:
    assert phone.told[0]["told"] == str(pushed.public_id)
    assert phone.told[0]["actions"] == ["later", "read"]


def test_reply_later_pushes_it_once_more_in_an_hour_and_leaves_it_unread(phone, bea, pushed) -> None:
    assert tap(bea, "later", pushed.public_id) == 204
    pushed.refresh_from_db()
    assert pushed.status == "pending"
    assert pushed.due_at is not None
    assert abs(pushed.due_at - timezone.now() - LATER) < timedelta(seconds=60)
    work()
    assert len(phone.told) == 1
    come_due(timezone.now(), transport="push")
    work()
    assert len(phone.told) == 2
    assert phone.told[1] == phone.told[0]
    assert told(bea)["push"] == ["sent"]
    assert Notice.objects.get().read_at is None


def test_a_second_tap_on_another_phone_is_no_second_push(phone, bea, pushed) -> None:
    for _ in range(2):
        assert tap(bea, "later", pushed.public_id) == 204
    come_due(timezone.now(), transport="push")
    work()
    assert len(phone.told) == 2


def test_what_is_read_within_the_hour_is_not_told_again_and_goes_from_every_phone(
    phone, service, bea, pushed, conversation
) -> None:
    remind(bea.pk, pushed.public_id, timezone.now())
    read_by_teammate(Conversation.objects.get(pk=conversation.pk), bea, pushed.seq or 0)
    come_due(timezone.now(), transport="push")
    work()
    assert len([one for one in phone.told if "retract" not in one]) == 1
    assert not phone.shown
    assert told(bea)["push"] == ["settled"]


def test_what_is_found_to_be_read_when_the_hour_is_over_is_suppressed(phone, bea, pushed) -> None:
    remind(bea.pk, pushed.public_id, timezone.now())
    Delivery.objects.filter(pk=pushed.pk).update(read_at=timezone.now())
    come_due(timezone.now(), transport="push")
    work()
    assert told(bea)["push"] == ["seen"]
    assert len(phone.told) == 1


def test_it_waits_for_the_end_of_quiet_hours_however_long_that_is(phone, bea, pushed) -> None:
    now = timezone.now()
    be_quiet(bea, now + timedelta(days=3), now)
    remind(bea.pk, pushed.public_id, now)
    come_due(now, transport="push")
    work()
    pushed.refresh_from_db()
    assert (pushed.status, pushed.due_at) == ("pending", now + timedelta(days=3))
    be_quiet(bea, None, now)
    Delivery.objects.filter(pk=pushed.pk).update(created_at=now - timedelta(days=3), due_at=now)
    work()
    assert len(phone.told) == 2


def test_what_was_read_or_settled_cannot_be_put_off(phone, bea, pushed) -> None:
    assert tap(bea, "read", pushed.public_id) == 204
    work()
    assert not remind(bea.pk, pushed.public_id, timezone.now())
    assert tap(bea, "later", pushed.public_id) == 204
    assert not Delivery.objects.filter(transport="push", due_at__isnull=False).exists()


def test_mark_read_clears_the_desk_the_phones_and_the_letter(phone, service, bea, pushed, conversation) -> None:
    tablet = turned_on(service, bea)
    assert tap(bea, "read", pushed.public_id) == 204
    come_due(timezone.now())
    work()
    assert Notice.objects.get().read_at is not None
    assert told(bea) == {"inapp": ["sent"], "push": ["settled"], "email": ["seen"]}
    assert not phone.shown
    assert tablet.told == [{"retract": str(pushed.public_id), "title": pushed.event.title}]
    assert Posting.objects.filter(transport="push", is_closed=True).exists()


def test_of_what_was_counted_into_one_message_all_is_read(phone, bea, ada, conversation) -> None:
    actions.note(conversation, ada, "@bea, please follow this")
    work()
    visitor = conversation.visitor
    for words in ("One more thing", "And another", "And a last one"):
        actions.reply(Conversation.objects.get(pk=conversation.pk), visitor, words)
        work()
    rows = Delivery.objects.filter(teammate=bea, transport="push", rule_key="preference:followed")
    head = rows.get(status="sent")
    assert rows.count() == 3
    assert tap(bea, "read", head.public_id) == 204
    assert not rows.filter(read_at__isnull=True).exists()


def test_somebody_else_s_push_is_not_there(phone, ada, bea, pushed) -> None:
    for other in (ada, make_teammate(make_workspace(), "eve")):
        for action in ("read", "later"):
            assert tap(other, action, pushed.public_id) == 404
    assert tap(bea, "later", uuid.uuid4()) == 404
    desk = Delivery.objects.get(transport="inapp")
    assert tap(bea, "later", desk.public_id) == 404, "only what was pushed is pushed again"
    pushed.refresh_from_db()
    assert (pushed.read_at, pushed.status) == (None, "sent")


@pytest.mark.parametrize("action", ["read", "later"])
def test_it_takes_a_post_of_our_own_page_by_somebody_who_is_signed_in(bea, pushed, action) -> None:
    address = f"/me/pushed/{pushed.public_id}/{action}/"
    assert client_of(bea).get(address).status_code == 405
    assert Client().post(address).status_code == 302
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(bea.user)
    assert strict.post(address).status_code == 403


def test_what_happened_at_no_place_in_a_conversation_can_be_marked_read_too(phone, ada, bea, conversation) -> None:
    actions.assign(conversation, bea, by=ada)
    work()
    row = Delivery.objects.get(teammate=bea, transport="push")
    Delivery.objects.filter(teammate=bea).update(seq=None)  # as what an app tells of no line of the thread
    assert tap(bea, "read", row.public_id) == 204
    work()
    assert not Delivery.objects.filter(teammate=bea, read_at__isnull=True).exists()
    assert not phone.shown
