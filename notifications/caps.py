"""A rule's rate cap: what goes over it is held back, and said in one summary at the end of its time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from notifications.models import Delivery
from notifications.storing import NewDelivery
from notifications.words import FOLLOWING, Status


def over_cap(rows: Sequence[NewDelivery], now: datetime) -> list[NewDelivery]:
    """Return those deliveries of a batch that go over their rule's cap. One query for each cap."""
    by_rule: dict[str, list[NewDelivery]] = defaultdict(list)
    for row in rows:
        if row.due_at is not None and row.rule.cap:
            by_rule[row.rule_key].append(row)
    return [row for key in sorted(by_rule) for row in _over(by_rule[key], now)]


def _over(rows: list[NewDelivery], now: datetime) -> list[NewDelivery]:
    rule = rows[0].rule
    since = now - timedelta(seconds=rule.cap_seconds)
    recent = Delivery.objects.filter(rule=rule, created_at__gt=since)
    recent = recent.exclude(status=Status.SUPPRESSED).exclude(cause__in=FOLLOWING)
    return rows[max(0, rule.cap - recent[: rule.cap].count()) :]
