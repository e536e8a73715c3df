"""Transport `push`: what reaches a browser, what a push service may answer, and whose browsers there are."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.utils import timezone

from inbox.people.rotation import rotate_secrets
from notifications.devices import push_keys
from notifications.models import PushSubscription
from notifications.personal.more import More
from notifications.registry import all_kinds
from notifications.transports import Personal, TransportError
from notifications.transports.push import Push
from notifications.words import Cause
from tests.factories import make_teammate, make_workspace
from tests.stand_ins.push import push_service, turned_on

pytestmark = pytest.mark.django_db(transaction=True)

push = Push()


def send(message) -> None:
    push.send(message, push.draw(message))


def refusal(message) -> TransportError:
    with pytest.raises(TransportError) as caught:
        send(message)
    return caught.value


def test_a_push_service_gets_what_the_standards_ask_for(service, ada, message, settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Frontdesk <desk@northwind.test>"
    browser = turned_on(service, ada)
    send(message("@ada", body="From the pricing page"))
    assert browser.told[0] == {
        "title": "Nadia signed up", "body": "From the pricing page", "url": "https://desk.test/1",
        "tag": browser.told[0]["tag"], "silent": False,
    }  # fmt: skip
    assert browser.headers[0]["ttl"] == "86400"
    assert browser.headers[0]["urgency"] == "normal"
    assert len(browser.headers[0]["topic"]) == 32
    assert browser.claims[0]["sub"] == "mailto:desk@northwind.test"
    assert browser.claims[0]["key"] == push_keys().public
    assert not service.refusals


@pytest.mark.parametrize(
    ("sender", "public", "sub"),
    [
        ("Frontdesk <desk@northwind.test>", "https://desk.test", "mailto:desk@northwind.test"),
        ("frontdesk@localhost", "https://desk.test", "https://desk.test"),
        ("frontdesk@localhost", "http://127.0.0.1:8000", "mailto:frontdesk@localhost"),
    ],
)
def test_the_token_names_whom_to_write_to(service, ada, message, settings, sender, public, sub) -> None:
    settings.DEFAULT_FROM_EMAIL, settings.PUBLIC_URL = sender, public
    browser = turned_on(service, ada)
    send(message("@ada"))
    assert browser.claims[0]["sub"] == sub


def test_each_origin_gets_a_token_of_its_own(service, ada, message) -> None:
    with push_service() as other:
        first, second = turned_on(service, ada), turned_on(other, ada)
        send(message("@ada"))
        assert len(first.told) == len(second.told) == 1
        assert first.claims[0]["aud"] != second.claims[0]["aud"]


def test_messages_have_topics_of_their_own_and_a_second_attempt_has_the_first_ones(service, ada, message) -> None:
    browser = turned_on(service, ada)
    one, other = message("@ada"), message("@ada")
    for each in (one, one, other):
        send(each)
    topics = [headers["topic"] for headers in browser.headers]
    assert topics[0] == topics[1] != topics[2]
    assert len(browser.shown) == 2


def test_what_is_grave_is_urgent(service, ada, message) -> None:
    browser = turned_on(service, ada)
    send(message("@ada", severity="critical"))
    assert browser.headers[0]["urgency"] == "high"


@pytest.mark.parametrize("text", ["x", "😀", "\x07", "é", '"'])
def test_any_text_fits_into_3_kilobytes(message, text) -> None:
    drawn = push.draw(message("@ada", body=text * 9000, counted=text * 900, link=f"https://desk.test/{text * 3000}"))
    assert len(json.dumps(drawn, ensure_ascii=False).encode()) <= 3072
    assert drawn["body"].startswith(text)


def personal(teammate, **fields) -> Personal:
    return Personal(teammate=teammate, choice="mention", conversation=uuid.uuid4(), **fields)


def test_any_text_fits_where_it_has_buttons_too(message, ada) -> None:
    said = message("@ada", body="😀" * 9000, link="https://desk.test/" + "x" * 2000)
    drawn = push.draw(replace(said, personal=personal(ada, more=More(title="é" * 900))))
    assert len(json.dumps(drawn, ensure_ascii=False).encode()) <= 3072


def test_what_one_teammate_is_told_has_a_title_of_its_own_and_buttons(message, ada) -> None:
    said = message("@ada", body="Look at this", counted="×2, first 10:00")
    drawn = push.draw(replace(said, personal=personal(ada, more=More(title="Bea mentioned you, and 1 more"))))
    assert (drawn["title"], drawn["body"]) == ("Bea mentioned you, and 1 more", "Look at this")
    assert (drawn["told"], drawn["actions"]) == (str(said.key), ["later", "read"])
    nowhere = replace(said, personal=Personal(teammate=ada, choice="alert"))
    assert push.draw(nowhere)["actions"] == ["read"]
    assert push.draw(nowhere)["title"] == "Nadia signed up ×2, first 10:00"
    assert "told" not in push.draw(said)


def test_where_the_workspace_forbids_it_no_words_of_a_message_leave_the_house(message, ada) -> None:
    said = message("@ada", body="The secret plan", text="The secret plan\nin full")
    said.workspace.push_shows_text = False
    for drawn in (push.draw(said), push.draw(replace(said, personal=personal(ada)))):
        assert drawn["title"] == "Nadia signed up"
        assert drawn["body"] == ""
        assert "secret" not in json.dumps(drawn)


@pytest.mark.parametrize("kind", [kind for kind, cls in all_kinds().items() if "preview" in cls.model_fields])
def test_no_title_of_what_happens_in_a_conversation_holds_a_message_s_words(kind) -> None:
    some = {
        "conversation": uuid.uuid4(),
        "number": 7,
        "seq": 1,
        "minutes": 5,
        "mentioned": "@b",
        "teammate": uuid.uuid4(),
    }
    cls = all_kinds()[kind]
    made = cls(**{name: value for name, value in {**some, "preview": "secret"}.items() if name in cls.model_fields})
    assert "secret" in made.body()
    assert "secret" not in made.title("Nadia")


def test_a_route_s_own_wording_takes_the_place_of_title_and_body(message) -> None:
    drawn = push.draw(message("@ada", text="First line\nSecond line\nThird"))
    assert (drawn["title"], drawn["body"]) == ("First line", "Second line\nThird")


def test_it_goes_to_all_their_browsers_and_to_nobody_else_s(service, ada, message, workspace) -> None:
    mine = [turned_on(service, ada), turned_on(service, ada)]
    others = [
        turned_on(service, make_teammate(workspace, "bea")),
        turned_on(service, make_teammate(make_workspace(), "ada")),
    ]
    send(message("@ada"))
    assert [len(device.told) for device in [*mine, *others]] == [1, 1, 0, 0]
    assert PushSubscription.objects.filter(last_used_at__isnull=False).count() == 2


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(service, ada, message, status) -> None:
    gone, there = turned_on(service, ada), turned_on(service, ada)
    gone.answer = (status, {}, b"")
    send(message("@ada"))
    assert len(there.told) == 1
    assert [row.endpoint for row in PushSubscription.objects.all()] == [service.endpoint(there)]
    there.answer = (status, {}, b"")
    assert refusal(message("@ada")).cause == Cause.NOBODY
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (301, "does not take"),
        (400, "does not take"),
        (413, "does not take"),
        (401, "Turn push off and on again"),
        (403, "Turn push off and on again"),
    ],
)
def test_what_trying_again_cannot_mend_fails_at_once_in_words(service, ada, message, status, words) -> None:
    browser = turned_on(service, ada)
    browser.answer = (status, {"Location": f"{service.origin}/elsewhere"}, b"")
    error = refusal(message("@ada"))
    assert error.permanent
    assert error.cause is None
    assert words in str(error)
    assert PushSubscription.objects.exists()
    assert not service.refusals, "a redirect is not followed"


def test_what_is_too_large_is_told_without_its_text(service, ada, message) -> None:
    browser = turned_on(service, ada)
    browser.most = 400
    send(message("@ada", body="x" * 1000))
    assert [(one["title"], one["body"]) for one in browser.told] == [("Nadia signed up", "")]
    browser.most = 10
    error = refusal(message("@ada", body="x" * 1000))
    assert error.permanent
    assert "It is too large" in str(error)


def test_a_browser_says_what_went_wrong_with_it_until_it_is_told_again(service, ada, message) -> None:
    broken, good = turned_on(service, ada), turned_on(service, ada)
    broken.answer = (413, {}, b"")
    send(message("@ada"))
    rows = {row.endpoint: row for row in PushSubscription.objects.all()}
    assert "It is too large" in rows[service.endpoint(broken)].error
    assert rows[service.endpoint(broken)].last_used_at is None
    assert rows[service.endpoint(good)].error == ""
    broken.answer = (201, {}, b"")
    send(message("@ada"))
    assert not PushSubscription.objects.exclude(error="").exists()


def test_one_browser_can_be_told_alone(service, ada, message) -> None:
    first, second = turned_on(service, ada), turned_on(service, ada)
    [row] = PushSubscription.objects.filter(endpoint=service.endpoint(second))
    said = message("@ada")
    push.send_to(said, push.draw(said), [row.pk])
    assert (len(first.told), len(second.told)) == (0, 1)


def test_apple_s_reason_is_told(service, ada, message) -> None:
    browser = turned_on(service, ada)
    browser.answer = (403, {}, b'{"reason": "VapidPkHashMismatch"}')
    assert "(VapidPkHashMismatch)" in str(refusal(message("@ada")))
    browser.answer = (403, {}, b'{"reason": "<b>not a word"}')
    assert "<b>" not in str(refusal(message("@ada")))


@pytest.mark.parametrize(
    ("status", "header", "least", "most"), [(429, "120", 120, 120), (503, "date", 50, 61), (500, "", 0, 0)]
)
def test_what_may_pass_is_tried_again_when_it_asks_for(service, ada, message, status, header, least, most) -> None:
    browser = turned_on(service, ada)
    if header == "date":
        header = format_datetime(timezone.now() + timedelta(seconds=60), usegmt=True)
    browser.answer = (status, {"Retry-After": header} if header else {}, b"")
    error = refusal(message("@ada"))
    assert not error.permanent
    assert least <= (error.retry_after or 0) <= most


def test_one_browser_that_takes_it_is_enough(service, ada, message) -> None:
    broken, good = turned_on(service, ada), turned_on(service, ada)
    broken.drop = True
    send(message("@ada"))
    assert len(good.told) == 1


def test_of_several_refusals_the_one_that_may_pass_counts(service, ada, message) -> None:
    first, second = turned_on(service, ada), turned_on(service, ada)
    first.answer, second.answer = (400, {}, b""), (503, {}, b"")
    assert not refusal(message("@ada")).permanent


def test_taking_back_where_nobody_is_left_is_no_error(service, ada, message) -> None:
    push.retract(message("@ada"))


def test_the_address_is_in_no_error(service, ada, message) -> None:
    browser = turned_on(service, ada)
    browser.drop = True
    assert browser.path not in str(refusal(message("@ada")))


def test_an_address_that_is_no_longer_allowed_is_not_called(service, ada, message, settings) -> None:
    browser = turned_on(service, ada)
    settings.PUSH_ALLOW_ANY_HOST = False
    error = refusal(message("@ada"))
    assert error.permanent
    assert "does not know the push service" in str(error)
    assert not browser.told


def test_unreadable_keys_are_told_and_new_ones_end_what_was_made_with_the_old(service, ada, message, settings) -> None:
    turned_on(service, ada)
    before = push_keys().public
    settings.FRONTDESK_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(InvalidToken):
        push_keys()
    error = refusal(message("@ada"))
    assert error.permanent
    assert "rotate_secrets" in str(error)
    list(rotate_secrets(replace_unreadable=True))
    assert push_keys().public != before
    assert refusal(message("@ada")).cause == Cause.NOBODY
