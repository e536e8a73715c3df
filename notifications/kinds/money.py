"""Payments and cards."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from notifications.kind import Kind
from notifications.kinds.amounts import Currency, Minor, in_words
from notifications.words import Severity, Topic


class _Payment(Kind):
    """Something about a payment: how much, of which invoice, and where to look."""

    topic: ClassVar[Topic] = Topic.FINANCIALS
    by_api: ClassVar[bool] = True
    makes_contact: ClassVar[bool] = False
    icon: ClassVar[str] = "credit-card"
    verb: ClassVar[str]

    amount_minor: Minor | None = None
    currency: Currency | None = None
    invoice: str | None = None
    charge: str | None = None
    plan: str | None = None
    reason: str | None = None
    link: str | None = None

    def title(self, who: str) -> str:
        """Return who paid, or did not, and how much."""
        amount = "A payment"
        if self.amount_minor is not None and self.currency is not None:
            amount = in_words(self.amount_minor, self.currency)
        return f"{amount} {self.verb}" + (f": {who}" if who else "")

    def body(self) -> str:
        """Return why, if that is known."""
        return self.reason or ""

    def url(self) -> str:
        """Return the page of the payment."""
        return self.link or ""

    def subject(self) -> str:
        """Return the invoice: a later payment of it settles a failed one."""
        return f"invoice:{self.invoice}" if self.invoice else ""

    def fingerprint(self) -> str:
        """Each invoice, or charge, is a matter of its own."""
        return self.invoice or self.charge or ""


class PaymentSucceeded(_Payment):
    """A payment came in."""

    kind = "payment.succeeded"
    verb = "paid"
    settles = ("payment.failed",)


class PaymentFailed(_Payment):
    """A payment was refused. `attempt` counts the tries, `next_attempt_on` says when the next one is."""

    kind = "payment.failed"
    verb = "could not be collected"
    severity = Severity.ERROR
    attempt: int | None = None
    next_attempt_on: date | None = None

    def body(self) -> str:
        """Return why, and when it is tried again."""
        again = f"Tried again on {self.next_attempt_on:%-d %B}." if self.next_attempt_on else ""
        return " ".join(part for part in (self.reason, again) if part)


class PaymentRefunded(_Payment):
    """A payment was given back, or a part of it."""

    kind = "payment.refunded"
    verb = "refunded"
    severity = Severity.WARNING


class PaymentDisputed(_Payment):
    """A customer disputes a charge at their bank."""

    kind = "payment.disputed"
    verb = "disputed"
    severity = Severity.ERROR


class CardKind(Kind):
    """Something about a card."""

    topic: ClassVar[Topic] = Topic.FINANCIALS
    by_api: ClassVar[bool] = True
    makes_contact: ClassVar[bool] = False
    icon: ClassVar[str] = "credit-card"

    brand: str | None = None
    last4: str | None = None
    expires: str | None = None

    def card(self) -> str:
        """Return the card as people know it."""
        return " ".join(part for part in (self.brand, f"•••• {self.last4}" if self.last4 else "") if part) or "a card"


class CardAdded(CardKind):
    """A customer gave a card."""

    kind = "card.added"

    def title(self, who: str) -> str:
        """Return who gave which card."""
        return f"{who or 'Somebody'} added {self.card()}"


class CardExpiring(CardKind):
    """A card is about to run out."""

    kind = "card.expiring"
    severity = Severity.WARNING

    def title(self, who: str) -> str:
        """Return whose card runs out, and when."""
        when = f" on {self.expires}" if self.expires else " soon"
        return f"{self.card()} of {who or 'somebody'} expires{when}"


KINDS = (PaymentSucceeded, PaymentFailed, PaymentRefunded, PaymentDisputed, CardAdded, CardExpiring)
