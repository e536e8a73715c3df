"""Plans and trials."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from notifications.kind import Kind
from notifications.kinds.amounts import Currency, Minor, in_short, in_words
from notifications.words import Severity, Topic


class PlanKind(Kind):
    """A change of what a customer pays for. `mrr_minor` is what it is worth a month from now on, `change_minor` how
    much more (or less) than before, `subscription` which one, as others name it."""

    topic: ClassVar[Topic] = Topic.FINANCIALS
    by_api: ClassVar[bool] = True
    makes_contact: ClassVar[bool] = False
    icon: ClassVar[str] = "arrow-up-right"
    verb: ClassVar[str]

    plan: str | None = None
    previous_plan: str | None = None
    mrr_minor: Minor | None = None
    currency: Currency | None = None
    reason: str | None = None
    change_minor: Minor | None = None
    subscription: str | None = None

    def title(self, who: str) -> str:
        """Return who changed from what to what, and what that brings: "Acme upgraded Basic → Pro, +€40/month"."""
        to = f" to {self.plan}" if self.plan else ""
        if self.plan and self.previous_plan and self.change_minor is not None:
            to = f" {self.previous_plan} → {self.plan}"
        return f"{who or 'A customer'} {self.verb}{to}{self.a_month()}"

    def a_month(self) -> str:
        """Return what it changes, to end a title with: ", +€40/month"; "" where that is not known."""
        if not self.change_minor or self.currency is None:
            return ""
        return f", {in_short(self.change_minor, self.currency, signed=True)}/month"

    def body(self) -> str:
        """Return from what, why, and what it is worth a month."""
        worth = f"{in_words(self.mrr_minor, self.currency)} a month" if self.mrr_minor and self.currency else ""
        told = self.plan and self.change_minor is not None  # in the title
        before = f"Before: {self.previous_plan}." if self.previous_plan and not told else ""
        return " ".join(part for part in (before, worth, self.reason) if part)


class PlanUpgraded(PlanKind):
    """A customer pays for more."""

    kind = "plan.upgraded"
    verb = "upgraded"


class PlanDowngraded(PlanKind):
    """A customer pays for less."""

    kind = "plan.downgraded"
    verb = "downgraded"
    severity = Severity.WARNING
    icon = "arrow-down-right"


class PlanCancelled(PlanKind):
    """A customer cancelled. `ends_on` is the last day that is paid for."""

    kind = "plan.cancelled"
    verb = "cancelled"
    severity = Severity.WARNING
    icon = "circle-x"
    ends_on: date | None = None

    def title(self, who: str) -> str:
        """Return who cancelled what, and when it ends."""
        what = f" {self.plan}" if self.plan else ""
        end = f", which ends on {self.ends_on:%-d %B %Y}" if self.ends_on else ""
        return f"{who or 'A customer'} cancelled{what}{end}{self.a_month()}"


class TrialKind(Kind):
    """Something about a trial."""

    topic: ClassVar[Topic] = Topic.FINANCIALS
    by_api: ClassVar[bool] = True
    makes_contact: ClassVar[bool] = False
    severity: ClassVar[Severity] = Severity.WARNING
    icon: ClassVar[str] = "clock"

    plan: str | None = None
    ends_on: date | None = None


class TrialEnding(TrialKind):
    """A trial is about to end."""

    kind = "trial.ending"
    severity = Severity.INFO

    def title(self, who: str) -> str:
        """Return whose trial ends, and when."""
        return f"The trial of {who or 'a customer'} ends {f'on {self.ends_on:%-d %B}' if self.ends_on else 'soon'}"


class TrialExpired(TrialKind):
    """A trial ended without a plan."""

    kind = "trial.expired"

    def title(self, who: str) -> str:
        """Return whose trial is over."""
        return f"The trial of {who or 'a customer'} has ended"


KINDS = (PlanUpgraded, PlanDowngraded, PlanCancelled, TrialEnding, TrialExpired)
