"""In which encoding a text was written, by its first bytes."""

from __future__ import annotations

import codecs
import re

import charset_normalizer

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The letters beyond ASCII that people of some countries write, in the encodings that they had for it. Of those that fit
# equally well the first is taken.
_LATIN = [
    (encoding, frozenset(letters + letters.upper()))
    for encoding, languages in {
        "cp1252": ("äöüßéèêëàâçîïôûùœæÿáíóúñãõåøìò",),
        "cp1250": ("ąćęłńóśźż", "áčďéěíňóřšťúůýžäĺľŕôöü", "áéíóöőúüű", "ăâîşţ", "čćžšđ"),
        "cp1254": ("ğışçöüâîûİ",),
        "iso8859_2": ("ąćęłńóśźż", "áčďéěíňóřšťúůýžäĺľŕôöü", "áéíóöőúüű", "čćžšđ"),
        "mac_roman": ("äöüßéèêëàâçîïôûùœæáíóúñãõåøìò",),
        "cp850": ("äöüßéèêëàâçîïôûùæáíóúñãõåøìò",),
    }.items()
    for letters in languages
]
_SELDOM = "ðþýÐÞÝ"
_SIGNS = "€„“”‚‘’–—…©®™°·«»¿¡ºª£§½²³µ\xa0•´"
_OTHERS = [
    "cp1251", "koi8_r", "cp866", "cp1253", "cp1256", "cp932", "euc_jp", "gb18030", "big5", "euc_kr", "cp874",
    "iso8859_5",
]  # fmt: skip
_HIGH = re.compile(rb"[\x80-\xff]")
_HEBREW = re.compile(rb"[\xe0-\xfa]+")
_LOOKED_AT = 16_384


def encoding_of(head: bytes, *, whole: bool) -> str:
    """Return the encoding (as Python names it) of a text that begins with `head`; `whole`: that is all of it.

    Any bytes have an answer. What does not decode in it is for the reader to refuse, row by row.
    """
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    return _utf16(head) or ("utf-8" if _is_utf8(head, whole=whole) else _legacy(head))


def _utf16(head: bytes) -> str:
    """Return which UTF-16 this is, written without its mark; "" for none. Commas and line ends give it away."""
    pairs = head[: len(head) // 2 * 2][:65_536]
    if len(pairs) < 4 or b"\0" not in pairs:
        return ""
    for encoding, zeros, others in (
        ("utf-16-le", pairs[1::2], pairs[0::2]),
        ("utf-16-be", pairs[0::2], pairs[1::2]),
    ):
        share = zeros.count(0) / len(zeros)
        if others.count(0) > len(others) * 0.01 or share < 0.05:
            continue
        text = pairs.decode(encoding, "replace")
        lines = len(re.findall(r"[\r\n]", text))
        if (share >= 0.4 or lines) and text.count("\ufffd") <= len(text) * 0.01:
            return encoding
    return ""


def _is_utf8(head: bytes, *, whole: bool) -> bool:
    """Return whether this is UTF-8. A few broken bytes among many that are sound are a flaw of single rows."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(head, final=whole)
    except UnicodeDecodeError:
        broken = head.decode("utf-8", "replace").count("\ufffd")
        sound = len(re.findall(rb"[\xc2-\xf4][\x80-\xbf]+", head))
        return sound > 20 * broken
    return True


def _legacy(head: bytes) -> str:
    """Return the likeliest of the encodings from before Unicode."""
    sample = b"\n".join(line for line in head.splitlines() if not line.isascii())[:_LOOKED_AT]
    score, latin = max(((_plausible(sample, *one), one[0]) for one in _LATIN), key=lambda scored: scored[0])
    high = len(_HIGH.findall(sample))
    in_words = sum(len(run) for run in re.findall(rb"[\x80-\xff]{3,}", sample))
    # Latin letters with accents stand among plain ones; other alphabets are all beyond ASCII.
    if score >= 0 and in_words <= high / 2:
        return latin
    if _HEBREW.fullmatch(b"".join(_HIGH.findall(sample))):
        return "cp1255"
    best = charset_normalizer.from_bytes(sample, cp_isolation=_OTHERS).best()
    return best.encoding if best is not None else latin


def _plausible(sample: bytes, encoding: str, letters: frozenset[str]) -> int:
    """Return how many signs are what people write, less those that nobody does."""
    text = f" {sample.decode(encoding, 'replace')} "
    score = 0
    for place, sign in enumerate(text):
        if sign <= "\x7f":
            continue
        before, after = text[place - 1], text[place + 1]
        if sign in letters or sign in _SELDOM:
            in_word = before.isalpha() or after.isalpha()
            score += (2 if sign in letters else 1) * in_word
        else:
            score += 1 if sign in _SIGNS and not (before.isalpha() and after.isalpha()) else -3
    return score
