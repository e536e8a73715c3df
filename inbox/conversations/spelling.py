"""What somebody types of a name, as the database keeps names to be found by (Teammate.sought): without accents and
capitals.

Whatever is typed is made plain here and only split into words there: a name is made plain once, when it is written.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# Nobody has a longer handle; what is longer finds nobody.
LONGEST = 39
# Latin, Greek and Cyrillic letters with accents, and the wide Latin ones.
_LETTERS = (*range(0xC0, 0x530), *range(0x1E00, 0x2000), *range(0xFF21, 0xFF5B))
# What Unicode does not take apart.
_PLAIN = dict(zip("øłđðħıßæœþŧŋ", "olddhisaottn", strict=True))


def plain(words: str) -> str:
    """Return what somebody typed in small letters without accents; what cannot be seen is left out."""
    bases = _bases()
    composed = unicodedata.normalize("NFC", words).lower()
    seen = (sign for sign in composed if sign.isprintable() and not unicodedata.category(sign).startswith("M"))
    return "".join(bases.get(sign, sign) for sign in seen).strip()[: LONGEST + 1]


@lru_cache(maxsize=1)
def _bases() -> dict[str, str]:
    """Return the plain letter of each letter that is not plain itself."""
    found: dict[str, str] = {}
    for sign in filter(str.isalpha, map(chr, _LETTERS)):
        base = unicodedata.normalize("NFKD", sign.lower())[0]
        found[sign] = _PLAIN.get(base, base)
    return {sign: base for sign, base in found.items() if sign != base}
