"""Names as words that are written in more than one way, and the cultures that they belong to."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

_PLAIN_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "æ": "ae", "Æ": "Ae"}
)
_GERMAN_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})


@dataclass(frozen=True)
class Word:
    """A given or family name: in its own script, in Latin letters (the usual way first), and its pet forms."""

    native: str
    latin: tuple[str, ...]
    pets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Culture:
    """How a people is called. `countries` are where they live, with weights; `native` is how often their own script
    is what they write, 1 where that is Latin."""

    code: str
    weight: int
    countries: tuple[tuple[str, int], ...]
    women: tuple[Word, ...]
    men: tuple[Word, ...]
    families: tuple[Word, ...]
    family_first: bool = False
    native: float = 1.0
    two_families: bool = False
    marries: bool = True
    # Words between the family and the given name, for women and for men.
    middle: tuple[Word, ...] = ()

    @property
    def scripted(self) -> bool:
        """Whether names have a form in Latin letters beside their own."""
        return self.native < 1

    @property
    def spaced(self) -> bool:
        """Whether the parts of a name are set apart by a space in their own script."""
        return self.code not in {"zh", "ko"}


def words(text: str) -> tuple[Word, ...]:
    """Read `own[=latin|latin][~pet|pet]` words, set apart by white space; an underscore stands for a space."""
    found = []
    for token in text.split():
        own, _, pets = token.replace("_", " ").partition("~")
        native, _, latin = own.partition("=")
        found.append(
            Word(native, tuple(latin.split("|")) if latin else (native,), tuple(filter(None, pets.split("|"))))
        )
    return tuple(found)


def inflected(family: Word, code: str, woman: bool) -> Word:
    """Return the form of a family name that a woman bears, where the language has one."""
    if not woman:
        return family
    if code == "pl" and family.native.endswith(("ski", "cki")):
        return Word(family.native[:-1] + "a", (family.native[:-1] + "a",))
    if code == "ru" and family.native.endswith(("ов", "ев", "ёв", "ин", "ын")):
        return Word(family.native + "а", tuple(form + "a" for form in family.latin))
    if code == "ru" and family.native.endswith("ский"):
        return Word(family.native[:-2] + "ая", tuple(re.sub("(y|i|iy|ii)$", "", f) + "aya" for f in family.latin))
    return family


@cache
def unaccented(text: str, german: bool = False) -> str:
    """Return a text without its accents, as a form or a spreadsheet leaves it; German ü as ue where wanted."""
    if german:
        text = text.translate(_GERMAN_LETTERS)
    if not any("LATIN" in unicodedata.name(letter, "") for letter in text):
        return text  # the marks of other scripts are letters
    parts = unicodedata.normalize("NFKD", text.translate(_PLAIN_LETTERS))
    return unicodedata.normalize("NFC", "".join(part for part in parts if not unicodedata.combining(part)))


@cache
def for_address(text: str) -> str:
    """Return a Latin name as it stands in a mail address: small ASCII letters and hyphens."""
    return re.sub("[^a-z-]", "", unaccented(text, german=True).lower()).strip("-")
