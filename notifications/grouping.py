"""Messages that several deliveries share: the first opens one, the others are counted into it and share its fate.

Who changes postings and deliveries locks in one order: events, postings by their keys, deliveries, destinations. So
that nobody waits for another in a circle.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db.models import Count, F, QuerySet

from notifications.models import Delivery, Posting
from notifications.storing import NewDelivery
from notifications.words import FOLLOWING, Cause, Status

UPDATE_GAP = timedelta(seconds=5)
# The group of what a rule's cap held back. No kind of event has such a name.
HELD_BACK = "~held back"

# Workspace, transport, address, rule key, group key.
Key = tuple[int, str, str, str, str]


def share(rows: Sequence[tuple[NewDelivery, str]], now: datetime) -> None:
    """Count deliveries that are not stored yet into the messages of their groups, in the caller's transaction.

    Each is given with its group key. The first one of a message stays due; the others are suppressed.
    """
    by_key: dict[Key, list[NewDelivery]] = defaultdict(list)
    for row, group in rows:
        by_key[row.event.workspace_id, row.rule.transport, row.rule.address, row.rule_key, group].append(row)
    found = _opened({key: _fresh(key, members, now) for key, members in by_key.items()}, now)
    for key, members in by_key.items():
        _count(found[key], members, now)


def _fresh(key: Key, rows: Sequence[NewDelivery], now: datetime) -> Posting:
    rule = rows[0].rule
    workspace, transport, address, rule_key, group = key
    seconds = rule.cap_seconds if group == HELD_BACK else rule.group_seconds
    times = [row.event.occurred_at for row in rows]
    return Posting(
        workspace_id=workspace, transport=transport, address=address, rule_key=rule_key, group_key=group,
        event=rows[0].event, event_count=0, closes_at=now + timedelta(seconds=seconds), first_at=min(times),
        last_at=max(times),
    )  # fmt: skip


def _opened(wanted: dict[Key, Posting], now: datetime) -> dict[Key, Posting]:
    """Return the open posting of each key, locked: the one that is there, else the one that is wanted."""
    found: dict[Key, Posting] = {}
    while missing := sorted(wanted.keys() - found.keys()):
        there = _locked(missing)
        ended = [row for row in there.values() if _has_ended(row, now)]
        if ended:
            Posting.objects.filter(pk__in=[row.pk for row in ended]).update(is_closed=True)
        found |= {key: row for key, row in there.items() if row not in ended}
        # Of two workers that open one, the second finds the first one's in the next round.
        fresh = [wanted[key] for key in missing if key not in found]
        Posting.objects.bulk_create(fresh, ignore_conflicts=True)
    return found


def _locked(keys: Sequence[Key]) -> dict[Key, Posting]:
    workspaces, transports, addresses, rules, groups = (set(part) for part in zip(*keys, strict=True))
    rows = Posting.objects.select_for_update(no_key=True).filter(
        workspace__in=workspaces, transport__in=transports, address__in=addresses, rule_key__in=rules,
        group_key__in=groups, is_closed=False,
    )  # fmt: skip
    asked = set(keys)
    return {key: row for row in rows.order_by("pk") if (key := _key(row)) in asked}


def _key(row: Posting) -> Key:
    return row.workspace_id, row.transport, row.address, row.rule_key, row.group_key


def _has_ended(row: Posting, now: datetime) -> bool:
    # A summary is told once: what comes after it belongs to the next one.
    return (row.closes_at is not None and row.closes_at <= now) or (
        row.group_key == HELD_BACK and row.told_at is not None
    )


def _count(posting: Posting, rows: Sequence[NewDelivery], now: datetime) -> None:
    is_summary, opens = posting.group_key == HELD_BACK, posting.event_count == 0
    for row in rows:
        row.posting = posting
    if opens and is_summary:
        rows[0].due_at = posting.closes_at
    for row in rows[1:] if opens else rows:
        row.status, row.due_at = Status.SUPPRESSED, None
        row.cause = Cause.CAPPED if is_summary else Cause.GROUPED
    times = [row.event.occurred_at for row in rows]
    changes = {"event_count": F("event_count") + len(rows), "first_at": min(posting.first_at, *times),
               "last_at": max(posting.last_at, *times)}  # fmt: skip
    if not is_summary and not (opens and len(rows) == 1) and posting.update_at is None:
        changes["update_at"] = max(now, (posting.told_at or now) + UPDATE_GAP)
    Posting.objects.filter(pk=posting.pk).update(**changes)


def lock(postings: Collection[int]) -> dict[int, Posting]:
    """Lock postings, in order, in the caller's transaction, and return them by key."""
    rows = Posting.objects.select_for_update(no_key=True).filter(pk__in=postings).order_by("pk") if postings else ()
    return {row.pk: row for row in rows}


def close_summaries(rows: Sequence[Delivery]) -> None:
    """Have nothing more counted into the summaries that these deliveries are about to tell, and count them afresh. A
    letter to one teammate waits until its window is over, and so is a summary, too."""
    pks = {row.posting.pk for row in rows if row.posting is not None and _is_summary(row)}
    if not pks:
        return
    Posting.objects.filter(pk__in=pks).update(is_closed=True)
    found = Posting.objects.in_bulk(pks)
    for row in rows:
        if row.posting_id in found:
            row.posting = found[row.posting_id]


def _is_summary(row: Delivery) -> bool:
    assert row.posting is not None
    return row.posting.group_key == HELD_BACK or (row.teammate_id is not None and row.transport == "email")


def not_told(posting: int, status: Status, why: str) -> None:
    """Note that a message will not be told (`status` is its delivery's), in the caller's transaction.

    What was counted into it was not told either, and says so; the next event of its key opens a message of its own.
    """
    Posting.objects.filter(pk=posting).update(is_closed=True, update_at=None)
    ended = "failed" if status == Status.FAILED else "was not sent"
    said = f"Grouped into a message that {ended}: {why}"[:300]
    _followers([posting]).filter(status=Status.SUPPRESSED).update(status=status, error=said)


def tell_again(postings: Collection[int]) -> None:
    """Have messages that were not told tell all that was counted into them, in the caller's transaction.

    They stay closed. What was settled meanwhile is counted as that.
    """
    followers = _followers(postings).filter(status__in=[Status.FAILED, Status.SUPPRESSED])
    followers.filter(event__settled_at__isnull=False).update(status=Status.SETTLED, error="")
    followers.update(status=Status.SUPPRESSED, error="")
    shared = Delivery.objects.filter(posting__in=postings)
    counts = shared.values("posting").annotate(events=Count("pk"), settled=Count("event__settled_at"))
    for row in counts.order_by("posting"):
        Posting.objects.filter(pk=row["posting"]).update(
            event_count=row["events"], settled_count=row["settled"], is_closed=True, update_at=None, retract_at=None,
            retracted_at=None, attempts=0, error="",
        )  # fmt: skip


def head_of(posting: int) -> Delivery | None:
    """Return the delivery that tells a message, None where it was deleted."""
    return Delivery.objects.filter(posting=posting).exclude(cause__in=FOLLOWING).order_by("id").first()


def _followers(postings: Collection[int]) -> QuerySet[Delivery]:
    return Delivery.objects.filter(posting__in=postings, cause__in=FOLLOWING)
