"""Stripe's events as tests need them, and the bytes and signatures that Stripe would send."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import time
from typing import Any

from django.test import Client

from inbox.models import Account
from inbox.people.audit import COMMAND_LINE
from inbox.people.models import Workspace
from integrations.connections import set_connection
from integrations.stripe import intake, working
from integrations.stripe.models import StripeEvent
from notifications.models import Event

SECRET = "whsec_test"
START = 1_760_000_000
_ids = itertools.count(1)

Json = dict[str, Any]


def connect(workspace: Workspace, secret: str = SECRET, **more: str) -> None:
    """Connect a workspace to Stripe."""
    set_connection(workspace, "stripe", {"webhook_secret": secret, **more}, by=COMMAND_LINE)


def make_account(workspace: Workspace, customer: str = "cus_1", **fields: Any) -> Account:
    """Return an account that is known by its customer id."""
    named = {"external_id": "acme", "name": "Acme", "stripe_customer_id": customer, **fields}
    return Account.objects.create(workspace=workspace, **named)


def price(name: str, amount: int | None, interval: str = "month", currency: str = "eur", **more: Any) -> Json:
    """Return a price; `amount` in Stripe's smallest units."""
    recurring = {"interval": interval, "interval_count": more.pop("interval_count", 1), "usage_type": "licensed"}
    return {
        "id": f"price_{name}_{interval}", "object": "price", "nickname": name, "unit_amount": amount,
        "currency": currency, "recurring": recurring, **more,
    }  # fmt: skip


BASIC, PRO = price("Basic", 900), price("Pro", 4900)


def items(*priced: Json, quantity: int | None = 1) -> Json:
    """Return a list of a subscription's items, in the shape from basil on."""
    return {
        "object": "list",
        "data": [
            {"id": f"si_{one['id']}", "price": one, "quantity": quantity, "current_period_end": START + 2_592_000}
            for one in priced
        ],
    }


def subscription(*priced: Json, quantity: int | None = 1, **fields: Any) -> Json:
    """Return a subscription to these prices."""
    return {
        "id": "sub_1", "object": "subscription", "customer": "cus_1", "status": "active", "created": START,
        "items": items(*(priced or (PRO,)), quantity=quantity), "cancel_at_period_end": False, "cancel_at": None,
        "trial_end": None, "metadata": {}, **fields,
    }  # fmt: skip


def happened(type_: str, obj: Json, previous: Json | None = None, at: int = 0, **fields: Any) -> Json:
    """Return an event, `at` seconds after the start."""
    data = {"object": obj} | ({"previous_attributes": previous} if previous is not None else {})
    # Ids say nothing of the order, as Stripe's.
    id_ = "evt_" + hashlib.sha256(str(next(_ids)).encode()).hexdigest()[:24]
    return {
        "id": id_, "object": "event", "type": type_, "created": START + at, "data": data,
        "api_version": "2026-10-28.endive", "livemode": True, **fields,
    }  # fmt: skip


def signed(body: bytes, secret: str = SECRET, at: int | None = None) -> str:
    """Return the header that Stripe would send."""
    moment = int(time.time()) if at is None else at
    mac = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={mac}"


def post(workspace: Workspace, body: bytes, header: str | None, **more: Any) -> Any:
    """Post bytes to the door of a workspace."""
    headers = {} if header is None else {"Stripe-Signature": header}
    return Client(raise_request_exception=False).post(
        f"/integrations/stripe/{workspace.slug}/webhook/",
        body,
        content_type="application/json",
        headers=headers,
        **more,
    )


def send(workspace: Workspace, *events: Json) -> None:
    """Store events as if they had come, and work all that is due."""
    for event in events:
        intake.store(workspace, intake.read(json.dumps(event).encode()), json.dumps(event))
    while working.drain():
        pass


def told(workspace: Workspace) -> list[str]:
    """Return the titles of what was told, in order of time, then by name."""
    return list(
        Event.objects.filter(workspace=workspace, topic="financials")
        .order_by("occurred_at", "title")
        .values_list("title", flat=True)
    )


def outcomes(workspace: Workspace) -> list[str]:
    """Return what became of the events, in the order in which they came."""
    return list(StripeEvent.objects.filter(workspace=workspace).order_by("pk").values_list("outcome", flat=True))
