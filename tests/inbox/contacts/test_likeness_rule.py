"""Which pairs of the labelled set a careful reader could tell to be one person."""

from __future__ import annotations

from random import Random

import pytest

from tests.bench.likeness.records import Noise, Trap
from tests.bench.likeness.rule import Reader, noise_between
from tests.bench.likeness.ways import Draft, ShownEmail
from tests.bench.likeness.world import Handle, Person, World
from tests.bench.likeness.written import WrittenName

OWN = Handle("own")
FAMILY = Handle("family", Trap.FAMILY_DEVICE)


@pytest.fixture
def world() -> World:
    return World(Random(1), 500)


@pytest.fixture
def person(world) -> Person:
    return world.person()


def seen(person: Person, name: str = "full", device: Handle | None = None, at_home: bool = False) -> Draft:
    """Return a profile that shows so much of the name: `full`, `given` or nothing."""
    families = tuple(word.native for word in person.families) if name == "full" else ()
    written = WrittenName(name, families=families) if name else None
    return Draft(person, 0.9, "chat", name=written, device=device, city=person.city if at_home else None)


def test_what_is_ones_own_tells_without_a_name(person):
    assert Reader([person]).recognises(seen(person, "", OWN), seen(person, "full", OWN))


def test_what_others_use_tells_with_a_given_name(person):
    reader = Reader([person])

    assert reader.recognises(seen(person, "given", FAMILY), seen(person, "full", FAMILY))
    assert not reader.recognises(seen(person, "", FAMILY), seen(person, "full", FAMILY))


def test_a_kiosk_tells_with_a_full_name(person):
    kiosk = Handle("library", Trap.KIOSK)

    assert Reader([person]).recognises(seen(person, "full", kiosk), seen(person, "full", kiosk))
    assert not Reader([person]).recognises(seen(person, "given", kiosk), seen(person, "full", kiosk))


def test_what_was_put_in_for_want_of_an_address_tells_nothing(person):
    nothing = Handle("none@none.com", Trap.PLACEHOLDER)

    assert not Reader([person]).recognises(seen(person, "full", nothing), seen(person, "full", nothing))


def test_a_name_alone_tells_nothing(person):
    assert not Reader([person]).recognises(seen(person), seen(person))


def test_a_name_and_a_city_tell_unless_another_one_bears_it(world, person):
    one, other = seen(person, at_home=True), seen(person, at_home=True)
    namesake = world.person(person.culture, given=person.given, family=person.root, woman=person.woman)

    assert Reader([person]).recognises(one, other)
    assert noise_between(one, other) == {Noise.NAME_ONLY}
    assert not Reader([person, namesake]).recognises(one, other)


def test_a_name_and_a_company_tell_unless_a_colleague_bears_it(world, person):
    company = world.company(person.country)
    one, other = seen(person), seen(person)
    one.company = other.company = company
    namesake = world.person(person.culture, given=person.given, family=person.root, woman=person.woman, company=company)

    assert Reader([person]).recognises(one, other)
    assert not Reader([person, namesake]).recognises(one, other)


def test_a_family_name_before_a_wedding_is_another_one(world, person):
    before, after = seen(person, at_home=True), seen(person, at_home=True)
    before.name.families = ("Maiden",)

    assert not Reader([person]).recognises(before, after)


def test_where_a_father_bears_the_name_only_what_is_ones_own_tells(person):
    person.ambiguous = True

    assert not Reader([person]).recognises(seen(person, "full", FAMILY), seen(person, "full", FAMILY))
    assert Reader([person]).recognises(seen(person, "full", OWN), seen(person, "full", OWN))


def test_an_address_that_spells_a_name_says_it(person):
    spelling = ShownEmail("ann.smith@x.test", Handle("ann.smith@x.test", spells=True))
    one = seen(person, "", FAMILY)
    one.emails.append(spelling)

    assert Reader([person]).recognises(one, seen(person, "given", FAMILY))


def test_two_of_a_family_are_not_told_apart_where_one_gives_no_name(world, person):
    other = world.person(person.culture, family=person.root)

    assert Reader.is_misled(seen(person, "", FAMILY), seen(other, "full", FAMILY))
    assert not Reader.is_misled(seen(person, "", OWN), seen(other, "full", FAMILY))


def test_when_they_were_born_tells_father_and_son_apart(world, person):
    son = world.person(person.culture, given=person.given, family=person.root, woman=person.woman)
    one, other = seen(person, "full", FAMILY), seen(son, "full", FAMILY)

    assert Reader.is_misled(one, other)
    one.attributes["birth_year"] = "1950"
    assert Reader.is_misled(one, other)
    other.attributes["birth_year"] = "1980"
    assert not Reader.is_misled(one, other)


def test_a_suffix_tells_father_and_son_apart(world, person):
    son = world.person(person.culture, given=person.given, family=person.root, woman=person.woman)
    one, other = seen(person, "full", FAMILY), seen(son, "full", FAMILY)
    other.name.suffix = "Jr."

    assert not Reader.is_misled(one, other)
