"""Letters: two parts that say the same, a Message-ID that tells a double, each refusal with its outcome."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused
from django.core import mail
from django.utils import timezone

from notifications.transports import TransportError
from notifications.transports.email import Email
from notifications.words import Cause
from settings.demands import problems
from tests.factories import make_teammate, make_workspace
from tests.mail_server import MailServer, mail_server

transport = Email()


@pytest.fixture
def server(settings) -> Iterator[MailServer]:
    with mail_server() as running:
        settings.MAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.DEFAULT_FROM_EMAIL = "Frontdesk <desk@shop.test>"
        yield running


def send(message):
    return transport.send(message, transport.draw(message))


def failure(message) -> TransportError:
    with pytest.raises(TransportError) as caught:
        send(message)
    return caught.value


class _Words(HTMLParser):
    """The words that a reader sees, and the tags."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: set[str] = set()
        self.links: list[str | None] = []
        self.feed(source)

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data) -> None:
        self.words += data.split()


def html_of(letter: EmailMessage) -> _Words:
    return _Words(letter.get_body(("html",)).get_content())


def test_a_letter_says_it_in_text_and_in_html(server, message) -> None:
    said = message(
        "cfo@shop.test", body="Card declined.\nTry another.", severity="error", counted="×2, first 12:00, last 12:01",
        fields=(("Contact", "Nadia"),),
    )  # fmt: skip
    send(said)
    [letter] = server.letters
    assert letter["To"] == "cfo@shop.test"
    assert letter["Subject"] == "Nadia signed up ×2, first 12:00, last 12:01"
    assert letter["From"] == "Frontdesk <desk@shop.test>"
    assert letter["Auto-Submitted"] == "auto-generated"
    text, shown = letter.get_body(("plain",)).get_content(), " ".join(html_of(letter).words)
    for words in ("Nadia signed up", "Card declined.", "Try another.", "Nadia", "Error · ×2, first 12:00, last 12:01"):
        assert words in text
        assert words in shown
    assert "https://desk.test/1" in text
    assert "https://desk.test/1" in html_of(letter).links


def test_the_same_delivery_sent_twice_has_the_same_message_id_in_one_line(server, message) -> None:
    said = message("cfo@shop.test")
    send(said)
    send(said)
    first, second = server.letters
    assert first["Message-ID"] == second["Message-ID"] == f"<{said.key}@shop.test>"
    assert "Message-ID: <" in first.as_string()


def test_what_people_typed_stays_words(server, message) -> None:
    typed = "<script>alert(1)</script> & <b>x</b> {{ settings.SECRET_KEY }} {% now %}"
    send(message("cfo@shop.test", title=typed, body=typed, fields=(("Contact", typed),)))
    shown = html_of(server.letters[0])
    assert "script" not in shown.tags
    assert "b" not in shown.tags
    assert " ".join(shown.words).count(typed) == 5, "in the page's title and the preview too"
    assert typed in server.letters[0].get_body(("plain",)).get_content()


def test_nothing_is_fetched_from_elsewhere(message) -> None:
    shown = transport.draw(message("cfo@shop.test", link=""))["html"]
    assert "googleapis" not in shown
    assert not {"img", "link", "script"} & _Words(shown).tags


def test_a_line_break_cannot_begin_another_header(server, message) -> None:
    send(message("cfo@shop.test", title="Hello\r\nBcc: evil@x.test", text="One\r\nBcc: evil@x.test"))
    [letter] = server.letters
    assert letter["Bcc"] is None
    assert letter["Subject"] == "One"


def test_a_routes_own_wording_stands_instead_of_title_and_body(server, message) -> None:
    send(message("cfo@shop.test", body="Not said", text="Nadia upgraded\nto pro\nat last"))
    [letter] = server.letters
    assert letter["Subject"] == "Nadia upgraded"
    assert "to pro\nat last" in letter.get_body(("plain",)).get_content().replace("\r", "")
    assert "Not said" not in letter.as_string()


def test_a_teammate_gets_it_where_they_read_now(server, message, workspace) -> None:
    ada = make_teammate(workspace, "ada")
    assert transport.clean_address(workspace, " @Ada ") == "@ada"
    ada.user.email = "ada.new@shop.test"
    ada.user.save()
    send(message("@ada"))
    assert server.letters[0]["To"] == "ada.new@shop.test"


