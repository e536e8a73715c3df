"""Letters that look alike and are not: an address made of them is another address, and mostly somebody's trick."""

from __future__ import annotations

import unicodedata

# Letters of other scripts by the ASCII letter that they are taken for.
_LOOKALIKES = {
    "a": "аɑαａ", "b": "ЬƄьвβ", "c": "сϲⅽ", "d": "ԁⅾɗ", "e": "еєҽεё", "f": "ғſƒ", "g": "ɡցɢ", "h": "һհнη",
    "i": "іıɩιїí1l|", "j": "јϳ", "k": "κкқ", "l": "ӏǀⅼ1i|", "m": "мⅿ", "n": "ոпη", "o": "оοօσ0ө", "p": "рρ",
    "q": "ԛզ", "r": "гɾ", "s": "ѕꜱ", "t": "тτ", "u": "υսц", "v": "ѵνⅴ", "w": "ԝшωѡ", "x": "хχ×", "y": "уүγ",
    "z": "ᴢ",
}  # fmt: skip
_SEEN_AS = {
    other: "l" if letter in "il" else letter for letter, others in _LOOKALIKES.items() for other in others + letter
}
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))


def looks(text: str) -> str:
    """Return what `text` is taken for at a glance: two texts of one look that differ are homographs."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    seen = "".join(_SEEN_AS.get(letter, letter) for letter in plain)
    for pair, letter in _PAIRS:
        seen = seen.replace(pair, letter)
    return seen


def is_mixed(word: str) -> bool:
    """Return whether one word mixes Latin letters with Greek, Cyrillic or Armenian ones, which no language does."""
    scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in word if letter.isalpha()}
    return "LATIN" in scripts and bool(scripts & {"CYRILLIC", "GREEK", "ARMENIAN"})
