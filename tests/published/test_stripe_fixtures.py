"""What Stripe and its libraries publish is accepted, stored and worked.

The examples lie beside the project and are no part of it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from inbox.models import Account
from inbox.people.models import Workspace
from integrations.stripe import working
from integrations.stripe.models import StripeEvent
from tests.factories import make_workspace
from tests.integrations.stripe.makers import connect, happened, make_account, post, signed

EXAMPLES = Path(__file__).parents[3] / "shared/fixtures/stripe"
# Under which types an object is sent; all that has no line here is sent as updated.
TYPES = {
    "subscription": "customer.subscription.updated", "deleted_customer": "customer.deleted",
    "card": "customer.source.updated", "source": "customer.source.updated", "dispute": "charge.dispute.created",
    "discount": "customer.discount.updated", "invoice": "invoice.paid", "charge": "charge.refunded",
    "checkout.session": "checkout.session.completed",
}  # fmt: skip


def envelopes() -> dict[str, dict[str, Any]]:
    """Return every event, and every event's data and object in an event of its type, by the name of its file."""
    found = {}
    for path in sorted(EXAMPLES.glob("*/**/*.json")):
        said = json.loads(path.read_text())
        name = f"{path.parent.name}/{path.stem}"
        if said.get("object") == "event" and "data" in said:
            found[name] = said
        elif "data" not in said and isinstance(said.get("object"), dict):
            stem = path.stem.replace("subscription.", "customer.subscription.").replace("trial_ended", "updated")
            found[name] = happened(stem, said["object"], said.get("previous_attributes"))
        elif isinstance(said.get("object"), str):
            type_ = TYPES.get(path.stem, f"{path.stem}.updated")
            found[name] = happened(type_, said)
    listed = json.loads((EXAMPLES / "openapi-fixtures3/fixtures3.json").read_text())["resources"]
    for name, obj in listed.items():
        found[f"fixtures3/{name}"] = happened(TYPES.get(name, f"{name}.updated"), obj)
    return found


@pytest.fixture
def workspace(db: None) -> Workspace:
    made = make_workspace()
    connect(made)
    return made


def test_every_published_event_and_object_is_taken_and_worked(workspace: Workspace) -> None:
    found = envelopes()
    assert len(found) > 250
    customers = set()
    for number, (name, event) in enumerate(found.items()):
        # The published ids are blanked, and the same for many.
        body = json.dumps({**event, "id": f"evt_{number}"}).encode()
        answer = post(workspace, body, signed(body))
        assert answer.status_code == 200, (name, answer.content)
    customers |= set(StripeEvent.objects.exclude(customer_id="").values_list("customer_id", flat=True))
    for customer in customers:
        make_account(workspace, customer, external_id=customer)
    while working.drain():
        pass
    failed = [(row.type, row.error) for row in StripeEvent.objects.exclude(error="")]
    assert failed == []
    assert StripeEvent.objects.filter(workspace=workspace, outcome="new").count() == 0
    assert StripeEvent.objects.count() == len(found)


def test_a_published_subscription_of_each_shape_keeps_the_account_true(workspace: Workspace) -> None:
    found = envelopes()
    for name, renews in (
        ("stripe-ruby-mock/customer.subscription.created", "2022-04-26"),
        ("resources/subscription", "2000-12-08"),
    ):
        event = found[name]
        customer = event["data"]["object"]["customer"]
        account = make_account(workspace, customer, external_id=name)
        event["data"]["object"]["status"] = "active"
        body = json.dumps({**event, "id": f"evt_{customer}"}).encode()
        assert post(workspace, body, signed(body)).status_code == 200
        while working.drain():
            pass
        account = Account.objects.get(pk=account.pk)
        assert (account.status, str(account.renews_on), account.currency) == ("active", renews, "USD")
        assert account.mrr_minor in (1500, 2000)
