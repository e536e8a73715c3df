"""An invented customer, by which the settings page shows what a sidebar looks like. Nothing of it is stored."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from inbox.models import Account, AttributeDefinition, Contact, Conversation
from inbox.people.models import Workspace
from integrations.helpscout.facts import Facts
from integrations.helpscout.finding import Match
from notifications.models import Event

_VALUES = {"text": "For example", "number": 12, "boolean": True, "url": "https://example.com", "list": ["One", "Two"]}


def example(workspace: Workspace, definitions: dict[str, AttributeDefinition]) -> Facts:
    """Return what would be read of the example in a workspace. No query."""
    now = timezone.now()
    today = now.date()
    held = {name: _VALUES.get(one.type, today.isoformat()) for name, one in definitions.items()}
    contact = Contact(
        pk=1, workspace=workspace, name="Nadia Okafor", email="nadia@northwind.example", timezone="Europe/Lisbon",
        attributes=_of("contact:", held), signed_up_at=now - timedelta(days=412), created_at=now,
    )  # fmt: skip
    contact.account = Account(
        pk=1, workspace=workspace, external_id="northwind", name="Northwind Traders", owner=contact, plan="Pro",
        status="active", seats=19, seat_limit=20, renews_on=today + timedelta(days=24), timezone="America/New_York",
        modules=["Invoices", "Stock"], mrr_minor=9900, currency="EUR", stripe_customer_id="cus_Example",
        stripe_subscription_id="sub_Example", attributes=_of("account:", held), created_at=now,
    )  # fmt: skip
    talked = Conversation(
        workspace=workspace, contact=contact, number=418, status="open", last_kind="reply",
        last_text="Can we have the invoice in another currency?", last_message_at=now - timedelta(days=1),
    )  # fmt: skip
    events = [
        Event(title="Payment of 99.00 EUR succeeded", url="", occurred_at=now - timedelta(days=7)),
        Event(title="Nadia Okafor added 12 products", url="", occurred_at=now - timedelta(days=9)),
    ]
    score = Event(
        data={"score": 5, "out_of": 5, "comment": "Quick and kind."}, occurred_at=now - timedelta(days=3), title=""
    )
    return Facts(
        Match(contact, contact.email, is_proved=True), now, [1], contact.signed_up_at, contact.timezone, [talked],
        events, score, definitions,
    )  # fmt: skip


def _of(prefix: str, held: dict[str, object]) -> dict[str, object]:
    return {name.removeprefix(prefix): value for name, value in held.items() if name.startswith(prefix)}
