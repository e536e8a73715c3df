"""The whole way: a note names somebody, their letter goes out, their answer comes in as a note."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from django.utils import timezone

from inbox.conversations import actions
from inbox.models import Message
from notifications.bounces import bounced, works_again
from notifications.models import Delivery
from notifications.words import Cause
from tests.factories import make_teammate
from tests.mail_server import mail_server
from tests.notifications.conftest import work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(settings):
    with mail_server() as running:
        settings.MAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.DEFAULT_FROM_EMAIL = "Frontdesk <desk@shop.test>"
        yield running


@pytest.fixture
def cem(workspace):
    return make_teammate(workspace, "cem", name="Cem Demir")


def letters_due(mate) -> list[Delivery]:
    """Have the wait before a letter end, work, and return what became of the teammate's letters."""
    work()
    theirs = Delivery.objects.filter(teammate=mate, transport="email")
    theirs.filter(due_at__isnull=False).update(due_at=timezone.now())
    work()
    return list(theirs.order_by("id"))


def answer_to(letter: EmailMessage, text: str) -> EmailMessage:
    """Return what a mail program makes of an answer."""
    made = EmailMessage()
    made["From"], made["To"] = letter["To"], letter["Reply-To"]
    made["Subject"], made["In-Reply-To"] = f"Re: {letter['Subject']}", letter["Message-ID"]
    made["Message-ID"] = "<answer@mail.test>"
    quoted = "\n".join(f"> {line}" for line in letter.get_body(("plain",)).get_content().splitlines())
    made.set_content(f"{text}\n\nOn Sun, Nov 22, 2026 at 2:06 PM Frontdesk <desk@shop.test> wrote:\n\n{quoted}\n")
    return made


def test_an_answer_to_the_letter_of_a_mention_is_a_note(server, conversation, bea, cem, take, notes) -> None:
    actions.note(conversation, cem, "Can you look, @bea?")
    [sent] = letters_due(bea)
    assert sent.status == "sent"
    [letter] = server.letters
    assert letter["To"] == bea.email
    assert "Where is my parcel?" in letter.get_body(("plain",)).get_content()
    assert take(answer_to(letter, "I did: it left.")).outcome == "noted"
    assert notes() == ["Can you look, @bea?", "I did: it left."]
    assert Message.objects.get(text="I did: it left.").teammate == bea


def test_two_letters_of_a_conversation_are_one_thread(server, conversation, bea, cem) -> None:
    for text in ("One, @bea", "Two, @bea"):
        actions.note(conversation, cem, text)
        letters_due(bea)
    first, second = server.letters
    assert first["References"] == second["References"]
    assert first["Subject"] == second["Subject"]


def test_an_address_that_bounces_gets_no_more_until_it_works_again(server, conversation, bea, cem) -> None:
    server.replies = {"RCPT": "550 5.1.1 no such user"}
    actions.note(conversation, cem, "One, @bea")
    [first] = letters_due(bea)
    server.replies = {}
    actions.note(conversation, cem, "Two, @bea")
    [first, second] = letters_due(bea)
    assert (first.status, first.cause) == (second.status, second.cause) == ("suppressed", Cause.BOUNCED)
    assert not server.letters
    assert bounced(bea.email) is not None
    works_again(bea.email)
    actions.note(conversation, cem, "Three, @bea")
    assert letters_due(bea)[-1].status == "sent"
    assert len(server.letters) == 1
