"""The figures of a week: nine queries for any week, however much happened in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Aggregate, Avg, Count, DurationField, F, FloatField, Q, Sum, Window
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, RowNumber
from django.urls import reverse

from inbox.kickoff import records
from inbox.kickoff.records import CANCELLATIONS, CUSTOMERS, DOWNGRADES, TRIALS, UPGRADES
from inbox.kickoff.week import Week
from inbox.people.models import Workspace
from notifications.models import Event

# So many of each are named on the page; its number leads to all of them.
NAMED = 12


@dataclass(frozen=True)
class Change:
    """One customer's change. `worth` is in minor units a month, with its sign; None where that is not known."""

    name: str
    url: str
    plan: str
    worth: int | None
    currency: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class Movement:
    """How what customers pay a month moved, in one currency, in minor units. What went away is below zero."""

    currency: str
    new: int = 0
    expansion: int = 0
    contraction: int = 0
    churn: int = 0

    @property
    def net(self) -> int:
        """All of it together."""
        return self.new + self.expansion + self.contraction + self.churn


@dataclass(frozen=True)
class Score:
    """What customers gave on one scale; `out_of` is None where nobody said what the best is."""

    average: float
    count: int
    out_of: float | None


@dataclass(frozen=True)
class Figures:
    """A week in figures. `median` is how long a first reply took, by the clock, in half of the answered conversations.

    `unpriced` counts the changes that are in no currency's movement, as nobody said what they are worth."""

    week: Week
    counts: Mapping[str, int] = field(default_factory=dict)
    movements: tuple[Movement, ...] = ()
    unpriced: int = 0
    signups: int = 0
    scores: tuple[Score, ...] = ()
    opened: int = 0
    answered: int = 0
    median: timedelta | None = None

    @property
    def customers(self) -> int:
        """How many became customers."""
        return self.counts.get(CUSTOMERS, 0)

    @property
    def cancellations(self) -> int:
        """How many customers left."""
        return self.counts.get(CANCELLATIONS, 0)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (any(self.counts.values()) or self.signups or self.scores or self.opened)


@dataclass(frozen=True)
class Kickoff:
    """A week, the week before it to compare with, and who is behind the changes, newest first."""

    this: Figures
    before: Figures
    named: Mapping[str, tuple[Change, ...]]


def kickoff_of(workspace: Workspace, week: Week) -> Kickoff:
    """Return a week of a workspace. Nine queries."""
    return Kickoff(figures_of(workspace, week), figures_of(workspace, week.before), named(workspace, week))


def figures_of(workspace: Workspace, week: Week) -> Figures:
    """Return the figures of a week. Four queries."""
    counts, movements, unpriced = _paid(workspace, week)
    opened, answered, median = _answered(workspace, week)
    return Figures(
        week,
        counts=counts,
        movements=movements,
        unpriced=unpriced,
        signups=records.signups(workspace, week).count(),
        scores=_scores(workspace, week),
        opened=opened,
        answered=answered,
        median=median,
    )


def named(workspace: Workspace, week: Week) -> dict[str, tuple[Change, ...]]:
    """Return the newest NAMED changes of each category. One query."""
    place = Window(RowNumber(), partition_by=[F("category")], order_by=[F("occurred_at").desc(), F("pk").desc()])
    rows = records.changes(workspace, week).annotate(place=place).filter(place__lte=NAMED).order_by("place")
    found: dict[str, list[Change]] = defaultdict(list)
    for event in rows:
        found[event.category].append(change_of(event))
    return {category: tuple(found[category]) for category in records.CHANGES}


def change_of(event: Any) -> Change:
    """Return an event of `records.changes` as a line. Its words are those that were tracked."""
    plan, before = (str(event.data.get(key) or "") for key in ("plan", "previous_plan"))
    if event.kind == "plan.quantity_changed" and event.data.get("quantity") is not None:
        plan = f"{plan}, {event.data.get('previous_quantity')} → {event.data['quantity']} seats".removeprefix(", ")
    elif plan and before and before != plan:
        plan = f"{before} → {plan}"
    reason = event.data.get("reason")
    return Change(
        name=event.account_name or event.contact_name or "A customer",
        url=_page_of(event),
        plan=plan,
        worth=event.worth if event.currency else None,
        currency=event.currency or "",
        reason=" ".join(reason.split()) if isinstance(reason, str) else "",
        at=event.occurred_at,
    )


def _page_of(event: Event) -> str:
    """Return where the name leads: to the account, else the contact, else the event itself."""
    if event.account:
        return reverse("account", kwargs={"external_id": event.account})
    if event.contact:
        return reverse("contact", kwargs={"public_id": event.contact})
    return reverse("activity-event", kwargs={"public_id": event.public_id})


_PARTS = {CUSTOMERS: "new", UPGRADES: "expansion", DOWNGRADES: "contraction", CANCELLATIONS: "churn"}


def _paid(workspace: Workspace, week: Week) -> tuple[dict[str, int], tuple[Movement, ...], int]:
    """Return how many changes there were by category, what they moved by currency, and how many of no known worth."""
    rows = (
        records.changes(workspace, week)
        .order_by()
        .values_list("category", "currency")
        .annotate(count=Count("pk"), moved=Sum("worth"), priced=Count("worth"))
    )
    counts, unpriced = dict.fromkeys(records.CHANGES, 0), 0
    parts: dict[str, dict[str, int]] = defaultdict(dict)
    for category, currency, count, moved, priced in rows:
        counts[category] += count
        if category == TRIALS:
            continue
        if currency and priced:
            parts[currency][_PARTS[category]] = int(moved)
        unpriced += count - (priced if currency else 0)
    return counts, tuple(Movement(currency, **parts[currency]) for currency in sorted(parts)), unpriced


def _scores(workspace: Workspace, week: Week) -> tuple[Score, ...]:
    rows = (
        records.scores(workspace, week)
        .order_by()
        .values_list(Cast(KT("data__out_of"), FloatField()))
        .annotate(average=Avg(Cast(KT("data__score"), FloatField())), count=Count("pk"))
    )
    found = [Score(float(average), count, out_of) for out_of, average, count in rows]
    return tuple(sorted(found, key=lambda score: -score.count))


class _Median(Aggregate):
    """The middle one: half of the values are no greater."""

    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def _answered(workspace: Workspace, week: Week) -> tuple[int, int, timedelta | None]:
    taken = F("first_reply_at") - F("created_at")
    row = records.conversations(workspace, week).aggregate(
        opened=Count("pk"), answered=Count("pk", filter=Q(first_reply_at__isnull=False)), median=_Median(taken)
    )
    return row["opened"], row["answered"], row["median"]