def test_who_left_or_works_elsewhere_is_nobody_to_send_to(server, message, workspace) -> None:
    make_teammate(workspace, "ada", left_at=timezone.now())
    make_teammate(make_workspace(), "bea")
    for handle in ("@ada", "@bea"):
        assert failure(message(handle)).cause == Cause.NOBODY
        with pytest.raises(ValueError, match="Nobody here has that handle"):
            transport.clean_address(workspace, handle)
    assert not server.letters


@pytest.mark.parametrize("given", ["", "ada", "a@", "a@b", "a b@c.test", "a@c.test, b@c.test", "x" * 250 + "@c.test"])
def test_what_is_no_address_is_refused_in_words(workspace, given) -> None:
    with pytest.raises(ValueError, match="address"):
        transport.clean_address(workspace, given)


def test_an_address_is_kept_in_one_form(workspace) -> None:
    assert transport.clean_address(workspace, " CFO@Shop.test ") == "cfo@shop.test"


REPLIES = {
    "550 for the receiver": ({"RCPT": "550 no such user"}, True),
    "450 for the receiver": ({"RCPT": "450 try later"}, False),
    "554 for the letter": ({"DATA.": "554 spam"}, True),
    "451 for the letter": ({"DATA.": "451 try later"}, False),
    "553 for the sender": ({"MAIL": "553 not you"}, True),
}


@pytest.mark.parametrize("name", REPLIES)
def test_a_reply_has_its_outcome_and_its_words_are_not_kept(server, message, name) -> None:
    server.replies, permanent = REPLIES[name]
    error = failure(message("cfo@shop.test"))
    assert error.permanent is permanent
    assert error.cause is None
    assert "no such user" not in str(error)


def test_a_mail_server_that_is_away_is_tried_later(server, message, settings) -> None:
    settings.EMAIL_PORT = 1
    assert not failure(message("cfo@shop.test")).permanent


def test_a_backend_that_is_not_there_is_for_the_keeper_to_mend(message, settings) -> None:
    settings.MAIL_BACKEND = "nowhere.at.All"
    error = failure(message("cfo@shop.test"))
    assert error.permanent
    assert "not set up" in str(error)


def test_a_provider_of_anymail_takes_letters_too(message, settings) -> None:
    settings.MAIL_BACKEND = "anymail.backends.test.EmailBackend"
    mail.outbox = []
    said = message("cfo@shop.test")
    send(said)
    [letter] = mail.outbox
    assert letter.anymail_test_params["subject"] == "Nadia signed up"
    assert letter.extra_headers["Message-ID"].startswith(f"<{said.key}@")


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [(AnymailAPIError("no", status_code=422), True), (AnymailAPIError("slow", status_code=429), False),
     (AnymailAPIError("key", status_code=401), False), (AnymailAPIError("oops", status_code=500), False),
     (AnymailAPIError("gone"), False), (AnymailRecipientsRefused(), True)],
)  # fmt: skip
def test_a_providers_refusal_has_its_outcome(message, settings, monkeypatch, answer, permanent) -> None:
    settings.MAIL_BACKEND = "anymail.backends.test.EmailBackend"

    def refuse(self, payload, letter):
        raise answer

    monkeypatch.setattr("anymail.backends.test.EmailBackend.post_to_esp", refuse)
    assert failure(message("cfo@shop.test")).permanent is permanent


def test_a_provider_that_lacks_its_key_is_for_the_keeper_to_mend(message, settings) -> None:
    settings.MAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {}
    error = failure(message("cfo@shop.test"))
    assert error.permanent
    assert "POSTMARK" not in str(error)


def test_production_takes_a_provider_in_place_of_a_mail_server() -> None:
    def said(**environ: str) -> str:
        return " ".join(problems(environ))

    assert "EMAIL_URL is missing" in said()
    provider = said(EMAIL_BACKEND="anymail.backends.postmark.EmailBackend")
    assert "EMAIL_URL" not in provider
    assert "DEFAULT_FROM_EMAIL is missing" in provider


def test_what_a_provider_wants_to_know_comes_from_the_environment() -> None:
    environ = {**os.environ, "ANYMAIL_POSTMARK_SERVER_TOKEN": "t0ken", "ANYMAIL_EMPTY": ""}
    ask = "from settings.base import ANYMAIL; print(ANYMAIL)"
    said = subprocess.run([sys.executable, "-c", ask], env=environ, check=True, capture_output=True, text=True).stdout
    assert eval(said) == {"REQUESTS_TIMEOUT": (5, 10), "POSTMARK_SERVER_TOKEN": "t0ken"}
