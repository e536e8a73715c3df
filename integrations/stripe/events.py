"""The kinds of event that Stripe adds to those of plans, payments and cards."""

from __future__ import annotations

from datetime import date

from notifications.kind import Kind
from notifications.kinds.money import CardKind
from notifications.kinds.plans import PlanKind, TrialKind
from notifications.words import Severity


class PlanStarted(PlanKind):
    """Somebody became a customer."""

    kind = "plan.started"
    verb = "subscribed"
    icon = "circle-check"


class PlanChanged(PlanKind):
    """A customer has another plan for the same money, or for what is not known."""

    kind = "plan.changed"
    verb = "changed"


class PlanQuantityChanged(PlanKind):
    """A customer pays for more seats of the same plan, or for fewer."""

    kind = "plan.quantity_changed"
    verb = "changed"
    quantity: int | None = None
    previous_quantity: int | None = None

    def title(self, who: str) -> str:
        """Return from how many to how many."""
        counts = f" from {self.previous_quantity} to {self.quantity} seats" if self.quantity is not None else ""
        return f"{who or 'A customer'} went{counts}{f' of {self.plan}' if self.plan else ''}{self.a_month()}"


class PlanCancellationScheduled(PlanKind):
    """A customer cancelled, and has the plan until `ends_on`."""

    kind = "plan.cancellation_scheduled"
    verb = "will leave"
    severity = Severity.WARNING
    icon = "clock"
    ends_on: date | None = None

    def title(self, who: str) -> str:
        """Return who leaves, and when."""
        end = f" on {self.ends_on:%-d %B %Y}" if self.ends_on else ""
        return f"{who or 'A customer'} will leave {self.plan or 'us'}{end}{self.a_month()}"

    def subject(self) -> str:
        """Return the subscription: who stays after all settles this."""
        return f"subscription:{self.subscription}" if self.subscription else ""


class PlanResumed(PlanKind):
    """A customer stays after all, or is back after a pause."""

    kind = "plan.resumed"
    verb = "stays"
    settles = ("plan.cancellation_scheduled",)
    icon = "refresh-cw"

    def title(self, who: str) -> str:
        """Return who stays."""
        return f"{who or 'A customer'} stays{f' with {self.plan}' if self.plan else ''}"

    def subject(self) -> str:
        """Return the subscription."""
        return f"subscription:{self.subscription}" if self.subscription else ""


class TrialStarted(TrialKind):
    """Somebody tries a plan."""

    kind = "trial.started"
    severity = Severity.INFO

    def title(self, who: str) -> str:
        """Return who, what, and how long."""
        end = f", until {self.ends_on:%-d %B}" if self.ends_on else ""
        return f"{who or 'A customer'} began a trial{f' of {self.plan}' if self.plan else ''}{end}"


class TrialConverted(PlanKind):
    """A trial became a plan."""

    kind = "trial.converted"
    verb = "went from trial"
    icon = "circle-check"


class CardChanged(CardKind):
    """A card has new numbers or another end, or a customer pays by another one."""

    kind = "card.changed"

    def title(self, who: str) -> str:
        """Return whose card, and which."""
        until = f", which ends {self.expires}" if self.expires else ""
        named = f"{self.card()}{until}" if self.last4 else "another card"
        return f"{who or 'Somebody'} pays by {named} now"


KINDS: tuple[type[Kind], ...] = (
    PlanStarted, PlanChanged, PlanQuantityChanged, PlanCancellationScheduled, PlanResumed, TrialStarted, TrialConverted,
    CardChanged,
)  # fmt: skip
