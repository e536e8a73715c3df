"""The rows of the table in docs/stripe.md: an event, what it is told as, and in which words."""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.integrations.stripe.makers import BASIC, PRO, START, happened, items, price, subscription

Json = dict[str, Any]
DAY = 86_400
YEARLY = price("Pro yearly", 58_800, "year")
CARD: Json = {"id": "pm_1", "object": "payment_method", "type": "card", "customer": "cus_1",
              "card": {"brand": "visa", "last4": "4242", "exp_month": 8, "exp_year": 2027}}  # fmt: skip
INVOICE = {"id": "in_1", "object": "invoice", "customer": "cus_1", "currency": "eur", "amount_due": 4900,
           "amount_paid": 4900, "attempt_count": 2, "next_payment_attempt": START + 3 * DAY,
           "livemode": True}  # fmt: skip
CHARGE = {"id": "ch_1", "object": "charge", "customer": "cus_1", "currency": "eur", "amount": 4900,
          "amount_refunded": 1900, "livemode": True}  # fmt: skip
DISPUTE = {"id": "dp_1", "object": "dispute", "charge": "ch_1", "amount": 4900, "currency": "eur",
           "reason": "fraudulent"}  # fmt: skip
SESSION = {"id": "cs_1", "object": "checkout.session", "customer": "cus_1", "mode": "payment", "currency": "jpy",
           "amount_total": 500, "payment_status": "paid"}  # fmt: skip
CUSTOMER = {"id": "cus_1", "object": "customer", "invoice_settings": {"default_payment_method": "pm_2"}}
SOURCE = {"id": "card_1", "object": "card", "customer": "cus_1", "brand": "Visa", "last4": "4242", "exp_month": 8,
          "exp_year": 2027}  # fmt: skip
TRIAL = {"status": "trialing", "trial_end": START + 14 * DAY}


class Case(NamedTuple):
    """One row: what happened, in a few words; the event; the kind and the title, "" where nothing is told."""

    when: str
    event: Json
    kind: str = ""
    title: str = ""


def _sub(type_: str, previous: Json | None = None, *prices: Json, quantity: int = 1, **fields: Any) -> Json:
    return happened(f"customer.subscription.{type_}", subscription(*prices, quantity=quantity, **fields), previous)


