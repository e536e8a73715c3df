"""What is asked again when a delivery to one teammate is about to go out: may they see it, have they seen it, do they
still want it, may they be disturbed? Much may have changed since it was routed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from notifications.models import Delivery
from notifications.personal import quiet
from notifications.personal.choices import choice_of
from notifications.personal.preferences import chosen
from notifications.personal.standing import Place, Standing, standings
from notifications.words import FOLLOWING, Cause

# The transport whose message waits on the desk: it is told even while they look, and of what they have read.
DESK = "inapp"


def silences(rows: Sequence[Delivery], now: datetime) -> dict[int, datetime]:
    """Return by key until when their teammates are not to be disturbed, of those of these deliveries that would disturb
    them now. What somebody sends by hand, and what stands on the desk, disturbs nobody. Two queries."""
    asked = [row for row in rows if row.teammate_id is not None and row.transport != DESK and not row.by_hand]
    ends = quiet.quiet_now({row.teammate_id for row in asked if row.teammate_id}, now)
    return {row.pk: ends[row.teammate_id] for row in asked if row.teammate_id in ends}


def waits_for_hours(row: Delivery) -> bool:
    """Whether a delivery that may not disturb now waits until it may: a letter, and what was asked for again
    (later.py). Anything else that makes a sound is not told at all: the desk has it."""
    return row.transport not in quiet.LOUD or row.sent_at is not None


def refusals(rows: Sequence[Delivery], silent: Collection[int], now: datetime) -> dict[int, Cause]:
    """Return by key why some of these deliveries, which are due, are not to be sent; `silent` are those (by key) that
    would disturb. A constant number of queries.

    Notes on the way which of them, and of those counted into them, were read meanwhile.
    """
    personal = [row for row in rows if row.teammate_id is not None]
    if not personal:
        return {}
    groups = _groups(personal)
    places = {place for members in groups.values() for row in members if (place := _place(row)) is not None}
    known = standings(places)
    _note_read([row for members in groups.values() for row in members], known, now)
    choices = {choice.key: choice for row in personal if (choice := choice_of(row.rule_key)) is not None}
    wanted = chosen({row.teammate_id for row in personal if row.teammate_id}, choices.values())
    found = {}
    for row in personal:
        choice = choice_of(row.rule_key)
        ways = wanted.get((row.teammate_id or 0, choice.key)) if choice is not None else frozenset()
        cause = _cause(row, groups[row.pk], known, is_wanted=row.transport in (ways or ()))
        if cause is None and row.pk in silent and not waits_for_hours(row):
            cause = Cause.QUIET
        if cause is not None:
            found[row.pk] = cause
    return found


def _cause(row: Delivery, group: Sequence[Delivery], known: dict[Place, Standing], *, is_wanted: bool) -> Cause | None:
    standing = [known.get(place, Standing.NO_SIGHT) if (place := _place(one)) else None for one in group]
    if Standing.NO_SIGHT in standing:
        return Cause.NO_SIGHT
    if not is_wanted and not row.by_hand:
        return Cause.PREFERENCE_OFF
    if row.transport == DESK or row.by_hand:
        return None
    if Standing.IN_FRONT in standing or all(one.read_at is not None for one in group):
        return Cause.SEEN
    return None


def _groups(rows: Sequence[Delivery]) -> dict[int, list[Delivery]]:
    """Return by key each delivery with those that are counted into its message."""
    heads: dict[int | None, Delivery] = {row.posting_id: row for row in rows if row.posting_id is not None}
    groups: dict[int, list[Delivery]] = defaultdict(list)
    for row in rows:
        groups[row.pk].append(row)
    followers = Delivery.objects.filter(posting__in=heads, cause__in=FOLLOWING) if heads else ()
    for follower in followers:
        groups[heads[follower.posting_id].pk].append(follower)
    return groups


def _place(row: Delivery) -> Place | None:
    if row.teammate_id is None or row.conversation is None:
        return None
    return Place(row.teammate_id, row.conversation, row.seq)


def _note_read(rows: Sequence[Delivery], known: dict[Place, Standing], now: datetime) -> None:
    fresh = [
        row for row in rows
        if row.read_at is None and (place := _place(row)) is not None and known[place] == Standing.READ
    ]  # fmt: skip
    for row in fresh:
        row.read_at = now
    if fresh:
        Delivery.objects.filter(pk__in=[row.pk for row in fresh]).update(read_at=now)
