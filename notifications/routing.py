"""From events to deliveries: the first of the spine's drains. One transaction a batch; it may run anywhere, twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from inbox.people.models import Workspace
from notifications import caps, grouping, settling
from notifications.automations import telling as automations
from notifications.conditions import facts_of
from notifications.matching import Verdict, decide
from notifications.models import Delivery, Event, Rule
from notifications.personal import telling
from notifications.storing import NewDelivery, store
from notifications.words import Face, Status

BATCH = 200


def drain() -> int:
    """Route up to BATCH events, and return how many were taken."""
    with transaction.atomic():
        taken = list(
            Event.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
            .filter(routed_at__isnull=True)
            .order_by("id")[:BATCH]
        )
        if not taken:
            return 0
        with_workspaces(taken)
        now = timezone.now()
        gone = settling.settle_by(taken, now)
        gone |= {event.pk for event in taken if event.settled_at is not None}
        told = [(event, verdict) for event, verdict in verdicts(taken, now) if event.pk not in gone]
        left = [event for event in taken if event.pk not in gone]
        _deliver(told, telling.deliveries(left, now), now)
        # Last: postings are locked before automations.
        automated = automations.deliveries(left, now)
        store([one.row for one in automated])
        automations.note(automated)
        Event.objects.filter(pk__in=[event.pk for event in taken]).update(routed_at=now)
    return len(taken)


def with_workspaces(rows: Iterable[Event | Delivery]) -> None:
    """Give rows their workspaces, each read once, and without the secrets that would be decrypted for each row."""
    rows = list(rows)
    found = Workspace.objects.defer("identity_secret", "previous_identity_secret").in_bulk(
        {row.workspace_id for row in rows}
    )
    for row in rows:
        row.workspace = found[row.workspace_id]


def verdicts(events: Sequence[Event], now: datetime) -> Iterable[tuple[Event, Verdict]]:
    """Return each event with each verdict that makes a delivery. One query for the rules of all their workspaces."""
    rules: dict[int, list[Rule]] = defaultdict(list)
    for rule in Rule.objects.filter(workspace__in={event.workspace_id for event in events}, face=Face.ROUTE).order_by(
        "id"
    ):
        rules[rule.workspace_id].append(rule)
    for event in events:
        found = decide(facts_of(event), rules[event.workspace_id], now=now, timezone=event.workspace.timezone)
        yield from ((event, verdict) for verdict in found if verdict.told)


def _deliver(told: Sequence[tuple[Event, Verdict]], personal: Sequence[tuple[NewDelivery, str]], now: datetime) -> None:
    keys = {id(verdict.rule): verdict.rule.key for _, verdict in told}
    rows = [_fresh(event, verdict, keys[id(verdict.rule)]) for event, verdict in told]
    held = caps.over_cap(rows, now)
    over = {id(row) for row in held}
    grouped = [row for row in rows if row.due_at and row.rule.group_seconds and id(row) not in over]
    alike = [(row, group) for row, group in personal if row.due_at and row.rule.group_seconds]
    grouping.share(
        [*((row, grouping.HELD_BACK) for row in held), *((row, row.event.group_key) for row in grouped), *alike], now
    )
    store([*rows, *(row for row, _ in personal)])


def _fresh(event: Event, verdict: Verdict, key: str) -> NewDelivery:
    if verdict.cause:
        return NewDelivery(event, verdict.rule, key, verdict.reason, cause=verdict.cause, status=Status.SUPPRESSED)
    return NewDelivery(event, verdict.rule, key, verdict.reason, due_at=verdict.due_at)
