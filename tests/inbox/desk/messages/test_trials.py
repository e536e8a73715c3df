"""A message is tried whatever its kinds are, and a test of it waits for no mail server."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from inbox.people import mail
from inbox.people.models import OutgoingMail
from notifications.models import Delivery, Notice
from tests.factories import make_automation
from tests.inbox.desk.messages.conftest import FIELDS
from tests.mail_server import MailServer, mail_server
from tests.notifications.automations.conftest import signs_up

pytestmark = pytest.mark.django_db(transaction=True)
# A * stands for any part, also twice, beside all other signs that a kind may have.
STARRED = ("*.signed*", "*on*act.*_up", "**", "c*t.signed_up, a-b_c9.*")


@pytest.fixture(autouse=True)
def no_calls_yet() -> None:
    cache.clear()


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    """A mail server that is not ours, and mail as the product sends it."""
    with mail_server() as running:
        settings.EMAIL_BACKEND = "inbox.people.mail.QueuedBackend"
        settings.MAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        yield running


def text(answer: Any) -> str:
    return " ".join(unescape(answer.content.decode()).split())


@pytest.mark.parametrize("kinds", STARRED)
def test_a_message_whose_kinds_hold_stars_is_opened_tried_drawn_and_tested(desk, workspace, nadia, kinds) -> None:
    signs_up(nadia)
    fields = {**FIELDS, "kinds": kinds}
    made = desk.post("/messages/new/", fields)
    assert made.status_code == 302, text(made)
    page = desk.get(made["Location"])
    assert page.status_code == 200
    assert [event.kind for event in page.context["recent"]] == ["contact.signed_up"]
    assert "Welcome Nadia Okafor" in text(desk.post("/messages/try/", fields))
    assert "Welcome Nadia Okafor" in text(desk.post("/messages/drawn/", fields))
    assert "is on its way" in text(desk.post("/messages/test/", fields))


def test_stars_find_what_they_stand_for_and_a_point_is_no_sign_for_any_letter(desk, workspace, nadia) -> None:
    signs_up(nadia)
    for kinds in (["*.signed"], ["*.sign*.up*"], ["contact*.signed.up"], ["*x*"]):
        automation = make_automation(workspace, kinds=kinds)
        page = desk.get(f"/messages/{automation.rule.public_id}/")
        assert page.context["recent"] == [], kinds


def test_a_test_waits_for_no_mail_server_and_a_worker_sends_it(desk, nadia, agent, server) -> None:
    signs_up(nadia)
    assert f"on its way to {agent.email}" in text(desk.post("/messages/test/", FIELDS))
    assert server.letters == []
    assert [row.to for row in OutgoingMail.objects.all()] == [agent.email]
    assert mail.drain() == 1
    [letter] = server.letters
    assert (str(letter["To"]), str(letter["Subject"])) == (agent.email, "[Test] Welcome Nadia Okafor")
    assert "You have pro." in letter.get_body(("plain",)).get_content()
    assert "<strong>pro</strong>" in letter.get_body(("html",)).get_content()
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/mail/seen/" not in str(letter)
    assert not OutgoingMail.objects.exists()
    assert not Delivery.objects.exists()


def test_a_test_goes_out_once_a_mail_server_that_was_away_is_back(desk, nadia, agent, server) -> None:
    server.replies["DATA."] = "451 try again"
    assert f"on its way to {agent.email}" in text(desk.post("/messages/test/", FIELDS))
    mail.drain()
    assert OutgoingMail.objects.get().attempts == 1
    assert server.letters == []
    server.replies.clear()
    OutgoingMail.objects.update(due_at=timezone.now())
    mail.drain()
    assert [str(letter["Subject"]) for letter in server.letters] == ["[Test] Welcome Nadia Okafor"]


def test_ten_tests_a_minute_are_enough_for_one_teammate(desk, signed_in, owner, nadia, settings, server) -> None:
    assert settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]["message_test"] == "10/min"
    rates = {**settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "message_test": "3/d"}  # no minute ends in this test
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}
    for _ in range(3):
        assert "on its way" in text(desk.post("/messages/test/", FIELDS))
    refused = text(desk.post("/messages/test/", FIELDS))
    assert "did not go out. You have had too many tests within a minute. Send the next one in" in refused
    desk.post("/messages/test/", {**FIELDS, "channel": "chat"})
    assert (OutgoingMail.objects.count(), Notice.objects.count()) == (3, 0)
    assert "on its way" in text(signed_in(owner).post("/messages/test/", FIELDS))
