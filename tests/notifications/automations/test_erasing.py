"""Whoever is erased is written to no more, and no message names them."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from django.core import mail
from django.utils import timezone

from inbox.contacts.erasing import erase
from inbox.people.audit import Actor
from inbox.people.models import OutgoingMail
from notifications import routing
from notifications.automations.trying import sample_event, send_test
from notifications.models import (
    AutomatedDelivery,
    Automation,
    AutomationVersion,
    Delivery,
    Destination,
    Notice,
    Unsubscription,
)
from tests.factories import make_teammate, make_workspace
from tests.inbox.contacts.erasing.dump import Traces, tables, text_of
from tests.notifications.automations.conftest import EMAIL, signs_up
from tests.notifications.conftest import work

pytestmark = pytest.mark.django_db(transaction=True)


def test_nothing_that_was_sent_or_written_names_them_and_figures_hold(make, nadia, ada, workspace) -> None:
    automation = make(subject=f"Not for {EMAIL}", body=f"Hello {{{{ contact.name }}}}, not {EMAIL}")
    make(channel="chat")
    event = signs_up(nadia)
    work()
    assert len(mail.outbox) == 1
    Unsubscription.objects.create(workspace=workspace, address=EMAIL)
    test = {"kinds": ["contact.signed_up"], "audience": "contact", "channel": "chat", "subject": "{{ contact.name }}",
            "body": "x"}  # fmt: skip
    send_test(workspace, test, event, ada)
    public_id = str(nadia.public_id)
    erase(nadia, by=Actor(ada))
    words = Traces((EMAIL, "okafor", public_id))
    assert [hit for table, row in text_of(tables()) for hit in words.found_in(table, row)] == []
    assert not Unsubscription.objects.exists()
    assert not Notice.objects.exists()
    assert not Destination.objects.filter(address__startswith="contact:").exists()
    assert set(AutomatedDelivery.objects.values_list("recipient", flat=True)) == {""}
    assert AutomatedDelivery.objects.count() == 2
    automation.refresh_from_db()
    assert automation.subject == "Not for erased"
    assert "not erased" in AutomationVersion.objects.get(automation=automation).body


def test_what_waits_for_them_is_not_sent(make, nadia, ada) -> None:
    make(delay_seconds=3600)
    signs_up(nadia)
    routing.drain()
    erase(nadia, by=Actor(ada))
    Delivery.objects.filter(due_at__isnull=False).update(due_at=timezone.now())
    work()
    assert not mail.outbox
    assert Delivery.objects.get(rule__isnull=False).status == "settled"
    assert Automation.objects.count() == 1


def test_a_test_letter_that_has_not_gone_out_names_them_no_more_and_other_mail_waits_on(
    nadia, ada, workspace, settings
) -> None:
    settings.EMAIL_BACKEND = "inbox.people.mail.QueuedBackend"
    test = {"kinds": ["contact.signed_up"], "audience": "contact", "channel": "email", "subject": "{{ contact.name }}",
            "body": "x"}  # fmt: skip
    send_test(workspace, test, signs_up(nadia), ada)
    OutgoingMail.objects.update(due_at=None)
    elsewhere = make_teammate(make_workspace(), "bob")
    event = sample_event(elsewhere.workspace, ["contact.signed_up"], elsewhere)
    send_test(elsewhere.workspace, test, event, elsewhere)
    mail.send_mail("Your code", "123", None, ["ada@shop.example"])
    keys = settings.FRONTDESK_KEYS
    settings.FRONTDESK_KEYS = [Fernet.generate_key().decode()]
    mail.send_mail("Under a lost key", "123", None, ["lost@shop.example"])
    settings.FRONTDESK_KEYS = keys
    erase(nadia, by=Actor(ada))
    left = list(OutgoingMail.objects.order_by("pk").values_list("to", flat=True))
    assert left == [elsewhere.email, "ada@shop.example", "lost@shop.example"]
