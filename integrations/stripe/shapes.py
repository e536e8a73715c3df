"""Reading Stripe's objects, of any API version: plain dicts of which nothing is taken for granted.

Whatever is not there, or is not of the type that it should be, reads as nothing. The billing period lies on the
subscription before version 2025-03-31.basil and on its items from then on; an invoice's subscription, a discount's
coupon and a price's amount have moved likewise.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

Json = Mapping[str, Any]
# The last moment that is taken for one: the end of 9998, so that no time zone reaches past Python's years.
LAST_MOMENT = 253_370_764_800
LARGEST = 10**15


@dataclass(frozen=True)
class Happening:
    """One event of Stripe's: `id`, `type`, `created` (unix seconds), the object, and what its fields were before."""

    id: str
    type: str
    created: int
    object: Json
    previous: Json
    api_version: str = ""

    @classmethod
    def of(cls, envelope: Json) -> Happening:
        """Return an event as it was sent."""
        created = whole(envelope.get("created")) or 0
        return cls(
            text(envelope.get("id")), text(envelope.get("type")), created if moment(created) else 0,
            at(envelope, "data", "object"), at(envelope, "data", "previous_attributes"),
            text(envelope.get("api_version")),
        )  # fmt: skip

    @classmethod
    def read(cls, raw: str) -> Happening:
        """Return an event from its body."""
        return cls.of(json.loads(raw))

    @property
    def at(self) -> datetime:
        """When it happened."""
        return datetime.fromtimestamp(self.created, UTC)


def text(value: Any, longest: int = 255) -> str:
    """Return a text that the database can hold; "" for anything else."""
    if not isinstance(value, str):
        return ""
    return value.replace("\0", "").encode("utf-8", "ignore").decode()[:longest]


def whole(value: Any) -> int | None:
    """Return a whole number within what amounts may be; None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST else None


def at(value: Any, *keys: str) -> Json:
    """Return the object that lies below these keys; an empty one where there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def rows(value: Any) -> list[Json]:
    """Return the objects of a list, be it one of Stripe's ({"data": […]}) or a plain one."""
    found = value.get("data") if isinstance(value, Mapping) else value
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def id_of(value: Any) -> str:
    """Return an object's id, whether the object is there or its id alone."""
    return text(value.get("id")) if isinstance(value, Mapping) else text(value)


def moment(value: Any) -> datetime | None:
    """Return a moment from unix seconds."""
    seconds = whole(value)
    return datetime.fromtimestamp(seconds, UTC) if seconds is not None and 0 < seconds < LAST_MOMENT else None


def day(value: Any) -> date | None:
    """Return the day (UTC) of a moment in unix seconds."""
    found = moment(value)
    return found.date() if found else None


def decimal(value: Any) -> Decimal | None:
    """Return a number, or a text that is one, of sensible size."""
    if isinstance(value, bool) or not isinstance(value, int | float | str) or len(str(value)) > 40:
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) <= LARGEST else None


def items_of(subscription: Json) -> list[Json]:
    """Return what is subscribed to. Old versions have one plan and a quantity on the subscription itself."""
    found = rows(subscription.get("items"))
    if not found and at(subscription, "plan"):
        found = [{"plan": subscription["plan"], "quantity": subscription.get("quantity")}]
    return found


def price_of(item: Json) -> Json:
    """Return the price of an item; old versions call it its plan. Fixtures and proxies fill in either."""
    return at(item, "price") or at(item, "plan")


def period_end(subscription: Json) -> date | None:
    """Return the day to which is paid: on the subscription, or (from basil) the last of its items."""
    ends = [day(item.get("current_period_end")) for item in rows(subscription.get("items"))]
    return day(subscription.get("current_period_end")) or max((end for end in ends if end), default=None)


def subscription_of(invoice: Json) -> str:
    """Return the id of an invoice's subscription."""
    return id_of(invoice.get("subscription")) or id_of(
        at(invoice, "parent", "subscription_details").get("subscription")
    )


def card_of(obj: Json) -> Json:
    """Return the card that an object is (a card, a source) or holds (a payment method)."""
    return obj if obj.get("object") == "card" else at(obj, "card")


def card_expires(card: Json) -> str:
    """Return the month in which a card ends: "2027-08"; "" where that is not said."""
    month, year = whole(card.get("exp_month")), whole(card.get("exp_year"))
    return f"{year:04}-{month:02}" if month and year and 1 <= month <= 12 and 2000 <= year <= 9999 else ""


def customer_of(obj: Json) -> str:
    """Return the id of the customer that an object is, or belongs to."""
    return id_of(obj) if obj.get("object") == "customer" else id_of(obj.get("customer"))
