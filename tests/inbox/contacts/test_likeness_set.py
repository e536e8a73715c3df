"""The labelled set that suggestions of merges are judged by."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from itertools import combinations

import pytest

from tests.bench.likeness.people import make_set
from tests.bench.likeness.records import LabelledSet, Noise, Pair, Profile, Trap
from tests.bench.likeness.scoring import score

# Of make_set(). Figures that were measured on another set do not compare: say so wherever they are told.
FINGERPRINT = "a9594e6e48e22c9d15327a880b3ae04a308c8c7d895ebb2fd20786dd60892d5d"


@pytest.fixture(scope="module")
def labelled() -> LabelledSet:
    return make_set()


def fingerprint(made: LabelledSet) -> str:
    pairs = [sorted(sorted(pair) for pair in pairs) for pairs in (made.same, made.unknowable, made.traps)]
    tags = [
        sorted((sorted(pair), sorted(kinds)) for pair, kinds in tagged.items()) for tagged in (made.noise, made.traps)
    ]
    return hashlib.sha256(repr((made.profiles, pairs, tags)).encode()).hexdigest()


def alike(made: LabelledSet, facts: Callable[[Profile], Iterable[str]]) -> set[Pair]:
    """Return the pairs of profiles that have a fact in common."""
    holders = defaultdict(list)
    for profile in made.profiles:
        for fact in set(facts(profile)) - {""}:
            holders[fact].append(profile.id)
    return {frozenset(pair) for ids in holders.values() for pair in combinations(ids, 2)}


def mailboxes(profile: Profile) -> list[str]:
    """Return where the addresses of a profile lead, by what Gmail says of dots and tags."""
    found = []
    for email in profile.emails:
        local, _, domain = email.value.casefold().partition("@")
        local = local.partition("+")[0]
        found.append(f"{local.replace('.', '') if domain == 'gmail.com' else local}@{domain}")
    return found


def test_the_same_seed_makes_the_same_set_and_another_one_another():
    made = make_set(seed=3, people=500)

    assert made == make_set(seed=3, people=500)
    assert made.profiles != make_set(seed=4, people=500).profiles


def test_the_set_is_the_one_that_was_measured_before(labelled):
    assert fingerprint(labelled) == FINGERPRINT


def test_a_set_too_small_for_its_rare_scenes_is_refused():
    with pytest.raises(ValueError, match="500 people or more"):
        make_set(people=499)


def test_every_profile_is_of_one_person(labelled):
    owners = Counter(profile for person in labelled.persons for profile in person)

    assert len(labelled.persons) == 4000
    assert set(owners) == {profile.id for profile in labelled.profiles}
    assert set(owners.values()) == {1}


def test_profiles_are_counted_from_the_oldest(labelled):
    assert [profile.order for profile in labelled.profiles] == list(range(len(labelled.profiles)))


def test_every_pair_of_one_person_is_either_to_be_found_or_unknowable(labelled):
    within = {frozenset(pair) for person in labelled.persons for pair in combinations(person, 2)}

    assert within == labelled.same | (labelled.unknowable & within)
    assert not labelled.same & labelled.unknowable
    assert set(labelled.noise) == labelled.same
    assert all(labelled.noise.values())


def test_a_trap_is_of_different_people_who_can_be_told_apart(labelled):
    within = {frozenset(pair) for person in labelled.persons for pair in combinations(person, 2)}

    assert not within & set(labelled.traps)
    assert not labelled.unknowable & set(labelled.traps)
    assert all(labelled.traps.values())


def test_two_people_whom_nobody_could_tell_apart_share_a_fact(labelled):
    within = {frozenset(pair) for person in labelled.persons for pair in combinations(person, 2)}
    shared = alike(labelled, mailboxes) | alike(labelled, lambda profile: [profile.device])
    between = labelled.unknowable - within

    assert len(between) > 20
    assert len(between & shared) > len(between) / 2  # the others share a number, in two spellings


def test_who_inherits_a_number_or_a_post_comes_after_who_had_it(labelled):
    order = {profile.id: profile.order for profile in labelled.profiles}
    owner = {profile: person for person in labelled.persons for profile in person}
    heirs = {
        frozenset(owner[profile] for profile in pair)
        for pair, traps in labelled.traps.items()
        if traps & {Trap.RECYCLED_PHONE, Trap.SUCCESSOR} and not traps & {Trap.OFFICE_PHONE, Trap.SHARED_INBOX}
    }

    for one, other in heirs:
        (_, last), (first, _) = sorted(
            (min(order[id_] for id_ in ids), max(order[id_] for id_ in ids)) for ids in (one, other)
        )
        assert last < first


def test_an_address_that_leads_nowhere_is_never_verified(labelled):
    wrong = [
        email
        for profile in labelled.profiles
        for email in profile.emails
        if re.search(r"\.(con|cmo|ocm)$", email.value)
    ]

    assert wrong
    assert not any(email.verified for email in wrong)


def test_each_kind_of_noise_and_each_trap_is_there_in_number(labelled):
    noise = Counter(kind for kinds in labelled.noise.values() for kind in kinds)
    traps = Counter(kind for kinds in labelled.traps.values() for kind in kinds)

    assert {kind: noise[kind] for kind in Noise if noise[kind] < 20} == {}
    assert {kind: traps[kind] for kind in Trap if traps[kind] < 20} == {}


def test_names_come_in_many_scripts(labelled):
    letters = {letter for profile in labelled.profiles for letter in profile.name if letter.isalpha()}
    scripts = {unicodedata.name(letter).split()[0] for letter in letters}

    assert scripts >= {"LATIN", "CYRILLIC", "ARABIC", "HEBREW", "CJK", "HANGUL", "HIRAGANA"}
    assert letters >= set("éüßñãłşåđễ")


def test_what_must_be_unique_in_a_workspace_is(labelled):
    verified = Counter(
        mail.value.casefold() for profile in labelled.profiles for mail in profile.emails if mail.verified
    )
    external_ids = Counter(profile.external_id for profile in labelled.profiles if profile.external_id)

    assert set(verified.values()) == {1}
    assert set(external_ids.values()) == {1}


@pytest.mark.parametrize(
    "facts",
    [mailboxes, lambda profile: [profile.device], lambda profile: [profile.phone if profile.phone[:1] == "+" else ""]],
    ids=["address", "device", "phone"],
)
def test_different_people_have_no_fact_in_common_but_in_a_trap(labelled, facts):
    known = labelled.same | labelled.unknowable | set(labelled.traps)

    assert {tuple(pair) for pair in alike(labelled, facts) - known} == set()


def test_a_homograph_looks_like_an_address_that_it_is_not(labelled):
    profiles = {profile.id: profile for profile in labelled.profiles}
    disguised = [pair for pair, traps in labelled.traps.items() if Trap.HOMOGRAPH in traps]

    for pair in disguised:
        addresses = ["".join(email.value for email in profiles[id_].emails) for id_ in pair]
        assert sum(bool(re.search("[а-яі]", address, re.IGNORECASE)) for address in addresses) == 1


def test_equal_facts_are_no_way_to_solve_it(labelled):
    """Else it would measure nothing."""

    def equal(profile: Profile) -> list[str]:
        return [profile.device, profile.phone, profile.name, *(email.value for email in profile.emails)]

    found = score(((pair, 1.0) for pair in alike(labelled, equal)), labelled)

    assert 0.3 < found.recall < 0.95
    assert found.precision < 0.5
