"""How suggestions are measured against the labelled set."""

from __future__ import annotations

from random import Random

import pytest

from tests.bench.likeness.people import make_set
from tests.bench.likeness.records import Email, LabelledSet, Noise, Profile, Trap
from tests.bench.likeness.scoring import Point, Share, score


def hand_made() -> LabelledSet:
    """Two people: a, b and c are one, d and e are another one; nobody could tell that c is a."""

    def profile(id_: str) -> Profile:
        return Profile(id_, "", (Email(f"{id_}@x.test", False),), "", "", "", "", "", 0, {})

    return LabelledSet(
        profiles=tuple(profile(id_) for id_ in "abcde"),
        persons=(frozenset("abc"), frozenset("de")),
        same=frozenset({frozenset("ab"), frozenset("bc"), frozenset("de")}),
        unknowable=frozenset({frozenset("ac")}),
        noise={
            frozenset("ab"): frozenset({Noise.NICKNAME}),
            frozenset("bc"): frozenset({Noise.NICKNAME, Noise.EMAIL_TYPO}),
            frozenset("de"): frozenset({Noise.PLAIN}),
        },
        traps={frozenset("ad"): frozenset({Trap.KIOSK}), frozenset("ae"): frozenset({Trap.KIOSK})},
    )


def test_who_finds_all_and_nothing_else_is_perfect():
    labelled = hand_made()

    found = score(((pair, 1.0) for pair in labelled.same), labelled)

    assert (found.precision, found.recall) == (1, 1)
    assert all(share.count == share.total for share in found.by_noise.values())
    assert all(share.count == 0 for share in found.by_trap.values())
    assert found.sweep == (Point(1.0, 1.0, 1.0),)


def test_who_finds_nothing_has_no_recall_and_is_not_wrong():
    found = score([], hand_made())

    assert (found.precision, found.recall) == (1, 0)
    assert found.sweep == ()
    assert found.recall_at(0.5) == 0


def test_who_guesses_is_bad_at_both():
    labelled = make_set(people=500)
    rng, ids = Random(1), [profile.id for profile in labelled.profiles]

    found = score(((frozenset(rng.sample(ids, 2)), rng.random()) for _ in range(500)), labelled, threshold=0)

    assert found.precision < 0.05
    assert found.recall < 0.05


def test_right_and_wrong_ones_are_told_by_kind():
    pairs = ["ab", "de", "ad", "be"]

    found = score([(frozenset(pair), 0.9) for pair in pairs], hand_made())

    assert found.found == Share(2, 3)
    assert found.wrong == Share(2, 4)
    assert found.by_noise[Noise.NICKNAME] == Share(1, 2)
    assert found.by_noise[Noise.EMAIL_TYPO] == Share(0, 1)
    assert found.by_noise[Noise.MARRIED_NAME] == Share(0, 0)
    assert found.by_trap[Trap.KIOSK] == Share(1, 2)
    assert found.untrapped == 1


def test_what_nobody_could_tell_counts_for_neither():
    found = score([(frozenset("ac"), 1.0), (frozenset("ab"), 1.0)], hand_made())

    assert (found.precision, found.found, found.unknowable) == (1, Share(1, 3), 1)
    assert found.sweep == (Point(1.0, 1.0, 1 / 3),)


def test_only_what_is_as_sure_as_the_threshold_counts():
    suggested = [(frozenset("ab"), 0.5), (frozenset("ad"), 0.49)]

    assert score(suggested, hand_made()).wrong == Share(0, 1)
    assert score(suggested, hand_made(), threshold=0.4).wrong == Share(1, 2)


def test_of_a_pair_suggested_twice_the_surer_counts():
    assert score([(frozenset("ab"), 0.9), (frozenset("ab"), 0.1)], hand_made()).found.count == 1


def test_the_sweep_says_what_each_threshold_costs():
    suggested = [(frozenset("ab"), 0.9), (frozenset("ad"), 0.5), (frozenset("bc"), 0.5), (frozenset("de"), 0.1)]

    found = score(suggested, hand_made())

    assert found.sweep == (Point(0.9, 1.0, 1 / 3), Point(0.5, 2 / 3, 2 / 3), Point(0.1, 3 / 4, 1.0))
    assert found.recall_at(precision=0.9) == 1 / 3
    assert found.recall_at(precision=0.7) == 1


@pytest.mark.parametrize("pair", ["a", "ax", "abc"])
def test_a_suggestion_that_is_no_pair_of_the_set_is_refused(pair):
    with pytest.raises(ValueError, match="suggest two different ids"):
        score([(frozenset(pair), 1.0)], hand_made())


def test_a_suggestion_without_a_number_is_refused():
    with pytest.raises(ValueError, match="say how sure"):
        score([(frozenset("ab"), float("nan"))], hand_made())
