"""Settings → Notifications, and the script that shows what is pushed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from allauth.usersessions.models import UserSession
from cryptography.fernet import Fernet
from django.db import connection
from django.test import Client

from inbox.people import sessions
from inbox.people.models import Teammate
from notifications import devices
from notifications.models import PushSubscription
from tests.factories import make_teammate, make_workspace
from tests.stand_ins.push import PushService, push_service

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/settings/notifications/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:131.0) Gecko/20100101 Firefox/131.0"


@pytest.fixture
def service(settings) -> Iterator[PushService]:
    settings.PUSH_ALLOW_ANY_HOST = True
    devices.push_keys()
    with push_service() as running:
        yield running


@pytest.fixture
def ada() -> Teammate:
    return make_teammate(make_workspace(), "ada", role="viewer")


def client_of(teammate: Teammate) -> Client:
    client = Client(headers={"User-Agent": FIREFOX})
    client.force_login(teammate.user)
    return client


def turned_on(service: PushService, client: Client):
    browser = service.device()
    given = {"endpoint": service.endpoint(browser), "p256dh": browser.p256dh, "auth": browser.auth}
    assert client.post(f"{PAGE}push/", given).status_code == 204
    return browser


def test_a_browser_is_turned_on_tested_and_removed(service, ada) -> None:
    client = client_of(ada)
    assert "No browser yet" in client.get(PAGE).content.decode()
    browser = turned_on(service, client)
    [row] = devices.devices_of(ada)
    text = client.get(PAGE).content.decode()
    assert "Firefox 131, Windows" in text
    assert row.mark in text
    assert devices.push_keys().public in text
    assert "on its way" in client.post(f"{PAGE}push/test/", follow=True).content.decode()
    assert browser.told[0]["title"] == "Push works"
    assert browser.told[0]["url"].endswith(PAGE)
    assert "told nothing more" in client.post(f"{PAGE}push/{row.public_id}/remove/", follow=True).content.decode()
    assert not PushSubscription.objects.exists()


def test_one_browser_is_tested_alone_and_says_what_went_wrong(service, ada) -> None:
    client = client_of(ada)
    first, second = turned_on(service, client), turned_on(service, client)
    there, here = devices.devices_of(ada)
    said = client.post(f"{PAGE}push/{here.public_id}/test/", follow=True).content.decode()
    assert "on its way to Firefox 131, Windows" in said
    assert (len(first.told), len(second.told)) == (1, 0)
    second.answer = (403, {}, b"")
    said = client.post(f"{PAGE}push/{there.public_id}/test/", follow=True).content.decode()
    assert "The test did not go out." in said
    assert "The last one did not go out." in said
    second.answer = (410, {}, b"")
    assert "no browser left" in client.post(f"{PAGE}push/{there.public_id}/test/", follow=True).content.decode()
    assert devices.devices_of(ada) == [here]


def test_a_page_shows_neither_endpoints_nor_secrets(service, ada) -> None:
    client = client_of(ada)
    browser = turned_on(service, client)
    text = client.get(PAGE).content.decode()
    for secret in (browser.path, browser.auth, browser.p256dh, devices.push_keys().private):
        assert secret not in text


def test_a_test_that_reaches_nobody_says_why(service, ada) -> None:
    assert "in no browser" in client_of(ada).post(f"{PAGE}push/test/", follow=True).content.decode()


def test_what_is_no_subscription_is_refused_in_words(service, ada) -> None:
    client = client_of(ada)
    for given in ({}, {"endpoint": "https://example.com"}, {"endpoint": service.origin, "p256dh": "x", "auth": "y"}):
        answer = client.post(f"{PAGE}push/", given)
        assert answer.status_code == 422
        assert answer.content.endswith(b".")


def test_another_one_s_browser_is_not_there(service, ada) -> None:
    turned_on(service, client_of(ada))
    [row] = devices.devices_of(ada)
    for other in (make_teammate(ada.workspace, "bea", role="owner"), make_teammate(make_workspace(), "eve")):
        client = client_of(other)
        assert row.mark not in client.get(PAGE).content.decode()
        assert client.post(f"{PAGE}push/{row.public_id}/remove/").status_code == 404
        assert client.post(f"{PAGE}push/{row.public_id}/test/").status_code == 404
    assert client_of(ada).post(f"{PAGE}push/{uuid.uuid4()}/remove/").status_code == 404
    assert devices.devices_of(ada)


def test_without_a_sign_in_there_is_nothing(service, ada) -> None:
    for door in ("push/", "push/test/", f"push/{uuid.uuid4()}/remove/"):
        answer = Client().post(f"{PAGE}{door}")
        assert answer.status_code == 302
        assert "/accounts/login/" in answer["Location"]
        assert client_of(ada).get(f"{PAGE}{door}").status_code == 405


def test_a_post_of_another_site_is_refused(service, ada) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada.user)
    assert client.post(f"{PAGE}push/test/").status_code == 403


def test_unreadable_keys_leave_the_page_standing(service, ada) -> None:
    client = client_of(ada)
    turned_on(service, client)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE notifications_pushkeys SET private = %s", [Fernet(Fernet.generate_key()).encrypt(b"x").decode()]
        )
    answer = client.get(PAGE)
    assert answer.status_code == 200
    assert 'data-key=""' in answer.content.decode()
    assert "rotate_secrets" in client.post(f"{PAGE}push/test/", follow=True).content.decode()


def test_the_service_worker_rules_the_whole_desk_and_is_asked_for_anew(db) -> None:
    answer = Client().get("/sw.js")
    assert answer["Content-Type"] == "text/javascript"
    assert answer["Service-Worker-Allowed"] == "/"
    assert answer["Cache-Control"] == "no-cache"
    assert 'addEventListener("push"' in answer.content.decode()


def test_a_browser_is_told_nothing_more_once_its_user_signs_out_there(service, ada) -> None:
    here, elsewhere = client_of(ada), client_of(ada)
    for client in (here, elsewhere):
        client.get(PAGE)
        turned_on(service, client)
    there = devices.devices_of(ada)[0]
    here.post("/accounts/logout/")
    assert devices.devices_of(ada) == [there]


def test_a_session_that_is_ended_from_elsewhere_takes_its_push_with_it_and_no_other(service, ada) -> None:
    here, lost, third = client_of(ada), client_of(ada), client_of(ada)
    browsers = {}
    for client in (here, lost, third):
        client.get(PAGE)
        turned_on(service, client)
        browsers[client] = devices.devices_of(ada)[0]
    ended = UserSession.objects.get(session_key=lost.session.session_key)
    sessions.end_session(ada.user, ended.pk)
    assert set(devices.devices_of(ada)) == {browsers[here], browsers[third]}
    sessions.end_other_sessions(ada.user, here.session.session_key)
    assert devices.devices_of(ada) == [browsers[here]]


def test_a_new_password_leaves_the_browser_told_in_which_it_was_set(service, ada) -> None:
    here, elsewhere = client_of(ada), client_of(ada)
    for client in (elsewhere, here):
        client.get(PAGE)
        turned_on(service, client)
    mine = devices.devices_of(ada)[0]
    given = {"oldpassword": "password", "password1": "horse staple battery", "password2": "horse staple battery"}
    assert here.post("/accounts/password/change/", given).status_code == 302
    assert devices.devices_of(ada) == [mine]
    here.get(PAGE)
    here.post("/accounts/logout/")
    assert devices.devices_of(ada) == [], "its mark outlived the session's new key"


def test_what_was_turned_on_before_sessions_were_known_stays(service, ada) -> None:
    client = client_of(ada)
    client.get(PAGE)
    turned_on(service, client)
    PushSubscription.objects.update(session="")
    client.post("/accounts/logout/")
    assert len(devices.devices_of(ada)) == 1
