"""Outgoing webhooks: signed, to public addresses alone, each answer with its outcome."""

from __future__ import annotations

import json
import socket
import uuid
from collections.abc import Iterator
from email.utils import format_datetime

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from inbox.people import outbound
from inbox.people.rotation import rotate_secrets
from notifications.events import track
from notifications.kind import Who
from notifications.kinds.money import PaymentFailed
from notifications.models import Delivery, Event, WebhookSecret
from notifications.transports import TransportError
from notifications.transports.webhook import TERMS, Webhook
from tests.factories import make_workspace
from tests.notifications.conftest import work
from tests.stand_ins.receiver import Answer, Receiver, receiver

transport = Webhook()


@pytest.fixture
def customer(settings) -> Iterator[Receiver]:
    settings.WEBHOOK_ALLOW_PRIVATE = True
    with receiver() as running:
        yield running


def send(message):
    return transport.send(message, transport.draw(message))


def failure(message) -> TransportError:
    with pytest.raises(TransportError) as caught:
        send(message)
    assert caught.value.cause is None
    return caught.value


def test_the_receiver_can_prove_where_it_comes_from(customer, message, workspace) -> None:
    said = message(customer.url, kind="contact.signed_up")
    assert send(said).external == {"status": 204}
    [posted] = customer.posted
    verifier = Verifier(WebhookSecret.objects.get(workspace=workspace).secret)
    assert verifier.verify(posted.body, posted.headers) == transport.draw(said)
    assert posted.headers["webhook-id"] == str(said.key)
    assert posted.headers["content-type"] == "application/json"
    with pytest.raises(WebhookVerificationError):
        verifier.verify(posted.body + b" ", posted.headers)
    with pytest.raises(WebhookVerificationError):
        Verifier(WebhookSecret.objects.create(workspace=make_workspace()).secret).verify(posted.body, posted.headers)


@pytest.mark.django_db(transaction=True)
def test_it_says_all_of_an_event_and_keeps_its_id_over_all_attempts(customer, workspace, route) -> None:
    route(transport="webhook", address=customer.url, template="{{ contact }} owes us")
    customer.answer = Answer(500)
    nadia = Who(str(uuid.uuid4()), "Nadia & Sons")
    event = track(
        PaymentFailed(amount_minor=1250, currency="EUR", invoice="in_1"), workspace=workspace, contact=nadia,
        account=Who("northwind", "Northwind"),
    )  # fmt: skip
    work()
    customer.answer = Answer(200)
    Delivery.objects.update(due_at=timezone.now())
    work()
    first, second = customer.posted
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == str(Delivery.objects.get().public_id)
    assert first.body == second.body
    said = json.loads(second.body)
    assert (said["type"], said["timestamp"]) == ("payment.failed", Event.objects.get().occurred_at.isoformat())
    data = said["data"]
    assert data["id"] == str(event)
    assert data["text"] == "Nadia & Sons owes us"
    assert data["title"].startswith("€12.50 could not be collected")
    assert data["contact"] == {"id": nadia.id, "name": "Nadia & Sons"}
    assert data["account"] == {"external_id": "northwind", "name": "Northwind"}
    assert (data["topic"], data["severity"]) == ("financials", "error")
    assert data["data"]["invoice"] == "in_1"
    assert Delivery.objects.get().payload == said


