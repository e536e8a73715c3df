"""A conversation, a teammate who got a letter about it, and the answers that come in."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
from django.test import Client

from inbox.mailing import addresses, incoming
from inbox.models import Conversation, IncomingMail, Message
from inbox.people.models import Teammate, Workspace
from tests.factories import make_conversation, make_teammate, make_workspace

SECRET = "provider:correct-horse-battery"
_count = itertools.count(1)


@pytest.fixture(autouse=True)
def domain(settings: Any) -> str:
    """Answers are taken at this domain."""
    settings.INBOUND_EMAIL_DOMAIN = "in.shop.test"
    return "in.shop.test"


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace()


@pytest.fixture
def bea(workspace: Workspace) -> Teammate:
    return make_teammate(workspace, "bea")


@pytest.fixture
def conversation(workspace: Workspace) -> Conversation:
    return make_conversation(workspace, text="Where is my parcel?")


@pytest.fixture
def answer(bea: Teammate, conversation: Conversation) -> Callable[..., EmailMessage]:
    """Make bea's answer to a letter about the conversation; headers by name, "" for one that is not there."""

    def make(text: str = "On its way.", **headers: str) -> EmailMessage:
        letter = EmailMessage()
        given = {
            "From": f"Bea <{bea.email}>",
            "To": addresses.address_for(bea, conversation.public_id),
            "Subject": "Re: Maria (#1)",
            "Message-ID": f"<{next(_count)}@mail.test>",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        for name, value in given.items():
            if value:
                letter[name] = value
        letter.set_content(text)
        return letter

    return make


@pytest.fixture
def take(workspace: Workspace) -> Callable[[EmailMessage], IncomingMail]:
    """Take a letter in, work it, and return its row."""

    def take_in(letter: EmailMessage) -> IncomingMail:
        row = incoming.receive(letter)
        assert row is not None, "it is to no reply address of ours"
        while incoming.drain():
            pass
        row.refresh_from_db()
        return row

    return take_in


@pytest.fixture
def notes(conversation: Conversation) -> Callable[[], list[str]]:
    """Return the notes of the conversation."""
    return lambda: list(Message.objects.filter(conversation=conversation, kind="note").values_list("text", flat=True))


@pytest.fixture
def provider(db: None, settings: Any) -> Client:
    """A mail provider that knows the secret."""
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}
    return Client(headers={"authorization": f"Basic {base64.b64encode(SECRET.encode()).decode()}"})
