"""Letters that a teammate chose to get: the conversation quoted, one thread, one click to end them, an answer heard."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from inbox.mailing import addresses
from notifications.bounces import bounced, note_bounce, works_again
from notifications.personal.more import More, Quote
from notifications.transports import TransportError
from notifications.transports.base import Personal
from notifications.transports.email import Email
from notifications.unsubscribing import read
from notifications.words import Cause
from tests.mail_server import MailServer, mail_server
from tests.notifications.transports.test_email import html_of

transport = Email()
CONVERSATION = uuid.UUID("0192f0c1-2222-7333-8444-555566667777")
AT = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
QUOTES = (
    Quote("Maria Silva", "Where is my parcel?", AT),
    Quote("Cem Demir", "I do not know <b>either</b>.", AT, is_note=True),
    Quote("Ada Lovelace", "@bea, can you\nlook?", AT, is_note=True, is_news=True),
)
MORE = More("Ada mentioned you in a note", "Maria Silva (#12)", f"conversation-{CONVERSATION}", QUOTES, True)


@pytest.fixture
def server(settings) -> Iterator[MailServer]:
    with mail_server() as running:
        settings.MAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.DEFAULT_FROM_EMAIL = "Frontdesk <desk@shop.test>"
        settings.PUBLIC_URL = "https://desk.shop.test"
        settings.INBOUND_EMAIL_DOMAIN = "in.shop.test"
        yield running


@pytest.fixture
def told(message, ada):
    """Make a message to ada by a preference of hers."""

    def make(more: More = MORE, conversation: uuid.UUID | None = CONVERSATION, **fields):
        personal = Personal(ada, "mention", "you were named in a note", conversation, more=more)
        return replace(message("@ada", **fields), personal=personal)

    return make


def send(message):
    return transport.send(message, transport.draw(message))


def parts(letter) -> tuple[str, str]:
    return letter.get_body(("plain",)).get_content().replace("\r", ""), " ".join(html_of(letter).words)


def test_both_parts_say_who_said_what_when_and_what_is_news(server, told, ada) -> None:
    ada.user.timezone = "Europe/Lisbon"
    send(told(title="Ada mentioned @ada in #12"))
    [letter] = server.letters
    assert letter["Subject"] == "Maria Silva (#12)"
    assert letter["To"] == ada.email
    text, shown = parts(letter)
    for words in (
        "Ada mentioned you in a note", "Maria Silva", "Where is my parcel?", "I do not know <b>either</b>.",
        "22 November, 14:05 · private note · new", "Times are in Lisbon time.",
        "You are told because you were named in a note.", "No more email for “Mentions”",
        "is added as a private note, which the customer does not see",
    ):  # fmt: skip
        assert words in text, words
        assert words in shown, words
    assert "@bea, can you\nlook?" in text
    assert text.index("Where is") < text.index("I do not") < text.index("@bea, can")
    assert shown.count("· new") == 1


def test_times_are_those_of_the_teammates_clock(server, told, ada) -> None:
    ada.user.timezone = "Asia/Kolkata"
    send(told())
    for part in parts(server.letters[0]):
        assert "22 November, 19:35" in part
        assert "14:05" not in part


def test_there_is_one_button_and_it_leads_to_the_conversation(server, told) -> None:
    send(told(link="https://desk.shop.test/inbox/all/12/"))
    [letter] = server.letters
    links = html_of(letter).links
    assert links.count("https://desk.shop.test/inbox/all/12/") == 1
    assert "https://desk.shop.test/settings/notifications/" in links
    assert len(links) == 3
    assert "https://desk.shop.test/inbox/all/12/" in parts(letter)[0]


def test_news_stands_out_and_a_note_is_on_yellow_paper(told) -> None:
    shown = transport.draw(told())["html"]
    assert shown.count("background:#fff8dc") == 1
    reply = More(title="x", thread="t", quotes=(replace(QUOTES[0], is_news=True),))
    assert "background:#fff8dc" not in transport.draw(told(reply))["html"]


def test_what_was_counted_into_one_letter_reads_as_one(server, told) -> None:
    quotes = tuple(Quote("Maria Silva", f"Line {place}", AT, is_news=True) for place in range(4))
    send(told(replace(MORE, title="Maria Silva wrote, and 3 more", quotes=quotes), counted="×4, first 14:05"))
    text, shown = parts(server.letters[0])
    assert server.letters[0]["Subject"] == "Maria Silva (#12)", "nothing that changes stands in it"
    assert shown.count("· new") == 4
    assert text.count("Line") == 4


def test_what_people_typed_stays_words(server, told) -> None:
    typed = "<script>alert(1)</script> {{ settings.SECRET_KEY }} {% now %}"
    send(told(replace(MORE, title=typed, quotes=(Quote(typed, typed, AT, is_news=True),))))
    [letter] = server.letters
    assert "script" not in html_of(letter).tags
    assert parts(letter)[0].count(typed) == 3


def test_all_letters_of_a_conversation_are_one_thread(server, told) -> None:
    send(told())
    send(told())
    first, second = server.letters
    assert first["References"] == second["References"] == f"<conversation-{CONVERSATION}@shop.test>"
    assert first["In-Reply-To"] == first["References"]
    assert first["Message-ID"] != second["Message-ID"]


def test_one_click_is_there_and_its_link_is_the_teammates_own(server, told, ada) -> None:
    send(told())
    [letter] = server.letters
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = letter["List-Unsubscribe"].strip(" <>")
    assert link.startswith("https://desk.shop.test/mail/unsubscribe/")
    found = read(link.rstrip("/").rpartition("/")[2])
    assert (found.teammate, found.choice, found.transport) == (ada, "mention", "email")
    assert link in parts(letter)[0].split()
    assert link in html_of(letter).links
    assert letter["Auto-Submitted"] == "auto-generated"


def test_an_answer_goes_to_an_address_that_says_whose_it_is(server, told, ada) -> None:
    send(told())
    assert addresses.read(server.letters[0]["Reply-To"]) == (CONVERSATION, ada.pk)


def test_no_answer_is_asked_for_where_none_is_taken(server, told, settings) -> None:
    send(told(replace(MORE, may_answer=False)))
    send(told(conversation=None))
    settings.INBOUND_EMAIL_DOMAIN = ""
    send(told())
    assert [letter["Reply-To"] for letter in server.letters] == [None] * 3
    for letter in (server.letters[0], server.letters[2]):
        assert "private note, which the customer" not in parts(letter)[0]


def test_what_is_kept_of_a_letter_holds_no_secret(server, told, ada) -> None:
    message = told()
    kept = str(transport.draw(message))
    transport.send(message, transport.draw(message))
    [letter] = server.letters
    for secret in (
        letter["List-Unsubscribe"].strip(" <>").rstrip("/").rpartition("/")[2],
        letter["Reply-To"],
        ada.email,
    ):
        assert len(secret) > 5
        assert secret not in kept


def test_nobodys_words_become_the_link_that_ends_letters(server, told) -> None:
    typed = "https://desk.shop.test/mail/unsubscribe/x/"
    send(told(replace(MORE, quotes=(Quote("Eve", typed, AT),))))
    assert typed in parts(server.letters[0])[0].split()


@pytest.mark.parametrize(
    "name", ["Eve\r\nBcc: all@evil.test", "Eve\nReply-To: eve@evil.test", "Eve\u2028X: y", "Eve\x00\x0b\x85"]
)
def test_a_name_cannot_begin_another_header(server, told, ada, name) -> None:
    send(told(replace(MORE, title=name, subject=f"{name} (#12)", quotes=(Quote(name, name, AT),))))
    [letter] = server.letters
    assert letter["Bcc"] is None
    assert letter["X"] is None
    assert addresses.read(letter["Reply-To"])
    assert letter["To"] == ada.email


def test_a_name_from_right_to_left_turns_nothing_else_around(server, told) -> None:
    send(told(replace(MORE, subject="\u202eمريم سيلفا (#12)", quotes=(Quote("مريم \u202eسيلفا", "أين طردي؟", AT),))))
    [letter] = server.letters
    assert letter["Subject"] == "مريم سيلفا (#12)"
    text, shown = parts(letter)
    for part in (text, shown):
        assert "مريم سيلفا" in part
        assert "\u202e" not in part.replace("أين طردي؟", "")
    assert {"bdi", "div"} <= html_of(letter).tags


def test_a_letter_without_a_conversation_says_why_it_came_too(server, told) -> None:
    send(told(More(), None, body="It went well."))
    [letter] = server.letters
    assert letter["Subject"] == "Nadia signed up"
    assert letter["References"] is None
    assert letter["List-Unsubscribe"]
    for part in parts(letter):
        assert "You are told because you were named in a note." in part
        assert "because a route" not in part
        assert "No more email for “Mentions”" in part


def test_a_route_still_says_that_it_is_one(server, message) -> None:
    send(message("cfo@shop.test"))
    [letter] = server.letters
    assert "because a route of" in parts(letter)[0]
    assert [letter[name] for name in ("List-Unsubscribe", "Reply-To", "References")] == [None] * 3


def failure(message) -> TransportError:
    with pytest.raises(TransportError) as caught:
        send(message)
    return caught.value


def test_nothing_is_sent_to_an_address_whose_mail_came_back(server, told, message, ada) -> None:
    note_bounce(ada.email, "no such user")
    for said in (told(), message("@ada")):
        assert failure(said).cause == Cause.BOUNCED
    assert not server.letters
    works_again(ada.email)
    send(told())
    assert len(server.letters) == 1


def test_a_servers_word_that_there_is_no_such_address_is_noted(server, told, message, ada) -> None:
    server.replies = {"RCPT": "550 5.1.1 no such user"}
    assert failure(message("cfo@shop.test")).cause is None
    assert bounced("cfo@shop.test") is None, "nobody could say that it works again"
    assert failure(told()).cause == Cause.BOUNCED
    assert "no such user" in bounced(ada.email).reason


@pytest.mark.parametrize(
    "reply", [{"RCPT": "450 later"}, {"RCPT": "550 5.7.1 spam"}, {"MAIL": "553 not you"}, {"DATA.": "554 no"}]
)
def test_other_refusals_give_no_address_up(server, told, ada, reply) -> None:
    server.replies = reply
    assert failure(told()).cause is None
    assert bounced(ada.email) is None


def test_the_work_address_of_somebody_without_a_login_of_their_own_is_written_to(server, told, ada) -> None:
    ada.user.email = None
    ada.work_email = "ada@work.test"
    send(told())
    assert server.letters[0]["To"] == "ada@work.test"


def test_who_left_or_has_no_address_is_nobody_to_send_to(server, told, ada) -> None:
    ada.user.email = None
    assert failure(told()).cause == Cause.NOBODY
    ada.left_at = timezone.now()
    assert failure(told()).cause == Cause.NOBODY
