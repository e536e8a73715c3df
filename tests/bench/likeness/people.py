"""Makes the labelled set: plays the world, writes down who came, and labels the pairs."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from random import Random

from tests.bench.likeness.records import Email, LabelledSet, Noise, Pair, Profile, Trap
from tests.bench.likeness.rule import Reader, noise_between
from tests.bench.likeness.scenes import played
from tests.bench.likeness.ways import Draft
from tests.bench.likeness.world import Person, World


def make_set(seed: int = 7, people: int = 4000) -> LabelledSet:
    """Return a set of so many true people, the same one for the same arguments.

    Raises ValueError for fewer than 500 people: the rare scenes would not be in it.
    """
    if people < 500:
        raise ValueError("Ask for 500 people or more: a smaller set lacks the rare scenes.")
    everybody = list(played(World(Random(seed), people)))
    drafts = sorted((draft for person in everybody for draft in person.drafts), key=lambda draft: draft.moment)
    for order, draft in enumerate(drafts):
        draft.id = f"p{order:06}"
    reader = Reader(everybody)
    same, unknowable, noise = _within(everybody, reader)
    traps, misled = _between(drafts, reader)
    return LabelledSet(
        profiles=tuple(_profile(draft, order) for order, draft in enumerate(drafts)),
        persons=tuple(frozenset(draft.id for draft in person.drafts) for person in everybody),
        same=frozenset(same),
        unknowable=frozenset(unknowable | misled),
        noise=noise,
        traps=traps,
    )


def _profile(draft: Draft, order: int) -> Profile:
    return Profile(
        id=draft.id,
        name=draft.name.text if draft.name else "",
        emails=tuple(Email(shown.value, shown.verified) for shown in draft.emails),
        phone=draft.phone,
        external_id=draft.external_id,
        device=draft.device.value if draft.device else "",
        company_domain=draft.company_domain,
        timezone=draft.timezone,
        order=order,
        attributes=draft.attributes,
    )


def _within(people: list[Person], reader: Reader) -> tuple[set[Pair], set[Pair], dict[Pair, frozenset[Noise]]]:
    """Return the pairs of one person that can be told, those that cannot, and the noise of the former."""
    unknowable: set[Pair] = set()
    noise: dict[Pair, frozenset[Noise]] = {}
    for person in people:
        for one, other in combinations(person.drafts, 2):
            pair = frozenset((one.id, other.id))
            if reader.recognises(one, other):
                noise[pair] = noise_between(one, other)
            else:
                unknowable.add(pair)
    return set(noise), unknowable, noise


def _between(drafts: list[Draft], reader: Reader) -> tuple[dict[Pair, frozenset[Trap]], set[Pair]]:
    """Return the pairs of different people that are caught in a trap, and those of which nobody could tell."""
    caught: dict[tuple[Trap, str], list[Draft]] = defaultdict(list)
    for draft in drafts:
        for mark in _marks(draft):
            caught[mark].append(draft)
    found: dict[Pair, set[Trap]] = defaultdict(set)
    misled: set[Pair] = set()
    for (trap, _), alike in caught.items():
        for one, other in combinations(alike, 2):
            if one.person is not other.person:
                pair = frozenset((one.id, other.id))
                if reader.is_misled(one, other):
                    misled.add(pair)
                else:
                    found[pair].add(trap)
    return {pair: frozenset(traps) for pair, traps in found.items()}, misled


def _marks(draft: Draft) -> list[tuple[Trap, str]]:
    """Return what this profile shows that others may show, too."""
    full = draft.name is not None and draft.name.full
    shown = {
        "email": bool(draft.emails),
        "account": bool(draft.account),
        "full_name": full,
        "work_name": full and draft.company is not None,
    }
    marks = {(handle.trap, handle.value) for handle in draft.handles if handle.trap}
    marks |= {(bait.trap, bait.key) for bait in draft.person.baits if shown[bait.needs]}
    if full:
        marks.add((Trap.SAME_NAME, draft.person.native_key))
    return sorted(marks)
