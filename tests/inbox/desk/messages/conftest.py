"""A workspace with its people, a contact, and clients that are signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from inbox.contacts.upsert import create_contact
from inbox.models import Contact
from inbox.people.models import Teammate, Workspace

FIELDS = {
    "name": "Welcome", "enabled": "on", "kinds": "contact.signed_up", "audience": "contact", "channel": "email",
    "subject": "Welcome {{ contact.name }}", "body": "You have **{{ data.plan }}**.", "quiet_zone": "recipient",
}  # fmt: skip


@pytest.fixture(autouse=True)
def letters(settings: Any) -> None:
    """Letters go to django.core.mail.outbox."""
    settings.MAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def nadia(workspace: Workspace) -> Contact:
    return create_contact(workspace, {"name": "Nadia Okafor", "email": "nadia@shop.example"})


@pytest.fixture
def desk(agent: Teammate, signed_in: Callable[[Teammate], Client]) -> Client:
    """Whoever may write."""
    return signed_in(agent)