ANSWERS = {
    "500": (Answer(500), "later"),
    "502 with a page": (Answer(502, b"<html>" + b"x" * 5000), "later"),
    "503 with a time": (Answer(503, headers={"Retry-After": "9"}), "asked"),
    "429": (Answer(429, headers={"Retry-After": "9"}), "asked"),
    "429 without a time": (Answer(429), "later"),
    "429 with nonsense": (Answer(429, headers={"Retry-After": "soon"}), "later"),
    "408": (Answer(408), "later"),
    "400": (Answer(400, b"no such thing"), "never"),
    "404": (Answer(404), "never"),
    "410": (Answer(410), "never"),
    "a redirect": (Answer(307, headers={"Location": "/elsewhere"}), "never"),
    "dropped": (Answer(drop=True), "later"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_has_its_outcome(customer, message, name) -> None:
    customer.answer, expected = ANSWERS[name]
    error = failure(message(customer.url))
    assert ("never" if error.permanent else "asked" if error.retry_after else "later") == expected
    assert len(str(error)) <= 200
    assert len(customer.posted) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("asked", ["9" * 12, "9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_whoever_asks_to_come_again_in_a_thousand_years_is_asked_tomorrow(customer, workspace, route, asked) -> None:
    route(transport="webhook", address=customer.url)
    customer.answer = Answer(429, headers={"Retry-After": asked})
    track(PaymentFailed(amount_minor=1, currency="EUR", invoice="in_1"), workspace=workspace)
    work()
    row = Delivery.objects.get()
    assert row.status == "pending"
    assert row.due_at is not None
    assert 0.99 < (row.due_at - timezone.now()).total_seconds() / 86_400 < 1.01


def test_a_date_to_come_again_is_understood(customer, message) -> None:
    at = timezone.now() + timezone.timedelta(seconds=60)
    customer.answer = Answer(503, headers={"Retry-After": format_datetime(at, usegmt=False)})
    assert 50 < (failure(message(customer.url)).retry_after or 0) <= 60


def test_an_answer_without_an_end_is_a_success_as_soon_as_it_says_so(customer, message) -> None:
    customer.answer = Answer(200, endless=True)
    assert send(message(customer.url)).external == {"status": 200}


def test_a_receiver_that_says_nothing_is_left_in_time(settings, message, monkeypatch) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = True
    assert outbound.ALL_SECONDS <= 10
    monkeypatch.setattr(outbound, "ALL_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        error = failure(message(f"http://127.0.0.1:{silent.getsockname()[1]}/"))
    assert not error.permanent


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1",
     "224.0.0.1", "0.0.0.0", "[fe80::1]", "[fd00::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "2130706433",
     "0x7f.1", "db.internal"],
)  # fmt: skip
def test_no_address_inside_a_private_network_is_called(message, workspace, host) -> None:
    error = failure(message(f"https://{host}:1/hook"))
    assert "private network" in str(error)
    assert error.permanent


def test_a_name_that_leads_inside_is_found_out_when_it_is_looked_up(message, workspace, monkeypatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: [(2, 1, 6, "", ("10.0.0.5", 443))])
    address = transport.clean_address(workspace, "https://hooks.example.com/x")
    error = failure(message(address))
    assert error.permanent
    assert "private network" in str(error)


def test_a_second_look_up_leads_nowhere_else(message, customer, settings, monkeypatch) -> None:
    """A name may be given another address between the judging and the calling."""
    settings.WEBHOOK_ALLOW_PRIVATE = False
    answers = [[(2, 1, 6, "", ("93.184.215.14", 443))], [(2, 1, 6, "", ("127.0.0.1", customer.port))]]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: answers.pop(0))
    failure(message("https://rebound.example.com/x"))
    assert not answers
    assert not customer.posted


def test_a_name_that_is_not_there_may_be_there_later(message, monkeypatch) -> None:
    def unknown(*args, **kwargs):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert not failure(message("https://gone.example.com/")).permanent


@pytest.mark.parametrize(
    "url",
    ["", "hello", "ftp://example.com/", "http://example.com/", "https://", "https://u:p@example.com/", "https://a b/",
     "https://example.com:99999/", "https://127.0.0.1/", "https://localhost/", "https://x.test/" + "a" * 320,
     "http://127.0.0.1/", "javascript:alert(1)", "https://exämple.com/", "https://a..b/", f"https://{'a' * 64}.com/"],
)  # fmt: skip
def test_what_may_not_be_called_is_refused_in_words(workspace, url) -> None:
    with pytest.raises(ValueError, match=r"^This (is|must|lies)"):
        transport.clean_address(workspace, url)


def test_an_address_is_taken_as_it_is(workspace) -> None:
    url = "https://hooks.example.com/Frontdesk?team=7"
    assert transport.clean_address(workspace, f" {url} ") == url


def test_the_secret_is_printed_kept_encrypted_and_turned_with_the_others(workspace, settings, capsys) -> None:
    call_command("webhook_secret", workspace.slug)
    secret = capsys.readouterr().out.strip()
    assert secret.startswith("whsec_")
    call_command("webhook_secret", workspace.slug)
    assert capsys.readouterr().out.strip() == secret

    def stored() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT secret FROM notifications_webhooksecret")
            return str(cursor.fetchone()[0])

    before = stored()
    assert secret not in before
    settings.FRONTDESK_KEYS = [Fernet.generate_key().decode(), *settings.FRONTDESK_KEYS]
    list(rotate_secrets())
    assert stored() != before
    settings.FRONTDESK_KEYS = settings.FRONTDESK_KEYS[:1]
    assert WebhookSecret.objects.get().secret == secret


def test_a_secret_that_no_key_opens_is_no_reason_to_try_again(customer, message, workspace, settings) -> None:
    WebhookSecret.objects.create(workspace=workspace)
    settings.FRONTDESK_KEYS = [Fernet.generate_key().decode()]
    error = failure(message(customer.url))
    assert error.permanent
    assert "rotate_secrets" in str(error)
    assert not customer.posted


def test_calls_of_webhooks_do_not_take_the_turns_of_sign_ins() -> None:
    assert TERMS.calls is not outbound.PROVIDERS.calls
