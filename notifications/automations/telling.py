"""From events to deliveries of automations: a part of routing, in its transaction."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Q

from inbox.people.zones import zone_of
from notifications.automations.audience import Recipient, recipients
from notifications.conditions import facts_of
from notifications.matching import Verdict, after_quiet, decide
from notifications.models import Audience, AutomatedDelivery, Automation, Event, QuietZone
from notifications.registry import all_kinds
from notifications.storing import NewDelivery
from notifications.words import Cause, Face, Status, Topic

# Whatever an automation says of itself: nobody gets more of it in an hour. It ends what answers itself, by whatever
# way round.
MOST_AN_HOUR = 20
HOUR = timedelta(hours=1)

_NOTE = """
INSERT INTO notifications_automateddelivery (delivery_id, workspace_id, rule_id, recipient, created_at)
SELECT delivery.id, delivery.workspace_id, delivery.rule_id, made.recipient, delivery.created_at
FROM jsonb_to_recordset(%s::jsonb) AS made (event bigint, rule_key text, transport text, address text, recipient text)
JOIN notifications_delivery AS delivery ON delivery.event_id = made.event AND delivery.rule_key = made.rule_key
    AND delivery.transport = made.transport AND delivery.address = made.address
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True)
class Made:
    """A delivery that is about to be stored, and whom it is for."""

    row: NewDelivery
    recipient: Recipient


def deliveries(events: Sequence[Event], now: datetime) -> list[Made]:
    """Return what automations are to tell of these events (with their workspaces). A number of queries that does not
    grow with events or recipients.

    Those automations are locked that have anything to tell, so that no two workers count up to the same cap.
    """
    taken = _taken(events, now)
    if not taken:
        return []
    pks = {automation.pk for _, automation, _ in taken}
    list(Automation.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk").values_list("pk"))
    made = []
    found = recipients([(event, automation) for event, automation, _ in taken])
    for (event, automation, verdict), people in zip(taken, found, strict=True):
        made += [(automation, Made(_fresh(event, automation, verdict, one), one)) for one in people]
    _hold_back(made, now)
    return [one for _, one in made]


def note(made: Sequence[Made]) -> None:
    """Write down whom these deliveries, which are stored by now, are for."""
    if not made:
        return
    values = [
        {
            "event": one.row.event.pk,
            "rule_key": one.row.rule_key,
            "transport": one.row.rule.transport,
            "address": one.row.rule.address,
            "recipient": one.recipient.key,
        }
        for one in made
    ]
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [json.dumps(values)])


def due_at(automation: Automation, zone: str, workspace_zone: str, moment: datetime) -> datetime:
    """Return `moment`, or the end of the automation's quiet hours that it falls into: by the clock of the recipient's
    zone ("": the workspace's) or the workspace's, as the automation has it."""
    own = automation.quiet_zone == QuietZone.RECIPIENT and zone
    return after_quiet(automation.quiet, moment, zone_of(zone if own else workspace_zone))


def _taken(events: Sequence[Event], now: datetime) -> list[tuple[Event, Automation, Verdict]]:
    """Return which automations take which events. One query."""
    rows: dict[int, list[Automation]] = defaultdict(list)
    theirs = Automation.objects.filter(workspace__in={event.workspace_id for event in events}, rule__enabled=True)
    for automation in theirs.select_related("rule").order_by("rule_id"):
        rows[automation.workspace_id].append(automation)
    found = []
    for event in events:
        if not rows[event.workspace_id]:
            continue
        rules = [automation.rule for automation in rows[event.workspace_id]]
        verdicts = decide(facts_of(event), rules, now=now, timezone=event.workspace.timezone)
        pairs = zip(rows[event.workspace_id], verdicts, strict=True)
        found += [
            (event, automation, verdict)
            for automation, verdict in pairs
            if verdict.told and not never_told(event, automation)
        ]
    return found


def never_told(event: Event, automation: Automation) -> str:
    """Return why no automation of this audience may tell of an event, whoever wrote it; "" where it may.

    Whoever may write messages need not be one who may read what people with power did, and what the team says among
    itself never leaves it.
    """
    if event.topic == Topic.AUDIT:
        return "what people with power did is told by routes alone"
    kind = all_kinds().get(event.kind)
    if kind is not None and kind.is_internal and automation.audience == Audience.CONTACT:
        return "what the team says among itself is told to no contact"
    return ""


def _fresh(event: Event, automation: Automation, verdict: Verdict, recipient: Recipient) -> NewDelivery:
    # The automation's rule, with the address of this one.
    rule = copy(verdict.rule)
    rule.address = recipient.address
    due = verdict.due_at or event.occurred_at
    return NewDelivery(
        event,
        rule,
        rule.key,
        f"{verdict.reason}; {recipient.why}"[:300],
        due_at=due_at(automation, recipient.zone, event.workspace.timezone, due),
    )


def _hold_back(made: Sequence[tuple[Automation, Made]], now: datetime) -> None:
    """Suppress what goes over an automation's cap for its recipient. Two queries for each automation."""
    by: dict[int, list[tuple[Automation, Made]]] = defaultdict(list)
    for automation, one in made:
        by[automation.pk].append((automation, one))
    for members in by.values():
        automation = members[0][0]
        caps = [(MOST_AN_HOUR, HOUR)]
        if automation.most:
            caps.append((automation.most, timedelta(seconds=automation.most_seconds)))
        for most, lasts in caps:
            counts = _had(automation, [one.recipient for _, one in members], now - lasts if lasts else None)
            for _, one in members:
                if one.row.cause:
                    continue
                if counts[one.recipient.key] >= most:
                    one.row.due_at, one.row.status, one.row.cause = None, Status.SUPPRESSED, Cause.ENOUGH
                else:
                    counts[one.recipient.key] += 1


def _had(automation: Automation, people: Sequence[Recipient], since: datetime | None) -> Counter[str]:
    """Return how many each of these has had of an automation, or is about to get."""
    names = {key: one.key for one in people for key in one.keys}
    lately = Q(created_at__gt=since) if since is not None else Q()
    rows = AutomatedDelivery.objects.filter(lately, rule=automation.rule_id, recipient__in=names)
    told = rows.exclude(delivery__status__in=[Status.SUPPRESSED, Status.FAILED]).order_by()
    found: Counter[str] = Counter()
    for key, count in told.values_list("recipient").annotate(count=Count("pk")):
        found[names[key]] += count
    return found


def is_automated(rule_key: str) -> bool:
    """Whether a delivery is an automation's, by its rule key."""
    return rule_key.partition(":")[0] == Face.AUTOMATION
