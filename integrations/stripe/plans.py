"""What a subscription is and was, in words and numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from integrations.stripe.money import monthly, subscription_currency
from integrations.stripe.shapes import Json, at, id_of, items_of, price_of, rows, text, whole

Names = Mapping[str, str]
LONGEST_PLAN = 120


def plan_of(items: list[Json], names: Names) -> str:
    """Return what is subscribed to, in words: "Pro + Support". `names` are those of products, by id."""
    found = dict.fromkeys(_name(item, names) for item in items)
    return " + ".join(name for name in found if name)[:LONGEST_PLAN]


def _name(item: Json, names: Names) -> str:
    price, plan = at(item, "price"), at(item, "plan")
    product = price.get("product") or plan.get("product")
    ways = (
        price.get("nickname"), plan.get("nickname"), at(product).get("name"), names.get(id_of(product)),
        plan.get("name"), price.get("lookup_key"), id_of(product), price.get("id"), plan.get("id"),
    )  # fmt: skip
    return next((found for way in ways if (found := " ".join(text(way).split()))), "")


def seats_of(items: list[Json]) -> int | None:
    """Return for how many seats is paid: the quantities together, None where nothing says one."""
    counts = [count for item in items if (count := whole(item.get("quantity"))) is not None]
    return sum(counts) if counts else None


def items_before(subscription: Json, previous: Json) -> list[Json] | None:
    """Return what was subscribed to before an update; None where the update does not touch it."""
    if "items" in previous:
        return rows(previous["items"])
    if not previous.keys() & {"plan", "quantity"}:
        return None
    now = items_of(subscription)
    plan = at(previous, "plan") or (price_of(now[0]) if now else {})
    quantity = previous.get("quantity", now[0].get("quantity") if now else None)
    return [{"plan": plan, "quantity": quantity}]


def signature(items: list[Json]) -> list[tuple[str, int]]:
    """Return by what two sets of items are the same: prices and quantities."""
    return sorted((id_of(price_of(item)), _count(item)) for item in items)


def prices(items: list[Json]) -> list[str]:
    """Return the prices alone."""
    return sorted(id_of(price_of(item)) for item in items)


def worth(subscription: Json, names: Names) -> dict[str, Any]:
    """Return what every kind of event about a plan says of it: name, worth a month, currency, which subscription."""
    currency = subscription_currency(subscription)
    return {
        "plan": plan_of(items_of(subscription), names) or None,
        "mrr_minor": monthly(subscription),
        "currency": currency or None,
        "subscription": text(subscription.get("id")) or None,
    }


def _count(item: Json) -> int:
    found = whole(item.get("quantity"))
    return 1 if found is None else found
