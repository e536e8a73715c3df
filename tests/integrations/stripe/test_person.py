"""What a person is given of Stripe's events, and what is told of their payments."""

from __future__ import annotations

import json

import pytest

from inbox.contacts import personal_export
from inbox.contacts.erasing import erase
from inbox.contacts.upsert import create_contact
from inbox.models import Contact
from inbox.people.audit import COMMAND_LINE
from inbox.people.models import Workspace
from notifications import postings, routing, sending
from notifications.models import Event
from tests.factories import make_workspace
from tests.integrations.stripe.cases import INVOICE
from tests.integrations.stripe.makers import happened, make_account, send, subscription

MARY = {"id": "cus_1", "object": "customer", "email": "Mary@acme.test", "name": "Mary Ångström", "phone": "+4912",
        "metadata": {"note": "nothing"}, "address": {"city": "Hamburg"}}  # fmt: skip
BOB = {"id": "cus_2", "object": "customer", "email": "bob@acme.test", "name": "Bob Stays", "phone": "+4934"}


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace()


def exported(contact: Contact) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads("".join(personal_export.document(contact)))["elsewhere"]["stripe"]
    return found


def test_an_export_has_what_stripe_says_of_a_person_and_of_nobody_else(workspace: Workspace) -> None:
    make_account(workspace)
    create_contact(workspace, {"email": "mary@acme.test", "name": "Mary Ångström", "account": "acme"})
    mary = Contact.objects.get()
    send(workspace, happened("customer.created", MARY), happened("customer.created", BOB),
         happened("customer.subscription.created", subscription()))  # fmt: skip
    [told] = exported(mary)
    assert told["type"] == "customer.created"
    assert told["says"] == {"email": "Mary@acme.test", "name": "Mary Ångström", "phone": "+4912",
                            "address.city": "Hamburg"}  # fmt: skip
    assert "bob" not in json.dumps(exported(mary)).lower()


def test_another_workspace_and_an_erased_person_have_nothing(workspace: Workspace) -> None:
    make_account(workspace)
    create_contact(workspace, {"email": "mary@acme.test", "name": "Mary Ångström", "account": "acme"})
    send(workspace, happened("customer.created", MARY))
    other = make_workspace()
    create_contact(other, {"email": "mary@acme.test", "name": "Mary Ångström"})
    assert exported(Contact.objects.get(workspace=other)) == []
    erase(Contact.objects.get(workspace=workspace), by=COMMAND_LINE)
    create_contact(workspace, {"email": "mary@acme.test", "name": "Mary Ångström"})
    assert exported(Contact.objects.filter(workspace=workspace, email="mary@acme.test").get()) == []


@pytest.mark.parametrize("is_late", [False, True])
@pytest.mark.parametrize("is_together", [False, True])
def test_a_failed_payment_does_not_stand_once_its_invoice_is_paid(
    workspace: Workspace, is_late: bool, is_together: bool
) -> None:
    make_account(workspace)
    failed, paid = happened("invoice.payment_failed", INVOICE), happened("invoice.paid", INVOICE, at=60)
    for event in (paid, failed) if is_late else (failed, paid):
        send(workspace, event)
        if not is_together:
            route()
    route()
    told = dict(Event.objects.filter(workspace=workspace).values_list("kind", "settled_at"))
    assert told["payment.failed"] is not None
    assert told["payment.succeeded"] is None


def test_a_payment_that_failed_after_another_invoice_was_paid_stands(workspace: Workspace) -> None:
    make_account(workspace)
    send(workspace, happened("invoice.paid", {**INVOICE, "id": "in_2"}, at=60),
         happened("invoice.payment_failed", INVOICE))  # fmt: skip
    route()
    assert Event.objects.get(workspace=workspace, kind="payment.failed").settled_at is None


def route() -> None:
    """Do all that a worker would do now."""
    while routing.drain() + sending.drain() + postings.drain():
        pass
