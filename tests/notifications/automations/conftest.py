"""A workspace without messages of its own, somebody to write to, and letters that come to django.core.mail.outbox."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from inbox.contacts.upsert import create_contact
from inbox.events import ContactSignedUp, who_of, who_of_account
from inbox.models import Contact
from inbox.people.models import Teammate, Workspace
from notifications.events import track
from notifications.models import Automation, Delivery, Event
from tests.factories import make_automation, make_teammate

EMAIL = "nadia@shop.example"


@pytest.fixture(autouse=True)
def letters(settings: Any) -> None:
    """Letters go to django.core.mail.outbox."""
    settings.MAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.PUBLIC_URL = "https://desk.test"


@pytest.fixture
def ada(workspace: Workspace) -> Teammate:
    """Who owns it."""
    return make_teammate(workspace, "ada", role="owner")


@pytest.fixture
def nadia(workspace: Workspace) -> Contact:
    """A contact whose address a server vouches for."""
    return create_contact(workspace, {"name": "Nadia Okafor", "email": EMAIL, "account": "northwind"})


@pytest.fixture
def make(workspace: Workspace) -> Callable[..., Automation]:
    """Make a message to the contact of each sign-up, or as the fields say."""

    def made(**fields: Any) -> Automation:
        return make_automation(workspace, **fields)

    return made


def signs_up(contact: Contact, **more: Any) -> Event:
    """Track that a contact signed up, and return the event."""
    who = {"contact": who_of(contact), "account": who_of_account(contact.person.account), **more}
    public_id = track(ContactSignedUp(plan="pro"), workspace=contact.workspace, **who)
    return Event.objects.get(public_id=public_id)


def became(automation: Automation) -> list[str]:
    """Return what became of an automation's deliveries, oldest first: a status, or the cause instead."""
    rows = Delivery.objects.filter(rule=automation.rule).order_by("id")
    return [row.cause or row.status for row in rows]
