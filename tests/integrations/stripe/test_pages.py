"""The page of Stripe's events: who sees it, and what its buttons do."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from inbox.contacts.erasing import erase
from inbox.contacts.upsert import create_contact
from inbox.models import Contact
from inbox.people.audit import COMMAND_LINE
from inbox.people.models import AuditFact, Teammate, Workspace
from integrations.stripe.models import StripeCustomer, StripeEvent
from tests.factories import make_teammate, make_workspace
from tests.integrations.stripe.cases import INVOICE
from tests.integrations.stripe.makers import connect, happened, make_account, send, subscription, told

PAGE = "/settings/connections/stripe/events/"


@pytest.fixture
def workspace(db: None) -> Workspace:
    return make_workspace()


@pytest.fixture
def owner(workspace: Workspace) -> Teammate:
    return make_teammate(workspace, "ada", role="owner")


def browser(teammate: Teammate) -> Client:
    client = Client()
    client.force_login(teammate.user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_it_shows_the_last_events_with_their_verdict_and_who_waits(workspace: Workspace, owner: Teammate) -> None:
    make_account(workspace)
    send(workspace, happened("invoice.paid", INVOICE), happened("price.created", {"id": "p", "object": "price"}),
         happened("customer.created", {"id": "cus_2", "object": "customer", "name": "<b>Eve</b>"}))  # fmt: skip
    page = browser(owner).get(PAGE).content.decode()
    for part in ("invoice.paid", "worked", "kept, nothing to do", "waits for its account", "cus_2"):
        assert part in page
    assert "<b>Eve" not in page


def test_who_waits_to_be_linked_is_told_by_name_and_address(workspace: Workspace, owner: Teammate) -> None:
    """An id says nothing to whoever links; the newest of what Stripe said counts."""
    eve = {"id": "cus_2", "object": "customer", "name": "Eve Ltd", "email": "old@eve.example"}
    send(
        workspace,
        happened("customer.created", eve),
        happened("customer.updated", {**eve, "email": "eve@eve.example"}, {"email": "old@eve.example"}, at=5),
        happened("invoice.paid", {**INVOICE, "customer": "cus_3", "customer_email": "bill@else.example"}),
        happened("customer.subscription.created", subscription(customer="cus_4")),
    )
    send(make_workspace(), happened("customer.created", {**eve, "id": "cus_4", "name": "Of another workspace"}))
    page = browser(owner).get(PAGE).content.decode()
    assert "Eve Ltd, eve@eve.example<br>" in page
    assert "bill@else.example<br>" in page
    assert "<td><code>cus_4</code></td>" in page


def test_an_empty_one_says_so(workspace: Workspace, owner: Teammate) -> None:
    page = browser(owner).get(PAGE).content.decode()
    assert "Nothing has come from Stripe yet" in page
    assert "Everybody who was told of is linked" in page


def test_linking_by_hand_has_what_waited_told(workspace: Workspace, owner: Teammate) -> None:
    make_account(workspace, "")
    send(workspace, happened("customer.subscription.created", subscription()))
    customer = StripeCustomer.objects.get()
    address = f"{PAGE}customers/{customer.public_id}/link/"
    refused = browser(owner).post(address, {"account": "nobody"})
    assert refused.status_code == 422
    assert "There is no account with the external id “nobody”" in refused.content.decode()
    assert browser(owner).post(address, {"account": " acme "}).status_code == 302
    send(workspace)
    assert "Acme subscribed to Pro, +€49/month" in told(workspace)


def test_a_replay_is_worked_and_tells_nothing_twice(workspace: Workspace, owner: Teammate) -> None:
    make_account(workspace)
    send(workspace, happened("invoice.paid", INVOICE))
    row = StripeEvent.objects.get()
    assert browser(owner).post(f"{PAGE}{row.public_id}/replay/").status_code == 302
    row.refresh_from_db()
    assert row.outcome == "new"
    send(workspace)
    row.refresh_from_db()
    assert (row.outcome, told(workspace).count("€49.00 paid: Acme")) == ("worked", 1)


def test_the_test_button_says_what_is_wrong(workspace: Workspace, owner: Teammate) -> None:
    said = browser(owner).post(f"{PAGE}test/").content.decode()
    assert "Stripe is not connected: give its signing secret first." in said
    connect(workspace)
    said = browser(owner).post(f"{PAGE}test/").content.decode()
    assert "No event has come yet" in said
    assert "whsec_test" not in said


def test_only_who_handles_keys_sees_it_and_no_other_workspace_is_reached(workspace: Workspace, owner: Teammate) -> None:
    agent, other = make_teammate(workspace, "bob", role="agent"), make_workspace()
    send(other, happened("customer.created", {"id": "cus_2", "object": "customer"}))
    row, customer = StripeEvent.objects.get(), StripeCustomer.objects.get()
    places = [f"{row.public_id}/replay/", f"customers/{customer.public_id}/link/", f"{uuid.uuid4()}/replay/"]
    for place in places:
        assert browser(owner).post(f"{PAGE}{place}", {"account": "x"}).status_code == 404
        assert browser(agent).post(f"{PAGE}{place}").status_code == 403
    for place in ("test/", "fetch/"):
        assert browser(agent).post(f"{PAGE}{place}").status_code == 403
    assert browser(agent).get(PAGE).status_code == 403
    assert "cus_2" not in browser(owner).get(PAGE).content.decode()


def test_a_person_who_is_erased_is_in_no_event_of_stripes_any_more(workspace: Workspace) -> None:
    account = make_account(workspace)
    create_contact(workspace, {"email": "mary@acme.test", "name": "Mary Ångström", "account": "acme"})
    customer = {
        "id": "cus_1",
        "object": "customer",
        "email": "Mary@acme.test",
        "name": "Mary Ångström",
        "phone": "+4912",
    }
    send(workspace, happened("customer.created", customer), happened("customer.subscription.created", subscription()))
    erase(Contact.objects.get(), by=COMMAND_LINE)
    raws = " ".join(StripeEvent.objects.values_list("raw", flat=True))
    assert "mary" not in raws.lower()
    assert "+4912" not in raws
    assert "cus_1" in raws
    account.refresh_from_db()
    assert account.plan == "Pro"


def test_a_link_by_hand_stands_in_the_audit_with_who_made_it(workspace: Workspace, owner: Teammate) -> None:
    make_account(workspace, "")
    send(workspace, happened("customer.subscription.created", subscription()))
    address = f"{PAGE}customers/{StripeCustomer.objects.get().public_id}/link/"
    browser(owner).post(address, {"account": "nobody"})
    assert not AuditFact.objects.filter(kind="stripe.linked").exists()
    browser(owner).post(address, {"account": "acme"})
    fact = AuditFact.objects.get(kind="stripe.linked")
    assert (fact.workspace, fact.subject, fact.data["account"]) == (workspace, "cus_1", "acme")
    assert fact.actor == owner
