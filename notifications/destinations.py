"""The limits of where messages go, kept in rows so that they hold over all workers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import QuerySet

from notifications.models import Delivery, Destination
from notifications.transports import TransportError, all_transports

# So many failures in a row open the breaker; then one attempt at a time, ever further apart.
FAILURES = 5
LONGEST_BREAK = timedelta(minutes=15)

Key = tuple[int, str, str]


def turns(rows: Sequence[Delivery], now: datetime) -> dict[int, datetime]:
    """Give each delivery its turn at its destination, and return when it is, by delivery. Locks the destinations."""
    gaps = {name: transport.gap for name, transport in all_transports().items()}
    by_key: dict[Key, list[Delivery]] = defaultdict(list)
    for row in rows:
        by_key[row.workspace_id, row.transport, row.address].append(row)
    found: dict[int, datetime] = {}
    known = lock(sorted(by_key), now)
    changed = []
    for key, destination in known.items():
        gap = timedelta(seconds=gaps.get(destination.transport, 0))
        at = max(now, destination.next_at, destination.open_until or now)
        if not gap and at == now:
            continue
        for row in by_key[key]:
            found[row.pk] = at
            at += gap
        if gap:
            changed.append((at, destination.pk))
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE notifications_destination SET next_at = %s WHERE id = %s", changed)
    return found


def lock(keys: Sequence[Key], now: datetime) -> dict[Key, Destination]:
    """Return the destinations of these keys (sorted), locked, made where they are not known yet."""
    if not keys:
        return {}
    found = _locked(keys)
    missing = [key for key in keys if key not in found]
    if missing:
        Destination.objects.bulk_create(
            [Destination(workspace_id=key[0], transport=key[1], address=key[2], next_at=now) for key in missing],
            ignore_conflicts=True,
        )
        found = _locked(keys)
    return found


def _locked(keys: Sequence[Key]) -> dict[Key, Destination]:
    rows = _among(keys).select_for_update(no_key=True).order_by("workspace_id", "transport", "address")
    return {_key(row): row for row in rows if _key(row) in set(keys)}


def _among(keys: Sequence[Key]) -> QuerySet[Destination]:
    """Return the destinations of these keys, and perhaps a few others."""
    return Destination.objects.filter(
        workspace__in={key[0] for key in keys},
        transport__in={key[1] for key in keys},
        address__in={key[2] for key in keys},
    )


def _key(row: Destination) -> Key:
    return row.workspace_id, row.transport, row.address


def method_turn(workspace: int, transport: str, method: str, gap: float, now: datetime) -> datetime:
    """Return when this workspace may call a method of a medium that has a limit of its own.

    Where that is now, the turn is taken. Who comes later takes none yet: nobody waits for a turn that was given away.
    """
    key = (workspace, transport, f"method:{method}")
    destination = lock([key], now)[key]
    if destination.next_at > now:
        return destination.next_at
    destination.next_at = now + timedelta(seconds=gap)
    destination.save(update_fields=["next_at"])
    return now


def note(outcomes: Sequence[tuple[Delivery, TransportError | None]], now: datetime) -> None:
    """Count failures in a row at each destination: the breaker opens after some, and closes with a success."""
    last: dict[Key, TransportError | None] = {}
    failures: dict[Key, int] = defaultdict(int)
    for row, error in outcomes:
        key = (row.workspace_id, row.transport, row.address)
        last[key] = error
        failures[key] = failures[key] + 1 if error is not None else 0
    good = [key for key, error in last.items() if error is None]
    mended = [row.pk for row in _among(good).filter(failures__gt=0) if _key(row) in good]
    if mended:
        Destination.objects.filter(pk__in=mended).update(failures=0, open_until=None, error="")
    for key, destination in lock(sorted(key for key, error in last.items() if error is not None), now).items():
        error = last[key]
        destination.failures += failures[key]
        destination.error = str(error)[:300]
        pause = timedelta(seconds=error.retry_after) if error and error.retry_after else timedelta()
        if destination.failures >= FAILURES:
            pause = max(pause, min(LONGEST_BREAK, timedelta(seconds=5 * 2 ** min(destination.failures - FAILURES, 12))))
        if pause:
            destination.open_until = now + pause
        destination.save(update_fields=["failures", "open_until", "error"])
