""" "Why was I told? Why wasn't I?": what each route decided about an event, and what it would decide now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from inbox.desk.activity.medium import label, short_address
from inbox.people.models import Teammate
from notifications.automations.telling import is_automated
from notifications.conditions import facts_of
from notifications.matching import Verdict, decide
from notifications.models import Delivery, Event, Rule
from notifications.personal.choices import Choice, choice_of
from notifications.personal.preferences import chosen
from notifications.personal.telling import meant_for
from notifications.words import FOLLOWING, Cause, Face, Status


@dataclass(frozen=True)
class Reason:
    """What one route did with an event. `rule` is None where it was deleted since."""

    name: str
    told: bool
    text: str
    rule: Rule | None = None
    note: str = ""


def reasons(
    event: Event, deliveries: Sequence[Delivery], now: datetime | None = None, viewer: Teammate | None = None
) -> list[Reason]:
    """Return what each route decided, and whose preferences asked for it: those that told first, the viewer's own
    before others', then the routes that did not. One query, for the routes."""
    now = now or timezone.now()
    rules = list(Rule.objects.filter(workspace=event.workspace_id, face=Face.ROUTE).order_by("id"))
    made: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        made[delivery.rule_key].append(delivery)
    verdicts = decide(
        facts_of(event),
        rules,
        now=event.routed_at or now,
        timezone=event.workspace.timezone,
    )
    found = [_reason(event, verdict, made.pop(verdict.rule.key, [])) for verdict in verdicts]
    for key in sorted(made):
        choice = choice_of(key)
        found += [_gone(made[key][0])] if choice is None else _of_choice(choice, made[key], viewer)
    return sorted(found, key=lambda reason: not reason.told)


def _gone(delivery: Delivery) -> Reason:
    automated = is_automated(delivery.rule_key)
    gone = "A message that was deleted since" if automated else "A route that was deleted since"
    name = delivery.rule.name if delivery.rule is not None else gone
    text = delivery.reason.removeprefix(f"{Face.AUTOMATION} {name}: ") if automated else _words(delivery.reason, name)
    return Reason(f"Message “{name}”" if automated and delivery.rule else name, told=True, text=text)


def _of_choice(choice: Choice, made: Sequence[Delivery], viewer: Teammate | None) -> list[Reason]:
    """Return a reason for each teammate whose own preference it was."""
    mates: dict[int | None, list[Delivery]] = defaultdict(list)
    for delivery in made:
        mates[delivery.teammate_id].append(delivery)
    found: list[Reason] = []
    for pk, theirs in sorted(mates.items(), key=lambda pair: pair[1][0].address):
        ways = f"over {_ways(theirs)}"
        if viewer is not None and pk == viewer.pk:
            found.insert(0, Reason(f"Your preference “{choice.title}”", told=True, text=f"{choice.why}; {ways}"))
        else:
            found.append(Reason(f"{theirs[0].address}’s preference “{choice.title}”", told=True, text=ways))
    return found


def _ways(rows: Sequence[Delivery]) -> str:
    return ", ".join(sorted({label(row.transport) for row in rows}))


def _reason(event: Event, verdict: Verdict, made: Sequence[Delivery]) -> Reason:
    rule = verdict.rule
    changed = event.routed_at is not None and rule.updated_at > event.routed_at
    if made:
        text = _words(made[0].reason, rule.name)
        note = f"Changed since: now it would not take it, as {verdict.reason}." if not verdict.told else ""
        return Reason(rule.name, told=True, text=text, rule=rule, note=note)
    if not verdict.told:
        note = "Changed since; this is what it decides now." if changed else ""
        return Reason(rule.name, told=False, text=verdict.reason, rule=rule, note=note)
    return Reason(rule.name, told=False, text=_why_not_made(event, rule, changed), rule=rule)


def _why_not_made(event: Event, rule: Rule, changed: bool) -> str:
    """Return why a route that takes the event now has told nothing of it."""
    if event.routed_at is None:
        return "takes it, as soon as a worker has looked at the event"
    if rule.created_at > event.routed_at:
        return "made after it happened; it would take it now"
    if changed:
        return "changed since: now it would take it, then it did not"
    if event.settled_at is not None and event.settled_at <= event.routed_at:
        return "it was settled before anybody was told"
    return "its delivery was cleared away"


def _words(reason: str, name: str) -> str:
    """Return a delivery's reason without the route's name, which stands beside it."""
    return reason.removeprefix(f"{Face.ROUTE} {name}: ")


@dataclass(frozen=True)
class Mine:
    """Whether an event was told to one teammate themselves: a sentence."""

    told: bool
    text: str


def mine(teammate: Teammate, event: Event, deliveries: Sequence[Delivery]) -> Mine:
    """Return whether, and over what, a teammate themselves was told of an event by these deliveries, and why not. A
    number of queries that does not grow with them."""
    direct = [row for row in deliveries if _is_to(row, teammate)]
    if direct:
        told = any(row.status != Status.SUPPRESSED or row.cause in FOLLOWING for row in direct)
        ways = ", ".join(sorted({f"{label(row.transport)} ({_state(row)})" for row in direct}))
        return Mine(told, f"You were told yourself: {ways}." if told else f"You were not told yourself: {ways}.")
    off = _off(teammate, event)
    if not deliveries:
        return Mine(told=False, text=f"Nobody was told: no route took it{off}.")
    places = ", ".join(sorted({short_address(row.address) or label(row.transport) for row in deliveries}))
    why = f"Not to you yourself, as no route goes to @{teammate.handle}{off}."
    return Mine(told=False, text=f"{why} It went to {places}.")


def _is_to(row: Delivery, teammate: Teammate) -> bool:
    if row.teammate_id is not None:  # whatever handle they had then
        return row.teammate_id == teammate.pk
    return row.address.lower() in {f"@{teammate.handle}", teammate.handle, (teammate.user.email or "").lower()} - {""}


def _state(row: Delivery) -> str:
    if row.status == Status.SUPPRESSED and row.cause in Cause.values:
        return str(Cause(row.cause).label)
    return row.status


def _off(teammate: Teammate, event: Event) -> str:
    """Return, as the end of a sentence, why a teammate's preferences told them nothing of an event; "" where it is not
    for them."""
    meant = meant_for(event, teammate)
    if not meant:
        return ""
    named = " and ".join(f"“{choice.title}”" for choice in meant)
    if event.actor_id == teammate.pk and not any(choice.tells_actor for choice in meant):
        return ", and you did it yourself"
    if any(chosen([teammate.pk], meant).values()):
        return f", and your preference {named} asks for it only since then, or you could not see it then"
    return f", and your preference {named} is off (Settings → Notifications)"
