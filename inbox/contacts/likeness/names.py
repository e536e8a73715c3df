"""Names: their words, whatever the script, the order and the titles."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from anyascii import anyascii

from inbox.contacts.likeness.homographs import is_mixed

LONGEST, MOST_WORDS = 200, 6
_TITLES = frozenset(
    """
mr mrs ms miss mx dr prof professor sir dame madam rev fr herr frau hr fru dhr mevr mw m mme mlle monsieur madame
mademoiselle sr sra srta senor senora senorita don dona dott dottore dottssa sig signor signora ing dipl mag mgr bc phd
md mba msc bsc esq pan pani inz lic eng bay bayan san sama hon capt col gen lt sgt
""".split()
)
_AFTER = frozenset("phd md mba msc bsc esq".split())
_SUFFIXES = {
    "jr": "jr", "jun.": "jr", "junior": "jr", "jnr": "jr", "sr": "sr", "sen.": "sr", "senior": "sr", "snr": "sr",
    "ii": "ii", "iii": "iii", "iv": "iv", "2nd": "ii", "3rd": "iii", "filho": "jr", "neto": "iii", "hijo": "jr",
    "padre": "sr", "pai": "sr", "figlio": "jr", "fils": "jr", "vater": "sr", "sohn": "jr", "pere": "sr", "père": "sr",
    "d.ä.": "sr", "d.j.": "jr", "мл.": "jr", "ст.": "sr", "младший": "jr", "старший": "sr", "starszy": "sr",
    "mladsi": "jr", "mladší": "jr", "starsi": "sr", "starší": "sr", "młodszy": "jr",
}  # fmt: skip
# Words between a given and a family name that many leave out, or write in another way.
_PARTICLES = frozenset(
    "von van de der den del della di da dos das do du la le las los el al bin ibn ben bn bint zu zur zum af av ter ten "
    "thi".split()
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "œ": "oe", "ß": "ss"})


class Script(StrEnum):
    """What a name was written in, as far as it matters to how it is read."""

    LATIN = "latin"
    ABJAD = "abjad"  # Arabic, Hebrew: no vowels
    SYLLABIC = "syllabic"  # Chinese, Korean
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Name:
    """One name, read. `words` are lower-case ASCII, the given name first as far as can be told.

    `ordered` says that it can; `mixed` that a word was in two scripts at once.
    `family_only` is "Mr Smith". `parts` are each word's halves, where it was hyphened. `logographic`: in Chinese
    characters, which tell how they are read only to who knows in what language. `guessed`: read out of an address that
    may as well be no name; `of` is that mailbox.
    """

    text: str
    words: tuple[str, ...]
    suffix: str = ""
    ordered: bool = False
    script: Script = Script.LATIN
    mixed: bool = False
    family_only: bool = False
    logographic: bool = False
    guessed: bool = False
    of: str = ""
    parts: tuple[frozenset[str], ...] = field(default=())


_SCRIPTS = {"ARABIC": Script.ABJAD, "HEBREW": Script.ABJAD, "CJK": Script.SYLLABIC, "HANGUL": Script.SYLLABIC}
_ARTICLE = re.compile(r"^(?:[ae]l|as|ar|ad|an|ash|at)[-‐‑–'’]|^ال(?=\w{3})", re.IGNORECASE)
NOBODY = Name("", ())


@lru_cache(maxsize=4096)
def read(text: str) -> Name:
    """Return the name that a text is; one without words where it is none, or an address."""
    text = " ".join(
        "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFKC", text[:LONGEST])).split()
    )
    if "@" in text:
        return Name(text, ())
    plain, ordered = _given_first(text)
    raw = [word for word in re.split(r"[\s,;/()\"“”]+", plain) if any(letter.isalpha() for letter in word)]
    raw, suffix, titled = _without_titles(raw)
    pieces = _split_east_asian(raw)
    ordered = ordered or pieces is not None
    words = [
        (ascii_letters(_ARTICLE.sub("", word)), _parts(word))
        for word in (raw if pieces is None else pieces)[:MOST_WORDS]
    ]
    words = [(word, parts) for word, parts in words if word]
    last = len(words) - 1
    kept = [
        pair for at, pair in enumerate(words)
        if not (pair[0] in _PARTICLES and (at or last > 1)) and not (pair[0] in ("y", "e") and 0 < at < last)
    ] or words  # fmt: skip
    return Name(
        text=text,
        words=tuple(word for word, _ in kept),
        parts=tuple(parts for _, parts in kept),
        suffix=suffix,
        ordered=ordered,
        script=_script("".join(raw)),
        mixed=any(is_mixed(word) for word in raw),
        family_only=titled and len(kept) == 1,
        logographic=any("\u4e00" <= letter <= "\u9fff" for letter in text),
    )


@lru_cache(maxsize=20_000)
def ascii_letters(word: str) -> str:
    """Return the word in lower-case ASCII letters: accents gone, umlauts written out, other scripts transliterated."""
    plain = unicodedata.normalize("NFC", word).casefold().translate(_UMLAUTS)
    return "".join(letter for letter in anyascii(plain).lower() if "a" <= letter <= "z")


def _given_first(text: str) -> tuple[str, bool]:
    """Return the text with the given name first, and whether it says which that is."""
    family, comma, given = text.partition(",")
    if comma and given.strip() and not _suffix(given):
        return f"{given} {family}", True
    words = text.split()
    shouted = [word for word in words if len(word) > 1 and word.isupper() and word.isalpha()]
    if len(shouted) == 1 and len(words) > 1 and not _suffix(shouted[0]):
        return " ".join([*(word for word in words if word != shouted[0]), shouted[0]]), True
    return text, False


def _bare(word: str) -> str:
    return word.strip(" .,").casefold()


def _suffix(word: str) -> str:
    """Return what a last word says of which of two kin it is: "jun." does, and Jun is a name."""
    word = word.strip(" ,").casefold()
    return _SUFFIXES.get(word) or _SUFFIXES.get(word.strip("."), "")


def _without_titles(words: list[str]) -> tuple[list[str], str, bool]:
    """Return the words without titles, the suffix ("jr", "sr", "ii" …), and whether a title stood there."""
    suffix = next((found for word in words[1:] if (found := _suffix(word))), "")
    words = words[:1] + [word for word in words[1:] if not _suffix(word)]
    kept = list(words)
    while len(kept) > 1 and _bare(kept[0]) in _TITLES and (len(_bare(kept[0])) > 1 or not kept[0].endswith(".")):
        kept = kept[1:]
    while len(kept) > 1 and _bare(kept[-1]) in _AFTER:
        kept = kept[:-1]
    return kept, suffix, len(kept) < len(words)


def _split_east_asian(words: list[str]) -> list[str] | None:
    """Return given and family name of a Chinese or Korean name written without a space; None for any other."""
    if len(words) != 1 or not 2 <= len(words[0]) <= 4:
        return None
    word = words[0]
    if not all("\u4e00" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7a3" for letter in word):
        return None
    if len(word) == 2 and word[0] >= "\uac00":
        return None
    family = 2 if len(word) == 4 else 1
    return [word[family:], word[:family]]


def _parts(word: str) -> frozenset[str]:
    pieces = re.split(r"[-‐‑–'’.]", word)
    return frozenset(part for part in map(ascii_letters, pieces) if len(part) > 2) if len(pieces) > 1 else frozenset()


def _script(text: str) -> Script:
    """Return the first script in the text that is not Latin, or that."""
    for letter in text:
        if letter.isalpha() and not (named := unicodedata.name(letter, "")).startswith(("LATIN", "FULLWIDTH LATIN")):
            return _SCRIPTS.get(named.partition(" ")[0], Script.OTHER)
    return Script.LATIN
