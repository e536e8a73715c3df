"""What a message would say, before it says it to anybody."""

from __future__ import annotations

import pytest
from django.core import mail

from inbox.people.models import Workspace
from notifications.automations.trying import fitting, sample_event, send_test, try_automation
from notifications.automations.values import AutomationRefused
from notifications.models import AutomatedDelivery, Delivery, Event, Notice
from notifications.registry import all_kinds
from notifications.transports import TransportError
from tests.factories import make_contact
from tests.notifications.automations.conftest import signs_up

pytestmark = pytest.mark.django_db(transaction=True)
VALUES = {
    "kinds": ["contact.signed_up"], "audience": "contact", "channel": "email", "subject": "Welcome {{ contact.name }}",
    "body": "You have **{{ data.plan }}**.",
}  # fmt: skip


def test_a_past_event_shows_what_it_would_have_said_to_whom_and_writes_nothing(workspace, nadia, ada) -> None:
    event = signs_up(nadia)
    trial = try_automation(workspace, VALUES, event, ada)
    assert (trial.recipient, trial.misses, trial.problem, trial.is_sample) == ("Nadia Okafor", "", "", False)
    assert (trial.said.subject, trial.said.text) == ("Welcome Nadia Okafor", "You have pro.")
    assert trial.payload["to"] == "nadia@shop.example"
    assert "<strong>pro</strong>" in trial.payload["html"]
    names = dict(trial.names)
    assert (names["contact.name"], names["data.plan"], names["account.name"]) == ("Nadia Okafor", "pro", "northwind")
    assert not Delivery.objects.exists()


def test_an_event_that_it_would_not_take_says_why_and_is_shown_all_the_same(workspace, nadia, ada) -> None:
    event = signs_up(nadia)
    trial = try_automation(workspace, {**VALUES, "condition": 'data.plan == "free"'}, event, ada)
    assert trial.misses == 'condition data.plan == "free" does not hold'
    assert trial.said.text == "You have pro."


def test_wrong_fields_are_named_and_what_can_be_read_is_shown(workspace, nadia, ada) -> None:
    event = signs_up(nadia)
    trial = try_automation(workspace, {**VALUES, "condition": "=", "subject": "{{ x"}, event, ada)
    assert set(trial.problems) == {"condition", "subject"}
    assert trial.said.text == "You have pro."
    failing = try_automation(workspace, {**VALUES, "body": "{{ data.plan | divided_by: 0 }}"}, event, ada)
    assert failing.problem.startswith("Line 1")
    assert failing.said is None


@pytest.mark.parametrize("kind", sorted(all_kinds()))
def test_every_kind_has_a_sample_for_who_has_no_event_yet(workspace: Workspace, ada, kind) -> None:
    event = sample_event(workspace, [kind], ada)
    assert event.title
    trial = try_automation(workspace, {**VALUES, "kinds": [kind], "body": "{{ event.title }}"}, event, ada)
    assert trial.is_sample
    assert trial.said.text
    assert not Event.objects.exists()


def test_past_events_are_found_by_kind_and_by_pattern(workspace, nadia) -> None:
    event = signs_up(nadia)
    mine = Event.objects.filter(workspace=workspace)
    assert list(fitting(mine, ["contact.signed_up"])) == [event]
    assert list(fitting(mine.filter(pk=event.pk), ["contact.sign*"])) == [event]
    assert list(fitting(mine.filter(pk=event.pk), ["sign*", "*x.up"])) == []


def test_a_test_comes_to_oneself_marked_and_is_counted_nowhere(workspace, nadia, ada) -> None:
    send_test(workspace, VALUES, signs_up(nadia), ada)
    [letter] = mail.outbox
    assert (letter.to, letter.subject) == ([ada.email], "[Test] Welcome Nadia Okafor")
    assert "You have pro." in letter.body
    assert not Delivery.objects.exists()
    assert not AutomatedDelivery.objects.exists()


def test_a_test_of_what_is_no_letter_comes_as_a_notification(workspace, ada) -> None:
    make_contact(workspace)
    event = sample_event(workspace, ["contact.signed_up"], ada)
    send_test(workspace, {**VALUES, "channel": "chat"}, event, ada)
    notice = Notice.objects.get()
    assert (notice.teammate, notice.title, notice.body) == (ada, "[Test] Welcome Nadia Okafor", "You have pro.")


def test_a_test_that_cannot_go_out_says_why(workspace, ada) -> None:
    event = sample_event(workspace, ["contact.signed_up"], ada)
    with pytest.raises(AutomationRefused):
        send_test(workspace, {**VALUES, "body": ""}, event, ada)
    ada.user.email = None
    ada.user.save()
    with pytest.raises(TransportError, match="no email address"):
        send_test(workspace, VALUES, event, ada)
