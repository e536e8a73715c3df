"""Whom in the workspace a contact may be.

What the contact is known by is looked up as equalities of stored keys: each finds 51 contacts at most, so an address
that ten thousand share costs no more than any other. Of what was found the 50 with the rarest keys in common are read
and judged, as persons: with everything that is known of each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import connection

from inbox.contacts.likeness.blocked import blocked_keys
from inbox.contacts.likeness.facts import read
from inbox.contacts.likeness.gathering import facts_of_persons
from inbox.contacts.likeness.judging import THRESHOLD, Verdict, weigh
from inbox.contacts.likeness.keys import keys_of
from inbox.contacts.likeness.reasons import Reason
from inbox.contacts.likeness.signs import CROWD
from inbox.models import Contact

MOST_CANDIDATES = 50
MOST_FOUND = 10
# Keys of what somebody has, not of what it looks like.
HANDLES = frozenset(("email", "phone", "external_id", "device"))

_SEARCH = f"""
SELECT k.key, m.contact_id FROM unnest(%s::bigint[]) AS k (key)
CROSS JOIN LATERAL (
    SELECT contact_id FROM inbox_matchkey WHERE workspace_id = %s AND key = k.key ORDER BY contact_id DESC LIMIT {CROWD}
) AS m
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody whom a contact may be: the root of that person, how likely (0 to 1), and why."""

    contact: Contact
    score: float
    reasons: list[Reason]


def find(contact: Contact) -> list[Found]:
    """Return whom of its workspace this contact's person may be, the likeliest first, 10 at most.

    They are roots of other persons with a score of THRESHOLD or more. The keys of all must have been stored
    (`store_keys`); those of the contact itself need not be. Five queries at most, whatever the workspace holds.
    """
    workspace = contact.workspace_id
    mine = facts_of_persons(workspace, [contact.pk])
    if not mine:
        return []
    root, facts = next(iter(mine.items()))
    known = read(facts)
    wanted = keys_of(known)
    shared = search(workspace, wanted)
    blocked = dict.fromkeys(blocked_keys(workspace, known), CROWD)
    judged = []
    for other, their in facts_of_persons(workspace, rarest(shared, wanted, facts.ids)).items():
        if other != root:  # merged with it meanwhile
            crowd = crowds(shared, {*facts.ids, *their.ids}) | blocked
            judged.append((other, weigh(known, read(their), crowd)))
    return _best(judged)


def search(workspace: int, wanted: Iterable[int]) -> dict[int, list[int]]:
    """Return for each key the contacts that have it, 51 at most."""
    found: dict[int, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_SEARCH, [list(wanted), workspace])
        for key, pk in cursor.fetchall():
            found[key].append(pk)
    return found


def rarest(shared: Mapping[int, list[int]], kinds: Mapping[int, str], ours: Collection[int]) -> list[int]:
    """Return the contacts that share the rarest keys, or many of them, 50 at most.

    `shared` are the contacts that have each key, `kinds` what it stands for. Who has only a name in common, or only
    what more than 50 have, is left out: that cannot be enough. A handle that many have and something else may be.
    """
    weights: dict[int, float] = defaultdict(float)
    enough: set[int] = set()
    crowded: set[int] = set()
    several: set[int] = set()
    for key, sharers in shared.items():
        if kinds[key] != "name" and len(sharers) < CROWD:
            enough.update(sharers)
        elif kinds[key] in HANDLES:
            crowded.update(sharers)
        for pk in sharers:
            if pk in weights:
                several.add(pk)
            weights[pk] += 1 / len(sharers)
    worth = enough.union(crowded & several).difference(ours)
    return sorted(worth, key=lambda pk: (-weights[pk], -pk))[:MOST_CANDIDATES]


def crowds(shared: Mapping[int, list[int]], theirs: Collection[int]) -> dict[int, int]:
    """Return how many have each key, these two persons' contacts counted as two: who was merged is no crowd."""
    return {key: 2 + sum(pk not in theirs for pk in sharers) for key, sharers in shared.items()}


def _best(judged: Iterable[tuple[int, Verdict]]) -> list[Found]:
    likely = [(root, verdict) for root, verdict in judged if verdict.score >= THRESHOLD]
    best = sorted(likely, key=lambda each: (-each[1].score, each[0]))[:MOST_FOUND]
    roots = Contact.objects.in_bulk([root for root, _ in best])
    return [Found(roots[root], verdict.score, verdict.reasons) for root, verdict in best if root in roots]
