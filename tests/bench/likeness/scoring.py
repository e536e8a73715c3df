"""Measures what was suggested against the labelled set."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

from tests.bench.likeness.records import LabelledSet, Noise, Pair, Trap

Kind = TypeVar("Kind", Noise, Trap)


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    count: int
    total: int

    @property
    def ratio(self) -> float:
        """0 to 1; 0 of none is 0."""
        return self.count / self.total if self.total else 0.0


@dataclass(frozen=True)
class Point:
    """What holds when everything from this threshold up is suggested."""

    threshold: float
    precision: float
    recall: float


@dataclass(frozen=True)
class Score:
    """How good the suggestions from `threshold` up are; `sweep` says it of every threshold, the highest first.

    `found` of the pairs that are one person, `wrong` of the suggestions that count. `by_noise` is found of each kind,
    `by_trap` wrongly suggested of each kind (the smaller, the better), `untrapped` wrong ones that are in no trap.
    `unknowable` were suggested too, and count for neither.
    """

    threshold: float
    found: Share
    wrong: Share
    by_noise: Mapping[Noise, Share]
    by_trap: Mapping[Trap, Share]
    untrapped: int
    unknowable: int
    sweep: tuple[Point, ...]

    @property
    def recall(self) -> float:
        """Found, of the pairs that are one person."""
        return self.found.ratio

    @property
    def precision(self) -> float:
        """Right, of the suggestions that count; 1 where nothing was suggested, for nothing was wrong."""
        return 1 - self.wrong.ratio

    def recall_at(self, precision: float) -> float:
        """Return the highest recall that any threshold has at this precision or a better one; 0 if none has it."""
        return max((point.recall for point in self.sweep if point.precision >= precision), default=0.0)


def score(found: Iterable[tuple[Pair, float]], labelled: LabelledSet, threshold: float = 0.5) -> Score:
    """Measure suggested pairs, each with how sure it is (any number, more is surer); of a pair given twice the surer.

    Raises ValueError where a pair is not of two profiles of the set, or a number is none.
    """
    suggested = _checked(found, labelled)
    taken = {pair for pair, sure in suggested.items() if sure >= threshold}
    counted = taken - labelled.unknowable
    wrong = counted - labelled.same
    return Score(
        threshold=threshold,
        found=Share(len(counted & labelled.same), len(labelled.same)),
        wrong=Share(len(wrong), len(counted)),
        by_noise=_shares(Noise, labelled.noise, counted),
        by_trap=_shares(Trap, labelled.traps, counted),
        untrapped=sum(pair not in labelled.traps for pair in wrong),
        unknowable=len(taken & labelled.unknowable),
        sweep=_sweep(suggested, labelled),
    )


def _checked(found: Iterable[tuple[Pair, float]], labelled: LabelledSet) -> dict[Pair, float]:
    known = {profile.id for profile in labelled.profiles}
    suggested: dict[Pair, float] = {}
    for pair, sure in found:
        if len(pair) != 2 or not pair <= known:
            raise ValueError(f"{sorted(pair)} is not a pair of this set; suggest two different ids of its profiles.")
        if math.isnan(sure):
            raise ValueError(f"{sorted(pair)} has no number; say how sure the suggestion is.")
        suggested[pair] = max(sure, suggested.get(pair, sure))
    return suggested


def _shares(kinds: type[Kind], tagged: Mapping[Pair, frozenset[Kind]], counted: set[Pair]) -> dict[Kind, Share]:
    """Return of each kind how many of its pairs are among those counted."""
    totals, hits = Counter[Kind](), Counter[Kind]()
    for pair, tags in tagged.items():
        totals.update(tags)
        if pair in counted:
            hits.update(tags)
    return {kind: Share(hits[kind], totals[kind]) for kind in kinds}


def _sweep(suggested: Mapping[Pair, float], labelled: LabelledSet) -> tuple[Point, ...]:
    counted = sorted(
        ((sure, pair in labelled.same) for pair, sure in suggested.items() if pair not in labelled.unknowable),
        reverse=True,
    )
    points, right, all_so_far = [], 0, 0
    for sure, group in groupby(counted, key=lambda entry: entry[0]):
        hits = [hit for _, hit in group]
        right, all_so_far = right + sum(hits), all_so_far + len(hits)
        points.append(Point(sure, right / all_so_far, right / len(labelled.same) if labelled.same else 0.0))
    return tuple(points)
