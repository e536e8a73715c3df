"""Slips of the hand and of the ear: how a text is written wrongly."""

from __future__ import annotations

from random import Random

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю")
_BESIDE = {row[at]: row[max(at - 1, 0) : at] + row[at + 1 : at + 2] for row in _ROWS for at in range(len(row))}
_DOMAINS = {
    "gmail.com": (
        "gmial.com",
        "gamil.com",
        "gmal.com",
        "gmail.co",
        "gmail.con",
        "gmail.cmo",
        "gnail.com",
        "gmaill.com",
    ),
    "hotmail.com": ("hotmial.com", "hotmal.com", "hotmail.con", "hotmai.com", "homail.com"),
    "yahoo.com": ("yaho.com", "yahooo.com", "yhaoo.com", "yahoo.con"),
    "outlook.com": ("outlok.com", "outlook.co", "outloook.com", "otlook.com"),
    "icloud.com": ("iclod.com", "icoud.com", "icloud.con"),
}
_ENDINGS = ((".com", (".con", ".cmo", ".cm", ".ocm", "com")), (".de", (".ed", ".dr")), (".co.uk", (".couk", ".co.k")))
_HEARD = (
    ("ph", "f"), ("ck", "k"), ("dt", "tt"), ("ei", "ai"), ("ey", "ay"), ("th", "t"), ("ll", "l"), ("nn", "n"),
    ("ah", "a"), ("c", "k"), ("y", "i"), ("z", "s"), ("oo", "u"), ("s", "ss"), ("n", "nn"), ("и", "е"), ("о", "а"),
)  # fmt: skip


def mistyped(rng: Random, text: str) -> str:
    """Return a text with one slip of the fingers, or as it was where it is too short for one to be told."""
    places = [at for at in range(1, len(text)) if text[at].isalnum()]
    if len(text) < 5 or not places:
        return text
    at, slip = rng.choice(places), rng.random()
    before, letter, after = text[:at], text[at], text[at + 1 :]
    if slip < 0.3:
        return before + after
    if slip < 0.5:
        return before + letter + letter + after
    if slip < 0.75 and after:
        return before + after[0] + letter + after[1:]
    beside = _BESIDE.get(letter)
    return before + rng.choice(beside) + after if beside else before + letter + letter + after


def mistyped_domain(rng: Random, domain: str) -> str:
    """Return a mail domain with one slip, mostly one of the well-known ones."""
    if domain in _DOMAINS:
        return rng.choice(_DOMAINS[domain])
    for ending, wrong in _ENDINGS:
        if domain.endswith(ending) and rng.random() < 0.6:
            return domain.removesuffix(ending) + rng.choice(wrong)
    label, _, rest = domain.partition(".")
    return f"{mistyped(rng, label)}.{rest}"


def misheard(rng: Random, text: str) -> str:
    """Return a name as one who heard it on the telephone might spell it."""
    fits = [(heard, put) for heard, put in _HEARD if heard in text[1:]]
    if not fits:
        return mistyped(rng, text)
    heard, put = rng.choice(fits)
    return text[0] + text[1:].replace(heard, put, 1)
