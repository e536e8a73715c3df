"""How far imports are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Min, Q, Sum
from django.utils import timezone

from imports.models import Batch, BatchKind, BatchStatus, Import, ImportStatus

# Over how long rows per second are counted.
LATELY = timedelta(seconds=15)
_COUNTS = ("created", "updated", "unchanged", "refused")
_FIXED = (ImportStatus.FINISHED, ImportStatus.UNDOING, ImportStatus.UNDONE)


@dataclass(frozen=True)
class Figures:
    """The four outcomes and what remains add up to `total`: rows of contacts. Accounts are counted for themselves."""

    total: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    accounts_created: int = 0
    accounts_updated: int = 0
    conversations_created: int = 0
    conversations_updated: int = 0
    batches_remaining: int = 0
    rows_per_second: float | None = None

    @property
    def done(self) -> int:
        return self.created + self.updated + self.unchanged + self.refused

    @property
    def remaining(self) -> int:
        return max(0, self.total - self.done)

    @property
    def percent(self) -> int:
        return 100 if not self.remaining else int(100 * self.done / self.total)

    @property
    def seconds_left(self) -> int | None:
        """How long the rest takes at this speed; None while nobody knows."""
        return round(self.remaining / self.rows_per_second) if self.rows_per_second else None

    def outcomes(self) -> dict[str, int]:
        """Return the total and the four outcomes, as events and the API name them."""
        return {"total": self.total} | {name: getattr(self, name) for name in _COUNTS}


def figures(import_: Import) -> Figures:
    """Return how far one import is."""
    return figures_of([import_])[import_.pk]


def figures_of(imports: Iterable[Import]) -> dict[int, Figures]:
    """Return how far imports are, by their keys. At most one query."""
    known = list(imports)
    live = [one for one in known if one.status not in _FIXED]
    found = {one.pk: _kept(one) for one in known if one.status in _FIXED}
    if live:
        sums = summed([one.pk for one in live])
        found |= {one.pk: _live(one, sums.get(one.pk, {})) for one in live}
    return found


def summed(imports: list[int]) -> dict[int, dict[str, dict[str, Any]]]:
    """Return the sums over the batches of imports (by their keys): by import, by kind. One query."""
    now = timezone.now()
    late = Q(applied_at__gt=now - LATELY)
    rows = (
        Batch.objects.filter(parent__in=imports)
        .values("parent_id", "kind")
        .annotate(
            **{name: Sum(name, filter=~Q(status=BatchStatus.PENDING), default=0) for name in _COUNTS},
            waiting=Count("id", filter=Q(status=BatchStatus.PENDING)),
            lately=Sum("rows", filter=late, default=0),
            since=Min("applied_at", filter=late),
        )
    )
    sums: dict[int, dict[str, dict[str, Any]]] = {}
    for row in rows:
        sums.setdefault(row["parent_id"], {})[row["kind"]] = dict(row)
    return sums


def others_of(sums: dict[str, dict[str, Any]]) -> dict[str, dict[str, int]]:
    """Return what came along with the contacts, as `Import.others` keeps it."""
    return {
        str(kind.label): {name: sums[kind][name] for name in _COUNTS}
        for kind in (BatchKind.ACCOUNTS, BatchKind.CONVERSATIONS)
        if kind in sums
    }


def _kept(import_: Import) -> Figures:
    return Figures(**{name: getattr(import_, name) for name in ("total", *_COUNTS)}, **_others(import_.others))


def _live(import_: Import, sums: dict[str, dict[str, Any]]) -> Figures:
    contacts = sums.get(BatchKind.CONTACTS, {})
    return Figures(
        total=import_.total,
        **{name: contacts.get(name, 0) for name in _COUNTS},
        **_others(others_of(sums)),
        batches_remaining=sum(kind["waiting"] for kind in sums.values()),
        rows_per_second=_speed(contacts) if import_.status == ImportStatus.RUNNING else None,
    )


def _others(others: dict[str, dict[str, int]]) -> dict[str, int]:
    accounts, conversations = others.get("accounts", {}), others.get("conversations", {})
    return {
        "accounts_created": accounts.get("created", 0),
        "accounts_updated": accounts.get("updated", 0),
        "conversations_created": conversations.get("created", 0),
        "conversations_updated": conversations.get("updated", 0),
    }


def _speed(contacts: dict[str, Any]) -> float | None:
    """Rows per second of late. A first batch alone says nothing of how long it took."""
    since = contacts.get("since")
    if since is None:
        return None
    seconds = (timezone.now() - since).total_seconds()
    return round(contacts["lately"] / seconds, 1) if seconds >= 1 else None
