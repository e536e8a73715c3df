"""Bells keep no name of who was erased."""

from __future__ import annotations

import pytest

from bell.models import Device, Ring, State
from inbox.contacts.erasing import erase
from inbox.contacts.upsert import create_contact
from inbox.events import ContactSignedUp, who_of
from inbox.models import Contact
from inbox.people.audit import COMMAND_LINE
from inbox.people.models import Workspace
from notifications import routing, sending
from notifications.events import track
from notifications.models import Event, Rule
from tests.factories import make_workspace
from tests.notifications.conftest import work
from tests.notifications.meanwhile import after_first, elsewhere

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def workspace(db: None) -> Workspace:
    workspace = make_workspace()
    Rule.objects.filter(workspace=workspace).delete()
    Rule.objects.create(workspace=workspace, name="Bell", transport="bell", address="ding")
    Device.objects.create(workspace=workspace, name="Reception", hash="0" * 64, hint="0000")
    return workspace


@pytest.fixture
def contact(workspace: Workspace) -> Contact:
    contact = create_contact(workspace, {"name": "Zephyrine Quill", "email": "zephyrine@quill.example"})
    track(ContactSignedUp(), workspace=workspace, contact=who_of(contact))
    return contact


def test_a_ring_loses_its_reason_and_what_waits_is_not_rung(workspace: Workspace, contact: Contact) -> None:
    work()
    Ring.objects.update(state=State.WAITING)
    other = Ring.objects.create(workspace=workspace, pattern=[80], reason="Bo signed up", state=State.WAITING)
    erase(contact, by=COMMAND_LINE)
    other.refresh_from_db()
    assert (other.reason, other.state) == ("Bo signed up", State.WAITING)
    [hers] = Ring.objects.exclude(pk=other.pk)
    assert (hers.reason, hers.state) == ("Erased", State.MISSED)


def test_who_is_about_to_ring_for_her_rings_not(workspace: Workspace, contact: Contact) -> None:
    routing.drain()
    # What is sent is drawn by then.
    with after_first('FROM "bell_device"', lambda: elsewhere(lambda: erase(contact, by=COMMAND_LINE))()):
        sending.drain()
    assert Event.objects.get(kind="contact.signed_up").is_erased
    assert not Ring.objects.exists()
