"""How a person's name comes to be written."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from tests.bench.likeness.records import Noise
from tests.bench.likeness.slips import misheard, mistyped
from tests.bench.likeness.words import Word, unaccented

if TYPE_CHECKING:
    from tests.bench.likeness.ways import Way
    from tests.bench.likeness.world import Person

# What is not said of a name of which the family name is left out.
_OF_FAMILIES = {Noise.NAME_ORDER, Noise.DOUBLE_SURNAME, Noise.MARRIED_NAME, Noise.INITIAL}


@dataclass(eq=False)
class WrittenName:
    """A name as text. `families` are the family names in it, `given` whether it has the given name (an initial is
    none), `form` in what way it was written, of each kind of noise: two names differ where their forms do."""

    text: str = ""
    given: bool = True
    families: tuple[str, ...] = ()
    suffix: str = ""
    form: dict[Noise, str] = field(default_factory=dict)

    @property
    def full(self) -> bool:
        """Whether both the given and a family name are there."""
        return self.given and bool(self.families)

    def differs_from(self, other: WrittenName) -> set[Noise]:
        """Return the kinds of noise that lie between two ways of writing one person's name."""
        kinds = {kind for kind in (*self.form, *other.form) if self.form.get(kind) != other.form.get(kind)}
        if Noise.FIRST_NAME_ONLY in self.form or Noise.FIRST_NAME_ONLY in other.form:
            kinds -= _OF_FAMILIES
            ours, theirs = (name.form.get(Noise.TRANSLITERATION, "").partition("/")[0] for name in (self, other))
            if ours == theirs:
                kinds.discard(Noise.TRANSLITERATION)
        return kinds if self.text != other.text else set()


def written_name(rng: Random, person: Person, moment: float, way: Way, full: bool) -> WrittenName:
    """Write a name as the way does: in which letters and order, in full or not, and with which slips."""
    name = WrittenName()
    native = not person.culture.scripted or rng.random() < person.culture.native * way.own_script
    given = _given(rng, person, way, native, name)
    if full:
        family = _family(rng, person, moment, native, name)
        name.text = _ordered(rng, person, way, native, given, family, name)
        if person.suffix and rng.random() < 0.5:
            name.suffix = person.suffix
    else:
        name.form[Noise.FIRST_NAME_ONLY] = "first"
        name.text = given
    _slip(rng, person, way, name)
    if name.suffix:
        name.text = f"{name.text} {name.suffix}"
    return name


def _letters(rng: Random, word: Word, native: bool) -> tuple[str, str]:
    """Return a word as written, and which of its spellings that is."""
    if native:
        return word.native, ""
    at = 0 if rng.random() < 0.65 else rng.randrange(len(word.latin))
    return word.latin[at], f"latin {at}"


def _given(rng: Random, person: Person, way: Way, native: bool, name: WrittenName) -> str:
    text, which = _letters(rng, person.given, native)
    if person.culture.scripted:
        name.form[Noise.TRANSLITERATION] = which
    pets = [pet for pet in person.given.pets if not person.culture.scripted or pet.isascii() != native]
    if pets and rng.random() < way.pet:
        text = rng.choice(pets)
        name.form[Noise.NICKNAME] = text
    return text


def _family(rng: Random, person: Person, moment: float, native: bool, name: WrittenName) -> str:
    words = person.families_at(moment)
    if person.maiden:
        name.form[Noise.MARRIED_NAME] = words[0].native
    if len(words) > 1 and rng.random() < 0.45:
        words = words[:1]
        name.form[Noise.DOUBLE_SURNAME] = "first"
    name.families = tuple(word.native for word in words)
    parts = [_letters(rng, word, native) for word in words]
    if person.culture.scripted:
        name.form[Noise.TRANSLITERATION] += "/" + " ".join(which for _, which in parts)
    text = " ".join(part for part, _ in parts)
    if "-" in text and native and rng.random() < 0.3:
        halves = text.split("-")
        text = rng.choice((halves[0], halves[-1]))
        name.form[Noise.DOUBLE_SURNAME] = text
    return text


def _ordered(rng: Random, person: Person, way: Way, native: bool, given: str, family: str, name: WrittenName) -> str:
    culture = person.culture
    if culture.family_first:
        if culture.scripted and native:
            return family + (" " if culture.spaced and rng.random() < 0.5 else "") + given
        middle = f" {culture.middle[0 if person.woman else 1].native}" if culture.middle else ""
        if rng.random() < (0.5 if culture.scripted else 0.25):
            name.form[Noise.NAME_ORDER] = "given first"
            return f"{given} {family}"
        return f"{family}{middle} {given}"
    if rng.random() < way.swapped:
        name.form[Noise.NAME_ORDER] = "family first"
        return f"{family}{rng.choice((',', ''))} {given}"
    if rng.random() < 0.05:
        name.form[Noise.INITIAL] = "initial"
        name.given = False
        return f"{given[0]}. {family}"
    return f"{given} {family}"


def _slip(rng: Random, person: Person, way: Way, name: WrittenName) -> None:
    if rng.random() < way.unaccented:
        german = person.culture.code == "de" and rng.random() < 0.5
        plain = unaccented(name.text, german)
        if plain != name.text:
            name.text, name.form[Noise.ACCENTS_LOST] = plain, f"german {german}"
    if rng.random() < way.name_slip:
        slipped = misheard(rng, name.text) if way.heard else mistyped(rng, name.text)
        if slipped != name.text:
            name.text = name.form[Noise.NAME_TYPO] = slipped
    if rng.random() < way.name_case:
        cased = rng.choice((name.text.lower(), name.text.lower(), name.text.upper()))
        if cased != name.text:
            name.text, name.form[Noise.NAME_CASE] = cased, "upper" if cased.isupper() else "lower"
