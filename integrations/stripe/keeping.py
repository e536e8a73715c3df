"""Keeping an account true: what it is follows from all stored events of its customers, and from nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import F, QuerySet, Window
from django.db.models.functions import DenseRank

from inbox.contacts.accounts import change_account
from inbox.contacts.errors import AttributeRefused, AttributesTooLarge
from inbox.models import Account
from inbox.models.accounts import AccountStatus
from inbox.people.models import Workspace
from integrations.stripe.models import StripeCustomer, StripeEvent
from integrations.stripe.money import monthly, subscription_currency
from integrations.stripe.ordering import newest, rank
from integrations.stripe.plans import Names, plan_of, seats_of
from integrations.stripe.shapes import (
    Happening,
    Json,
    at,
    card_expires,
    card_of,
    customer_of,
    day,
    id_of,
    items_of,
    period_end,
    text,
    whole,
)

STATES = ("customer", "subscription", "payment_method", "card", "source")
# Of each object the events of so many seconds are read, the last ones: forgetting.py leaves them.
SECONDS_READ = 3
CUSTOMERS = frozenset({"customer.created", "customer.updated", "customer.deleted", "customer.fetched"})
STATUSES = {
    "trialing": AccountStatus.TRIALING,
    "active": AccountStatus.ACTIVE,
    "past_due": AccountStatus.PAST_DUE,
    "unpaid": AccountStatus.PAST_DUE,
    "canceled": AccountStatus.CANCELLED,
    "paused": AccountStatus.EXPIRED,
    "incomplete_expired": AccountStatus.EXPIRED,
}
# Of several subscriptions the one that says most about the customer stands for the account.
_STANDING = ("incomplete_expired", "canceled", "paused", "unpaid", "past_due", "trialing", "active")
_BRINGS_MONEY = frozenset({"active", "past_due", "unpaid"})
_MOST_SEATS = 2**31 - 1


def keep(account: Account) -> None:
    """Set what Stripe knows of an account, in the caller's transaction."""
    # Held first: who waits for it reads what the other one stored.
    held = Account.objects.select_for_update(no_key=True, of=("self",)).select_related("workspace")
    account = held.get(pk=account.pk)
    customers = list(StripeCustomer.objects.filter(account=account).values_list("customer_id", flat=True))
    last = _of(account.workspace, customers)
    subscriptions = [event.object for event in last if event.type.startswith("customer.subscription.")]
    names = product_names(account.workspace, subscriptions)
    changes = state_of(last, names)
    if not changes.get("stripe_customer_id"):
        known = sorted(one for one in customers if one.startswith("cus_"))
        changes["stripe_customer_id"] = account.stripe_customer_id or (known[0] if known else "")
    try:
        change_account(account, changes)
    except (AttributeRefused, AttributesTooLarge):  # the workspace has fields of the same name for something else
        change_account(account, {name: value for name, value in changes.items() if name != "attributes"})


def state_of(last: Iterable[Happening], names: Names) -> dict[str, Any]:
    """Return an account's fields, from the last event of each object. Asks no database."""
    events = list(last)
    customers = {id_of(event.object): event for event in events if event.type in CUSTOMERS}
    found = [
        event
        for event in events
        if event.type.startswith("customer.subscription.") and text(event.object.get("status")) in STATUSES
    ]
    changes: dict[str, Any] = {"attributes": _card(events, customers)}
    if not found:
        return changes
    primary = max(found, key=_standing)
    sub, currency = primary.object, subscription_currency(primary.object)
    worths = [
        monthly(event.object, customer=customers[owner].object if owner in customers else None)
        for event in found
        if text(event.object.get("status")) in _BRINGS_MONEY and subscription_currency(event.object) == currency
        and not _is_gone(customers.get(owner := customer_of(event.object)))
    ]  # fmt: skip
    gone = _is_gone(customers.get(customer_of(sub)))
    seats = seats_of(items_of(sub))
    return changes | {
        "stripe_customer_id": customer_of(sub),
        "stripe_subscription_id": id_of(sub),
        "plan": plan_of(items_of(sub), names),
        "status": AccountStatus.CANCELLED if gone else STATUSES[sub["status"]],
        "seats": min(max(seats, 0), _MOST_SEATS) if seats is not None else None,
        "renews_on": _renews_on(sub),
        "trial_ends_on": day(sub.get("trial_end")),
        "currency": currency,
        "mrr_minor": None if None in worths else sum(worth for worth in worths if worth is not None),
    }