CASES = [
    Case("paid for at once", _sub("created"), "plan.started", "Acme subscribed to Pro, +€49/month"),
    Case("begins with a trial", _sub("created", **TRIAL), "trial.started",
         "Acme began a trial of Pro, until 23 October"),
    Case("first payment still open (`incomplete`)", _sub("created", status="incomplete")),
    Case("first payment came: `incomplete` → `active`", _sub("updated", {"status": "incomplete"}), "plan.started",
         "Acme subscribed to Pro, +€49/month"),
    Case("`incomplete` → `incomplete_expired`", _sub("updated", {"status": "incomplete"}, status="incomplete_expired")),
    Case("`trialing` → `active`", _sub("updated", {"status": "trialing"}), "trial.converted",
         "Acme went from trial to Pro, +€49/month"),
    Case("`trialing` → `past_due`, `unpaid`, `paused` or `canceled`",
         _sub("updated", {"status": "trialing"}, status="paused"), "trial.expired", "The trial of Acme has ended"),
    Case("in three days the trial ends", _sub("trial_will_end", **TRIAL), "trial.ending",
         "The trial of Acme ends on 23 October"),
    Case("other prices, worth more a month", _sub("updated", {"items": items(BASIC)}), "plan.upgraded",
         "Acme upgraded Basic → Pro, +€40/month"),
    Case("other prices, worth less a month", _sub("updated", {"items": items(PRO)}, BASIC), "plan.downgraded",
         "Acme downgraded Pro → Basic, −€40/month"),
    Case("the same before basil: `previous_attributes.plan`", _sub("updated", {"plan": BASIC}), "plan.upgraded",
         "Acme upgraded Basic → Pro, +€40/month"),
    Case("other prices, worth the same, or nobody can say", _sub("updated", {"items": items(PRO)}, YEARLY),
         "plan.changed", "Acme changed Pro → Pro yearly"),
    Case("the same prices, another quantity", _sub("updated", {"items": items(PRO, quantity=5)}, quantity=8),
         "plan.quantity_changed", "Acme went from 5 to 8 seats of Pro, +€147/month"),
    Case("the same prices and quantities: a renewal", _sub("updated", {"items": items(PRO), "latest_invoice": "in_1"})),
    Case("`cancel_at_period_end` or `cancel_at` is set", _sub("updated", {"cancel_at_period_end": False},
         cancel_at_period_end=True, cancellation_details={"feedback": "too_expensive"}), "plan.cancellation_scheduled",
         "Acme will leave Pro on 8 November 2025, −€49/month"),
    Case("that is taken back", _sub("updated", {"cancel_at": START}), "plan.resumed", "Acme stays with Pro"),
    Case("`paused` → `active`", _sub("updated", {"status": "paused"}), "plan.resumed", "Acme stays with Pro"),
    Case("`active` → `past_due`, and back: the invoices tell it",
         _sub("updated", {"status": "active"}, status="past_due")),
    Case("it has ended", _sub("deleted", status="canceled", ended_at=START), "plan.cancelled",
         "Acme cancelled Pro, −€49/month"),
    Case("it has ended within the trial", _sub("deleted", status="canceled", ended_at=START, trial_end=START + DAY),
         "trial.expired", "The trial of Acme has ended"),
    Case("`paused` and `resumed`: `updated` comes beside them", _sub("paused", status="paused")),
    Case("money came", happened("invoice.paid", INVOICE), "payment.succeeded", "€49.00 paid: Acme"),
    Case("the same; whichever of both comes is told once", happened("invoice.payment_succeeded", INVOICE),
         "payment.succeeded", "€49.00 paid: Acme"),
    Case("nothing was to be paid", happened("invoice.paid", {**INVOICE, "amount_paid": 0})),
    Case("a try failed", happened("invoice.payment_failed", INVOICE), "payment.failed",
         "€49.00 could not be collected: Acme"),
    Case("given back, or a part: what is new of `amount_refunded`",
         happened("charge.refunded", CHARGE, {"amount_refunded": 900}), "payment.refunded", "€10.00 refunded: Acme"),
    Case("the customer's bank disputes it", happened("charge.dispute.created", DISPUTE), "payment.disputed",
         "€49.00 disputed: Acme"),
    Case("a single payment (`mode` payment), paid", happened("checkout.session.completed", SESSION),
         "payment.succeeded", "¥500 paid: Acme"),
    Case("a checkout for a subscription: links, and tells nothing",
         happened("checkout.session.completed", {**SESSION, "mode": "subscription"})),
    Case("a single payment, paid later", happened("checkout.session.async_payment_succeeded", SESSION),
         "payment.succeeded", "¥500 paid: Acme"),
    Case("a single payment that failed later", happened("checkout.session.async_payment_failed", SESSION),
         "payment.failed", "¥500 could not be collected: Acme"),
    Case("a card", happened("payment_method.attached", CARD), "card.added", "Acme added Visa •••• 4242"),
    Case("a card, the old way", happened("customer.source.created", SOURCE), "card.added", "Acme added Visa •••• 4242"),
    Case("another number or end", happened("payment_method.updated", CARD, {"card": {"exp_year": 2026}}),
         "card.changed", "Acme pays by Visa •••• 4242, which ends 2027-08 now"),
    Case("the bank sent another card", happened("payment_method.automatically_updated", CARD, {"card": {"last4": "1"}}),
         "card.changed", "Acme pays by Visa •••• 4242, which ends 2027-08 now"),
    Case("the same, the old way", happened("customer.source.updated", SOURCE, {"exp_year": 2026}), "card.changed",
         "Acme pays by Visa •••• 4242, which ends 2027-08 now"),
    Case("another card is the default one",
         happened("customer.updated", CUSTOMER, {"invoice_settings": {"default_payment_method": "pm_1"}}),
         "card.changed", "Acme pays by another card now"),
    Case("a card ends this month", happened("customer.source.expiring", SOURCE), "card.expiring",
         "Visa •••• 4242 of Acme expires on 2027-08"),
    Case("any other type", happened("price.created", PRO)),
]  # fmt: skip


def row(case: Case) -> str:
    """Return a case as its row of the table."""
    told = f"`{case.kind}` | {case.title}" if case.kind else "— | "
    return f"| `{'*' if case.when == 'any other type' else case.event['type']}` | {case.when} | {told} |".replace(
        "  |", " |"
    )
