"""What an event of Stripe's means: what is told of it, in our own kinds. docs/stripe.md has the table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from integrations.stripe import subscriptions
from integrations.stripe.events import CardChanged
from integrations.stripe.money import amount_in, currency_of, ours
from integrations.stripe.plans import Names
from integrations.stripe.shapes import (
    Happening,
    Json,
    at,
    card_expires,
    card_of,
    day,
    id_of,
    rows,
    text,
    whole,
)
from integrations.stripe.subscriptions import Fact, change_of
from notifications.kinds.money import (
    CardAdded,
    CardExpiring,
    PaymentDisputed,
    PaymentFailed,
    PaymentRefunded,
    PaymentSucceeded,
)

Reader = Callable[[Happening, Names], Iterable[Fact]]
_CARD_FIELDS = frozenset({"exp_month", "exp_year", "last4", "brand", "fingerprint"})


def classify(event: Happening, names: Names | None = None) -> list[Fact]:
    """Return what an event tells; [] for what is kept and not told. `names` are the names of products by id."""
    reader = READERS.get(event.type)
    return list(reader(event, names or {})) if reader is not None else []


def _invoice_paid(event: Happening, _: Names) -> Iterator[Fact]:
    # A trial's first invoice, and one that a coupon pays whole, are paid too, without any money.
    if (whole(event.object.get("amount_paid")) or 0) > 0:
        said = _invoice(event.object, "amount_paid")
        yield Fact(PaymentSucceeded(**said), id_of(event.object) or event.id)  # type: ignore[arg-type]


def _invoice_failed(event: Happening, _: Names) -> Iterator[Fact]:
    invoice, attempt = event.object, whole(event.object.get("attempt_count"))
    failure = at(invoice, "payment_intent", "last_payment_error") or at(invoice, "last_finalization_error")
    yield Fact(
        PaymentFailed(
            **_invoice(invoice, "amount_due"),  # type: ignore[arg-type]
            attempt=attempt,
            next_attempt_on=day(invoice.get("next_payment_attempt")),
            reason=text(failure.get("message"), 300) or None,
        ),
        f"{id_of(invoice) or event.id} {attempt}",
    )


def _refunded(event: Happening, _: Names) -> Iterator[Fact]:
    charge = event.object
    total, before = whole(charge.get("amount_refunded")) or 0, whole(event.previous.get("amount_refunded")) or 0
    refund = next(iter(rows(charge.get("refunds"))), {})
    yield Fact(
        PaymentRefunded(
            amount_minor=ours(total - before, currency_of(charge)),
            currency=currency_of(charge) or None,
            invoice=id_of(charge.get("invoice")) or None,
            charge=id_of(charge) or None,
            reason=_words(refund.get("reason")),
            link=_dashboard(charge, "payments", id_of(charge.get("payment_intent")) or id_of(charge)),
        ),
        f"{id_of(charge) or event.id} {total}",
    )


def _disputed(event: Happening, _: Names) -> Iterator[Fact]:
    dispute = event.object
    yield Fact(
        PaymentDisputed(
            amount_minor=amount_in(dispute, "amount"),
            currency=currency_of(dispute) or None,
            charge=id_of(dispute.get("charge")) or None,
            reason=_words(dispute.get("reason")),
            link=_dashboard(dispute, "disputes", id_of(dispute)),
        ),
        id_of(dispute) or event.id,
    )


def _checkout_paid(event: Happening, _: Names) -> Iterator[Fact]:
    session = event.object
    if session.get("payment_status") == "paid" and _is_one_off(session):
        yield Fact(PaymentSucceeded(**_checkout(session)), id_of(session) or event.id)  # type: ignore[arg-type]


def _checkout_failed(event: Happening, _: Names) -> Iterator[Fact]:
    if _is_one_off(event.object):
        yield Fact(PaymentFailed(**_checkout(event.object)), id_of(event.object) or event.id)  # type: ignore[arg-type]


def _card_added(event: Happening, _: Names) -> Iterator[Fact]:
    if card_of(event.object):
        yield Fact(CardAdded(**_card(event.object)), id_of(event.object) or event.id)


def _card_changed(event: Happening, _: Names) -> Iterator[Fact]:
    previous = event.previous if event.object.get("object") == "card" else at(event.previous, "card")
    if card_of(event.object) and previous.keys() & _CARD_FIELDS:
        yield Fact(CardChanged(**_card(event.object)), change_of(event))


def _pays_by_another(event: Happening, _: Names) -> Iterator[Fact]:
    before = at(event.previous, "invoice_settings").get("default_payment_method") or event.previous.get(
        "default_source"
    )
    now = at(event.object, "invoice_settings").get("default_payment_method") or event.object.get("default_source")
    if id_of(before) and id_of(now) and id_of(before) != id_of(now):
        yield Fact(CardChanged(), change_of(event))


def expiring(obj: Json) -> Fact | None:
    """Return that a card, or what holds one, ends: once for each card and month. None for what is no card."""
    card = _card(obj)
    return Fact(CardExpiring(**card), f"{id_of(obj)} {card['expires']}") if card_of(obj) else None


def _card_expiring(event: Happening, _: Names) -> Iterator[Fact]:
    fact = expiring({"id": event.id, **event.object})
    if fact is not None:
        yield fact


def _invoice(invoice: Json, amount: str) -> dict[str, object]:
    return {
        "amount_minor": amount_in(invoice, amount),
        "currency": currency_of(invoice) or None,
        "invoice": id_of(invoice) or None,
        "charge": id_of(invoice.get("charge")) or None,
        "link": _dashboard(invoice, "invoices", id_of(invoice)),
    }


def _is_one_off(session: Json) -> bool:
    # What a subscription or an invoice is paid by, their own events tell.
    return session.get("mode") == "payment" and not id_of(session.get("invoice"))


def _checkout(session: Json) -> dict[str, object]:
    paid_by = id_of(session.get("payment_intent"))
    return {
        "amount_minor": amount_in(session, "amount_total"),
        "currency": currency_of(session) or None,
        "link": _dashboard(session, "payments", paid_by),
    }


def _card(obj: Json) -> dict[str, str | None]:
    card = card_of(obj)
    return {
        "brand": text(card.get("brand"), 40).capitalize() or None,
        "last4": text(card.get("last4"), 8) or None,
        "expires": card_expires(card) or None,
    }


def _dashboard(obj: Json, page: str, id_: str) -> str | None:
    mode = "" if obj.get("livemode") else "test/"
    return f"https://dashboard.stripe.com/{mode}{page}/{id_}" if id_.replace("_", "").isalnum() else None


def _words(value: object) -> str | None:
    return text(value).replace("_", " ").capitalize() or None


READERS: dict[str, Reader] = {
    "customer.subscription.created": subscriptions.created,
    "customer.subscription.updated": subscriptions.updated,
    "customer.subscription.deleted": subscriptions.deleted,
    "customer.subscription.trial_will_end": subscriptions.trial_will_end,
    "invoice.paid": _invoice_paid,
    "invoice.payment_succeeded": _invoice_paid,
    "invoice.payment_failed": _invoice_failed,
    "charge.refunded": _refunded,
    "charge.dispute.created": _disputed,
    "checkout.session.completed": _checkout_paid,
    "checkout.session.async_payment_succeeded": _checkout_paid,
    "checkout.session.async_payment_failed": _checkout_failed,
    "payment_method.attached": _card_added,
    "customer.source.created": _card_added,
    "payment_method.updated": _card_changed,
    "payment_method.automatically_updated": _card_changed,
    "customer.source.updated": _card_changed,
    "customer.updated": _pays_by_another,
    "customer.source.expiring": _card_expiring,
}
