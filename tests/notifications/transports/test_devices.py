"""Whose browsers are told by push: turned on, kept apart, and ended."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from inbox.people import membership
from inbox.people.audit import COMMAND_LINE
from notifications import devices
from notifications.devices import SubscriptionRefused, push_keys, subscribe
from notifications.models import PushKeys, PushSubscription
from tests.factories import make_teammate, make_workspace
from tests.stand_ins.push import Device, to_base64, turned_on

pytestmark = pytest.mark.django_db(transaction=True)

APPLE = "https://web.push.apple.com/QGx"


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc",
        "https://updates.push.services.mozilla.com/wpush/v2/abc",
        APPLE,
        "https://db5p.notify.windows.com/w/?token=abc",
    ],
)
def test_the_push_services_of_browsers_are_known(ada, endpoint) -> None:
    browser = Device("/")
    assert subscribe(ada, endpoint=endpoint, p256dh=browser.p256dh, auth=browser.auth).endpoint == endpoint


@pytest.mark.parametrize(
    "endpoint",
    [
        "", "hello", "http://fcm.googleapis.com/x", "https://127.0.0.1/x", "https://example.com/x",
        "https://fcm.googleapis.com.example.com/x", "https://push.apple.com/x", "https://evilpush.apple.com.test/",
        "https://fcm.googleapis.com:8443/x", "https://me:pw@fcm.googleapis.com/x",
        "https://fcm.googleapis.com/" + "x" * 1000,
        "https://fcm.googleapis.com/a b", "http://localhost:6379/", "https://169.254.169.254/", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_any_other_address_is_refused_in_words(ada, endpoint) -> None:
    browser = Device("/")
    with pytest.raises(SubscriptionRefused, match=r"^[A-Z].*\.$"):
        subscribe(ada, endpoint=endpoint, p256dh=browser.p256dh, auth=browser.auth)


def test_damaged_keys_are_refused(ada) -> None:
    good = Device("/")
    off_curve = to_base64(b"\x04" + b"\x01" * 64)
    for p256dh, auth in [
        ("", good.auth), (good.p256dh, ""), (good.p256dh[:-4], good.auth), (good.p256dh, to_base64(b"short")),
        (off_curve, good.auth), ("é" * 87, good.auth), ("!" * 87, good.auth), (good.auth, good.p256dh),
    ]:  # fmt: skip
        with pytest.raises(SubscriptionRefused, match="damaged"):
            subscribe(ada, endpoint=APPLE, p256dh=p256dh, auth=auth)


def test_the_browser_s_secret_is_encrypted_at_rest(service, ada) -> None:
    browser = turned_on(service, ada)
    with connection.cursor() as cursor:
        cursor.execute("SELECT auth FROM notifications_pushsubscription")
        assert browser.auth not in cursor.fetchone()[0]
        cursor.execute("SELECT private FROM notifications_pushkeys")
        assert push_keys().private not in cursor.fetchone()[0]


def test_a_browser_is_told_of_the_last_person_who_turned_it_on(service, ada, workspace) -> None:
    browser, bea = turned_on(service, ada), make_teammate(workspace, "bea")
    turned_on(service, bea, browser)
    assert devices.devices_of(ada) == []
    assert len(devices.devices_of(bea)) == 1


def test_who_learnt_of_an_endpoint_takes_it_from_nobody(service, ada) -> None:
    browser, other = turned_on(service, ada), Device("/")
    thief = make_teammate(make_workspace(), "eve")
    with pytest.raises(SubscriptionRefused):
        subscribe(thief, endpoint=service.endpoint(browser), p256dh=other.p256dh, auth=other.auth)
    assert len(devices.devices_of(ada)) == 1


def test_a_new_endpoint_takes_the_place_of_the_former_one_of_mine_alone(service, ada, workspace) -> None:
    old, fresh, bea = turned_on(service, ada), service.device(), make_teammate(workspace, "bea")
    hers = turned_on(service, bea)
    for former in (old, hers):
        subscribe(
            ada, endpoint=service.endpoint(fresh), p256dh=fresh.p256dh, auth=fresh.auth, former=service.endpoint(former)
        )  # fmt: skip
    assert [row.endpoint for row in devices.devices_of(ada)] == [service.endpoint(fresh)]
    assert [row.endpoint for row in devices.devices_of(bea)] == [service.endpoint(hers)]


def test_of_too_many_browsers_the_first_ends(service, ada) -> None:
    browsers = [turned_on(service, ada) for _ in range(devices.MOST + 1)]
    turned_on(service, ada, browsers[-1])
    kept = {row.endpoint for row in devices.devices_of(ada)}
    assert kept == {service.endpoint(browser) for browser in browsers[1:]}


def test_who_leaves_is_told_nothing_more_and_a_new_role_changes_nothing(service, ada, workspace) -> None:
    bea = make_teammate(workspace, "bea")
    turned_on(service, bea)
    turned_on(service, ada)
    membership.change_role(bea, "viewer", by=COMMAND_LINE)
    assert devices.devices_of(bea)
    membership.remove(bea, by=COMMAND_LINE)
    assert not PushSubscription.objects.filter(teammate=bea).exists()
    assert len(devices.devices_of(ada)) == 1


def test_the_keys_are_made_once_however_many_ask(db) -> None:
    def ask(_: int) -> str:
        try:
            return push_keys().public
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(ask, range(6)))) == 1
    assert PushKeys.objects.count() == 1
