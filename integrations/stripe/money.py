"""Amounts: Stripe's smallest units turned into ours, and what a subscription is worth a month."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import get_currency_precision, is_currency

from integrations.stripe.shapes import LARGEST, Json, at, decimal, items_of, price_of, rows, text, whole

# docs.stripe.com/currencies: those that Stripe counts without decimals, and with three. Every other has two there,
# whatever the standard says (an Icelandic króna and a Ugandan shilling are sent times a hundred).
ZERO = frozenset("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split())
THREE = frozenset("BHD JOD KWD OMR TND".split())
# How many of an interval make a month.
A_MONTH = {"day": Decimal(365) / 12, "week": Decimal(365) / 84, "month": Decimal(1), "year": Decimal(1) / 12}


def currency_of(obj: Json) -> str:
    """Return an object's currency as "EUR"; "" where there is none, or an unknown one."""
    code = text(obj.get("currency"), 20).upper()
    return code if len(code) == 3 and is_currency(code) else ""


def ours(amount: Decimal | int | None, currency: str) -> int | None:
    """Return an amount in the units that we count a currency in; None without an amount or a currency, or beyond what
    amounts may be."""
    if amount is None or not currency:
        return None
    theirs = 0 if currency in ZERO else 3 if currency in THREE else 2
    value = Decimal(amount).scaleb(get_currency_precision(currency) - theirs)
    return int(value.quantize(Decimal(1), ROUND_HALF_UP)) if abs(value) <= LARGEST else None


def amount_in(obj: Json, key: str) -> int | None:
    """Return an object's amount in our units."""
    return ours(whole(obj.get(key)), currency_of(obj))


def subscription_currency(subscription: Json) -> str:
    """Return the currency of a subscription: its own, or that of its first price that has one."""
    codes = [currency_of(subscription), *(currency_of(price_of(item)) for item in items_of(subscription))]
    return next((code for code in codes if code), "")


def monthly(subscription: Json, items: list[Json] | None = None, customer: Json | None = None) -> int | None:
    """Return what a subscription brings in a month, in our units: every item by its quantity and interval, less what is
    taken off for good or for some months. None where a price says no amount (tiers, use) or has another currency.

    `items` stand in for the subscription's own. A customer's discount counts where the subscription has none.
    """
    currency, total = subscription_currency(subscription), Decimal(0)
    found = items_of(subscription) if items is None else items
    for item in found:
        worth = _monthly_of(item, currency)
        if worth is None:
            return None
        total += worth
    discounts = _discounts(subscription) or _discounts(customer or {})
    for coupon in discounts:
        total = _less(total, coupon, currency, found)
    return ours(max(total, Decimal(0)), currency)


def _monthly_of(item: Json, currency: str) -> Decimal | None:
    price = price_of(item)
    recurring = at(price, "recurring") or price
    if recurring.get("usage_type") == "metered" or price.get("billing_scheme") == "tiered":
        return None
    if (currency_of(price) or currency) != currency:
        return None
    amount = next(
        (
            found
            for key in ("unit_amount_decimal", "unit_amount", "amount_decimal", "amount")
            if (found := decimal(price.get(key))) is not None
        ),
        None,
    )
    times = _times_a_month(recurring)
    if amount is None or times is None:
        return None
    quantity = whole(item.get("quantity"))
    worth = amount * (1 if quantity is None else quantity) * times
    off = Decimal(1)
    for coupon in _discounts(item):
        off *= 1 - (decimal(coupon.get("percent_off")) or Decimal(0)) / 100
    return worth * off


def _times_a_month(recurring: Json) -> Decimal | None:
    interval, count = text(recurring.get("interval")), whole(recurring.get("interval_count")) or 1
    return A_MONTH[interval] / count if interval in A_MONTH and count > 0 else None


def _discounts(obj: Json) -> list[Json]:
    """Return the coupons that count: all but those that are taken off once. One that is only named says nothing."""
    discounts = [*rows(obj.get("discounts")), at(obj, "discount")]
    coupons = [at(discount, "coupon") or at(discount, "source", "coupon") for discount in discounts]
    return [coupon for coupon in coupons if coupon and coupon.get("duration") != "once"]


def _less(total: Decimal, coupon: Json, currency: str, items: list[Json]) -> Decimal:
    percent = decimal(coupon.get("percent_off"))
    if percent is not None:
        return total * (1 - min(max(percent, Decimal(0)), Decimal(100)) / 100)
    off = decimal(coupon.get("amount_off"))
    if off is None or currency_of(coupon) != currency or not items:
        return total
    # An amount is taken off each invoice: as often as is paid.
    price = price_of(items[0])
    return total - off * (_times_a_month(at(price, "recurring") or price) or Decimal(1))
