"""How a name is spelled when nobody minds the spelling: the same for the ways to write it in Latin letters."""

from __future__ import annotations

import re
from functools import lru_cache

# In this order. What is left is what the usual ways to write one name have in common; a capital is a sound of its own.
_SPELLINGS = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        (r"shch|schtsch|schtch|szcz", "S"), (r"dzh|dsch", "j"), (r"tsch|tch|cz|ch", "C"), (r"^hs|^x|sch|sh|sz", "s"),
        (r"zh", "z"), (r"kh|gh", "h"), (r"ph", "f"), (r"th", "t"), (r"x", "ks"), (r"ck|q|c(?![ei])", "k"),
        (r"ts|tz", "z"), (r"w", "v"), (r"ee", "i"), (r"oo|ou", "u"), (r"ae", "a"), (r"oe|eo", "o"), (r"ue", "u"),
        (r"[yj]", "i"), (r"(?<=[^aeiou])h|h(?![aeiou])", ""), (r"(.)\1+", r"\1"), (r"(?<=.)ei(?=i?$)|ie$", "i"),
    )
)  # fmt: skip
_HARD = str.maketrans("bdgvzScCj", "ptkfssssi")
_CONSONANTS = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        (r"^[ae]l(?=\w{4})", ""), (r"sh|sch|ts|tz|z|x", "s"), (r"ph|p", "f"), (r"th", "t"), (r"kh|ck|q", "k"),
        (r"dh", "d"), (r"ch|[aeiouyhvwb]", ""), (r"c", "k"), (r"j", "g"), (r"(.)\1+", r"\1"),
    )
)  # fmt: skip


@lru_cache(maxsize=20_000)
def spelling(token: str) -> str:
    """Return the token (lower-case ASCII letters) in one spelling for the ways in which romanised names are written."""
    for pattern, by in _SPELLINGS:
        token = pattern.sub(by, token)
    return token


@lru_cache(maxsize=20_000)
def syllables(token: str) -> str:
    """Return a short Chinese or Korean name in one spelling: hard and soft letters alike, o and u as one."""
    return re.sub(r"[ou]+", "o", spelling(token).translate(_HARD))


@lru_cache(maxsize=20_000)
def consonants(token: str) -> str:
    """Return what Arabic and Hebrew show of a name: the consonants, less those that stand for vowels."""
    for pattern, by in _CONSONANTS:
        token = pattern.sub(by, token)
    return token


def sound(token: str) -> str:
    """Return the coarsest form, under which a name is looked for: mostly the same in all scripts and spellings."""
    bare = consonants(token)
    return bare if len(bare) > 1 else syllables(token)
