"""What an event about a subscription means. It follows from the event alone (its object, and what was there before),
never from what came earlier: so it is the same in whatever order events come."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from integrations.stripe.events import (
    PlanCancellationScheduled,
    PlanChanged,
    PlanQuantityChanged,
    PlanResumed,
    PlanStarted,
    TrialConverted,
    TrialStarted,
)
from integrations.stripe.money import monthly
from integrations.stripe.plans import Names, items_before, plan_of, prices, seats_of, signature, worth
from integrations.stripe.shapes import Happening, Json, at, day, items_of, period_end, text, whole
from notifications.kind import Kind
from notifications.kinds.plans import PlanCancelled, PlanDowngraded, PlanUpgraded, TrialEnding, TrialExpired

BEFORE_FIRST_PAYMENT = frozenset({"incomplete", "incomplete_expired"})
PAYING = frozenset({"active", "past_due", "unpaid"})
_REASONS = {"payment_failed": "Payments failed.", "payment_disputed": "A payment was disputed."}


class Fact(NamedTuple):
    """Something to be told: the event, and what makes it another one than the last of its kind."""

    kind: Kind
    about: str

    @property
    def key(self) -> str:
        """By which it is told once."""
        return f"{self.kind.name()} {self.about}"


def created(event: Happening, names: Names) -> Iterator[Fact]:
    """Somebody subscribed: they pay, they try, or (incomplete) they are not there yet."""
    sub = event.object
    if text(sub.get("status")) == "trialing":
        yield Fact(TrialStarted(plan=worth(sub, names)["plan"], ends_on=day(sub.get("trial_end"))), _id(event))
    elif text(sub.get("status")) in PAYING:
        yield _started(event, names, _id(event))


def updated(event: Happening, names: Names) -> Iterator[Fact]:
    """Whatever changed, of which several may have changed at once."""
    before, now = text(event.previous.get("status")), text(event.object.get("status"))
    if before == "incomplete" and now in PAYING:
        yield _started(event, names, change_of(event))
    elif (before == "incomplete" and now == "trialing") or (before in PAYING and now == "trialing"):
        yield Fact(
            TrialStarted(plan=worth(event.object, names)["plan"], ends_on=day(event.object.get("trial_end"))),
            change_of(event),
        )
    elif before == "trialing":
        yield from _trial_ended(event, names, now)
    elif before == "paused" and now in PAYING:
        yield Fact(PlanResumed(**worth(event.object, names)), change_of(event))
    if now in BEFORE_FIRST_PAYMENT or now == "canceled":
        return
    yield from _scheduled(event, names)
    yield from _changed(event, names)


def deleted(event: Happening, names: Names) -> Iterator[Fact]:
    """A subscription has ended: a trial that nobody paid for, or a customer who left."""
    sub = event.object
    if text(sub.get("status")) in BEFORE_FIRST_PAYMENT:
        return
    trial_end = whole(sub.get("trial_end"))
    ended = whole(sub.get("ended_at")) or event.created
    facts = worth(sub, names)
    if trial_end is not None and ended <= trial_end:
        yield Fact(TrialExpired(plan=facts["plan"], ends_on=day(trial_end)), _id(event))
        return
    yield Fact(
        PlanCancelled(**{**facts, "mrr_minor": 0}, change_minor=_less(facts["mrr_minor"]), reason=reason_of(sub)),
        _id(event),
    )


def trial_will_end(event: Happening, names: Names) -> Iterator[Fact]:
    """A trial ends in three days."""
    end = event.object.get("trial_end")
    yield Fact(TrialEnding(plan=worth(event.object, names)["plan"], ends_on=day(end)), f"{_id(event)} {whole(end)}")


def change_of(event: Happening) -> str:
    """Return what makes a change another one: Stripe at times makes two events of one."""
    said = json.dumps([event.previous, event.object], sort_keys=True, default=str)
    return f"{_id(event)} {event.created} {hashlib.sha256(said.encode('utf-8', 'replace')).hexdigest()[:16]}"


def reason_of(subscription: Json) -> str | None:
    """Return why somebody left: what they wrote and chose, or what happened."""
    details = at(subscription, "cancellation_details")
    chosen = text(details.get("feedback")).replace("_", " ")
    said = [
        _REASONS.get(text(details.get("reason")), ""), f"{chosen.capitalize()}." if chosen else "",
        text(details.get("comment"), 1000),
    ]  # fmt: skip
    return " ".join(part for part in said if part) or None


def _id(event: Happening) -> str:
    return text(event.object.get("id"))


def _less(amount: int | None) -> int | None:
    return -amount if amount is not None else None


def _started(event: Happening, names: Names, about: str) -> Fact:
    facts = worth(event.object, names)
    return Fact(PlanStarted(**facts, change_minor=facts["mrr_minor"]), about)


def _trial_ended(event: Happening, names: Names, now: str) -> Iterator[Fact]:
    facts = worth(event.object, names)
    if now == "active":
        yield Fact(TrialConverted(**facts, change_minor=facts["mrr_minor"]), change_of(event))
    elif now in ("paused", "canceled", "past_due", "unpaid"):
        yield Fact(TrialExpired(plan=facts["plan"], ends_on=day(event.object.get("trial_end"))), change_of(event))


def _scheduled(event: Happening, names: Names) -> Iterator[Fact]:
    now, before = event.object, {**event.object, **event.previous}
    if _ends(now) == _ends(before):
        return
    facts = worth(now, names)
    if _ends(now):
        end: date | None = day(now.get("cancel_at")) or period_end(now)
        yield Fact(
            PlanCancellationScheduled(
                **facts, change_minor=_less(facts["mrr_minor"]), ends_on=end, reason=reason_of(now)
            ),
            change_of(event),
        )
    else:
        yield Fact(PlanResumed(**facts), change_of(event))


def _ends(subscription: Json) -> bool:
    return bool(subscription.get("cancel_at_period_end")) or whole(subscription.get("cancel_at")) is not None


def _changed(event: Happening, names: Names) -> Iterator[Fact]:
    sub, items = event.object, items_of(event.object)
    old = items_before(sub, event.previous)
    if old is None or signature(old) == signature(items):
        return
    facts: dict[str, Any] = worth(sub, names)
    discounts = {key: value for key, value in event.previous.items() if key in ("discount", "discounts")}
    was = monthly({**sub, **discounts}, old)
    change = facts["mrr_minor"] - was if facts["mrr_minor"] is not None and was is not None else None
    facts |= {"previous_plan": plan_of(old, names) or None, "change_minor": change}
    about = change_of(event)
    if prices(old) == prices(items):
        counts = {"quantity": seats_of(items), "previous_quantity": seats_of(old)}
        yield Fact(PlanQuantityChanged(**facts, **counts), about)
    elif change:
        yield Fact((PlanUpgraded if change > 0 else PlanDowngraded)(**facts), about)
    else:
        yield Fact(PlanChanged(**facts), about)
