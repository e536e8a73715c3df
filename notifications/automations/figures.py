"""How an automation is doing: counted from the rows of what it sent, with what it held back and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet

from notifications.models import AutomatedDelivery, Automation
from notifications.words import Cause, Status


@dataclass
class Figures:
    """How many were sent, opened and followed (where the workspace counts these), failed, wait, and were held back,
    by cause."""

    sent: int = 0
    opened: int = 0
    clicked: int = 0
    failed: int = 0
    waiting: int = 0
    held_back: Counter[str] = field(default_factory=Counter)

    @property
    def suppressed(self) -> int:
        """How many were held back, whatever for."""
        return self.held_back.total()

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why, in words, the most frequent first."""
        return [(str(Cause(cause).label) if cause in Cause.values else cause, count)
                for cause, count in self.held_back.most_common()]  # fmt: skip


def figures_of(automations: Iterable[Automation]) -> dict[int, Figures]:
    """Return figures by the keys of these automations. One query."""
    keys = {automation.rule_id: automation.pk for automation in automations}
    found: dict[int, Figures] = {pk: Figures() for pk in keys.values()}
    rows = AutomatedDelivery.objects.filter(rule__in=keys)
    for rule, *counted in _counted(rows, "rule"):
        _add(found[keys[rule]], *counted)
    return found


def by_version(automation: Automation) -> dict[int | None, Figures]:
    """Return figures by version; None is what did not get as far as one. One query."""
    found: dict[int | None, Figures] = defaultdict(Figures)
    rows = AutomatedDelivery.objects.filter(workspace=automation.workspace_id, rule=automation.rule_id)
    for version, *counted in _counted(rows, "version"):
        _add(found[version], *counted)
    return dict(found)


def _counted(rows: QuerySet[AutomatedDelivery], by: str) -> Iterable[tuple[Any, ...]]:
    return (
        rows.order_by()
        .values_list(by, "delivery__status", "delivery__cause")
        .annotate(
            rows=Count("pk"),
            went=Count("pk", filter=Q(delivery__sent_at__isnull=False)),
            opened=Count("opened_at"),
            clicked=Count("clicked_at"),
        )
    )


def _add(figures: Figures, status: str, cause: str, rows: int, went: int, opened: int, clicked: int) -> None:
    figures.sent += went
    figures.opened += opened
    figures.clicked += clicked
    left = rows - went
    if status == Status.FAILED:
        figures.failed += left
    elif status in (Status.PENDING, Status.SENDING):
        figures.waiting += left
    elif left:  # settled without having gone out is no news any more
        figures.held_back[cause or "settled"] += left
