"""Mail leaves by a worker: stored with the change that caused it, sent once, kept until it is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.mail import EmailMultiAlternatives, send_mail
from django.db import connection, transaction
from django.utils import timezone

from inbox.people import mail
from inbox.people.models import OutgoingMail
from tests.mail_server import MailServer, mail_server

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(settings) -> Iterator[MailServer]:
    with mail_server() as running:
        settings.EMAIL_BACKEND = "inbox.people.mail.QueuedBackend"
        settings.MAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.DEFAULT_FROM_EMAIL = "Frontdesk <desk@shop.test>"
        yield running


def write(to: str = "bea@shop.test") -> None:
    send_mail("Welcome", "Follow https://desk.test/i/abc", None, [to])


def make_due() -> None:
    OutgoingMail.objects.filter(due_at__isnull=False).update(due_at=timezone.now() - timedelta(seconds=1))


def test_a_letter_is_sent_once_and_then_gone(server: MailServer) -> None:
    write()
    assert server.letters == []
    assert mail.drain() == 1
    assert mail.drain() == 0
    assert [str(letter["To"]) for letter in server.letters] == ["bea@shop.test"]
    assert "https://desk.test/i/abc" in server.letters[0].get_content()
    assert server.letters[0]["Message-ID"].endswith("@shop.test>")
    assert not OutgoingMail.objects.exists()


def test_a_letter_of_a_transaction_that_failed_is_never_sent(server: MailServer) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write()
        raise ZeroDivisionError
    assert mail.drain() == 0


def test_the_database_does_not_hold_the_link_in_clear(server: MailServer) -> None:
    write()
    with connection.cursor() as cursor:
        cursor.execute("SELECT letter FROM people_outgoingmail")
        assert "desk.test" not in cursor.fetchone()[0]


def test_html_travels_beside_the_text(server: MailServer) -> None:
    letter = EmailMultiAlternatives("Hi", "plain", None, ["bea@shop.test"])
    letter.attach_alternative("<p>rich</p>", "text/html")
    letter.send()
    mail.drain()
    assert server.letters[0].get_body(("html",)).get_content().strip() == "<p>rich</p>"
    assert server.letters[0].get_body(("plain",)).get_content().strip() == "plain"


def test_a_server_that_says_later_is_asked_later_with_the_same_message_id(server: MailServer) -> None:
    server.replies["DATA."] = "451 try again"
    write()
    mail.drain()
    row = OutgoingMail.objects.get()
    assert row.attempts == 1
    assert row.due_at is not None
    assert row.due_at > timezone.now()
    assert mail.drain() == 0
    kept = row.letter
    server.replies.clear()
    make_due()
    mail.drain()
    assert server.letters[0]["Message-ID"] in kept


def test_an_address_that_does_not_exist_is_given_up_at_once_and_kept_to_be_seen(server: MailServer) -> None:
    server.replies["RCPT"] = "550 no such user"
    write()
    mail.drain()
    row = OutgoingMail.objects.get()
    assert (row.due_at, row.attempts) == (None, 1)
    assert "Recipients" in row.error


def test_a_server_that_is_away_costs_no_letter_and_its_last_try_ends(server: MailServer, settings) -> None:
    settings.EMAIL_PORT = 1
    write()
    for _ in range(mail.MOST_ATTEMPTS):
        make_due()
        mail.drain()
    row = OutgoingMail.objects.get()
    assert (row.due_at, row.attempts, row.error) == (None, mail.MOST_ATTEMPTS, "ConnectionRefusedError")


def test_several_receivers_get_a_letter_each(server: MailServer) -> None:
    send_mail("Hi", "text", None, ["a@shop.test", "b@shop.test"])
    while mail.drain():
        pass
    assert sorted(str(letter["To"]) for letter in server.letters) == ["a@shop.test", "b@shop.test"]


def test_workers_that_drain_at_once_send_each_letter_once(server: MailServer) -> None:
    for n in range(12):
        write(f"mate{n}@shop.test")

    def work() -> None:
        try:
            while mail.drain():
                pass
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(str(letter["To"]) for letter in server.letters) == sorted(f"mate{n}@shop.test" for n in range(12))


def test_what_a_killed_worker_had_taken_comes_back_after_its_lease(server: MailServer) -> None:
    write()
    mail._claim()  # and dies
    assert mail.drain() == 0
    make_due()
    assert mail.drain() == 1
    assert len(server.letters) == 1