def product_names(workspace: Workspace, subscriptions: Iterable[Json]) -> dict[str, str]:
    """Return what products are called, of which these subscriptions give the id alone, as far as it was told."""
    ids = {
        id_of(price.get("product"))
        for sub in subscriptions
        for item in items_of(sub)
        for price in (at(item, "price"), at(item, "plan"))
        if isinstance(price.get("product"), str)
    }
    last = _last(StripeEvent.objects.filter(workspace=workspace, object_id__in=ids - {""}, object_type="product"))
    return {id_of(event.object): text(event.object.get("name")) for event in last}


def card_paid_by(account: Account) -> Json:
    """Return what holds the card that an account pays by, as Stripe told of it last; an empty one where there is
    none."""
    customers = list(StripeCustomer.objects.filter(account=account).values_list("customer_id", flat=True))
    events = _of(account.workspace, customers)
    chosen = _chosen(events, {id_of(event.object): event for event in events if event.type in CUSTOMERS})
    return chosen.object if chosen else {}


def _of(workspace: Workspace, customers: list[str]) -> list[Happening]:
    """Return the last event of each object of these customers."""
    return _last(StripeEvent.objects.filter(workspace=workspace, customer_id__in=customers, object_type__in=STATES))


def _last(rows: QuerySet[StripeEvent]) -> list[Happening]:
    """Return the last event of each object, read from those of its last seconds."""
    by_time = Window(DenseRank(), partition_by=[F("object_type"), F("object_id")], order_by=F("created").desc())
    found = defaultdict(list)
    for row in rows.annotate(back=by_time).filter(back__lte=SECONDS_READ):
        found[row.object_type, row.object_id].append(Happening.read(row.raw))
    last = [newest(events) for _, events in sorted(found.items())]
    return [event for event in last if event is not None]


def _standing(event: Happening) -> tuple[int, int, str]:
    sub = event.object
    return _STANDING.index(sub["status"]), whole(sub.get("created")) or 0, id_of(sub)


def _renews_on(subscription: Json) -> date | None:
    ended = text(subscription.get("status")) in ("canceled", "incomplete_expired")
    return day(subscription.get("ended_at")) if ended else period_end(subscription)


def _is_gone(customer: Happening | None) -> bool:
    return customer is not None and rank(customer.type) == 3


def _card(events: Iterable[Happening], customers: dict[str, Happening]) -> dict[str, str | None]:
    """Return the card that is paid by, in words, and the month in which it ends."""
    chosen = _chosen(events, customers)
    card = card_of(chosen.object) if chosen else {}
    named = f"{text(card.get('brand'), 40)} •••• {text(card.get('last4'), 8)}" if card.get("last4") else None
    return {"card": named, "card_expires": card_expires(card) or None}


def _chosen(events: Iterable[Happening], customers: dict[str, Happening]) -> Happening | None:
    """Return what told of the card that is paid by: the default one, or the one that was given last."""
    cards = {
        id_of(event.object): event for event in events
        if rank(event.type) != 3 and card_of(event.object)
        and event.object.get("object") != "customer" and not _is_gone(customers.get(customer_of(event.object)))
    }  # fmt: skip
    for one in customers.values():  # fetched ones hold their card
        held = at(one.object, "invoice_settings", "default_payment_method")
        if card_of(held) and not _is_gone(one):
            cards.setdefault(id_of(held), Happening(one.id, one.type, one.created, held, {}))
    defaults = [
        id_of(at(one.object, "invoice_settings").get("default_payment_method"))
        or id_of(one.object.get("default_source"))
        for _, one in sorted(customers.items())
    ]
    chosen = next((cards[id_] for id_ in defaults if id_ in cards), None)
    return chosen or max(
        cards.values(), key=lambda one: (whole(one.object.get("created")) or 0, id_of(one.object)), default=None
    )
