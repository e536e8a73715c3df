"""Takes secrets out of what leaves the house in a log line or an error report.

Three nets, one behind the other: values that this installation knows to be secret, shapes that only secrets have
(tokens, signatures, card numbers), and names that only secrets bear (password=…, Authorization: …).
Taking out too much costs a little reading; taking out too little cannot be undone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

SCRUBBED = "[scrubbed]"
MAX_TEXT = 20_000
MAX_DEPTH = 24
SHORTEST_KNOWN = 8

_NAMES = (
    r"passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|private[_-]?key|access[_-]?key|authorization|"
    r"cookie|csrf\w*|session(?:id|[_-]?key)|frontdesk_session|credential|signature|recovery[_-]?code|otp|totp|dsn|cvc|cvv|card[_-]?number"
)
_SECRET_NAME = re.compile(_NAMES, re.IGNORECASE)
# A header's value goes on to the end of its line; what else stands there goes with it.
_HEADER = re.compile(
    r"((?:\b|_)(?:(?:proxy[-_])?authorization|(?:set[-_])?cookie)\b[\"']?\s*[:=,]\s*)[^\r\n]+", re.IGNORECASE
)
_NAMED = re.compile(
    rf"(\b[\w-]{{0,40}}(?:{_NAMES})[\w-]{{0,40}}[\"']?\s{{0,3}}(?:=>|:=|[:=]|%3D)\s{{0,3}})"
    r"(\"(?:[^\"\\]|\\.)*\"?|'(?:[^'\\]|\\.)*'?|[^\s,;&}\)\]]+)",
    re.IGNORECASE,
)
_SHAPES = re.compile(
    r"""
      (?<![A-Za-z0-9]) (?: fd | fv | wk | is | fi | [a-z]{2,3} (?= _[\w-]{40} ) ) _ [\w-]{16,}  # our own
    | \b (?: bearer | basic ) \s+ [\w.~+/=-]{6,}
    | (?<![A-Za-z0-9]) xox [a-z] (?: \. xox [a-z] )? - [\w-]{6,}                    # Slack
    | (?<![A-Za-z0-9]) xapp - [\w-]{6,}
    | hooks\.slack\.com/ [\w/-]+
    | (?<![A-Za-z0-9]) (?: sk | rk ) _ (?: live | test ) _ \w{6,}                   # Stripe
    | (?<![A-Za-z0-9]) whsec_ [\w+/=-]{6,}
    | (?<![A-Za-z0-9]) (?: AKIA | ASIA ) [0-9A-Z]{16} \b                            # AWS
    | \b eyJ [\w-]{8,} \. [\w-]{4,} (?: \. [\w-]* )?                                # a JSON web token
    | (?<![\w-]) [\w-]+ : [0-9A-Za-z]{6} : [\w-]{27,86} (?![\w-])                    # signed by Django, with its time
    | (?<![\w-]) gAAAA [\w-]{60,} =*                                                # Fernet
    | -----BEGIN [^-]* PRIVATE [ ] KEY----- [\s\S]*? (?: -----END [^-]* ----- | \Z )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_IN_ADDRESS = re.compile(r"(\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@\"']{0,200}:)[^\s@/\"']{1,400}(?=@)", re.IGNORECASE)
_DIGITS = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,60}(?!\d)")
_CARD_LENGTHS = range(13, 20)

_known: set[str] = set()
_links: list[re.Pattern[str]] = []


def know(values: Iterable[str | None]) -> None:
    """Take these values out wherever they appear from now on. Very short ones are left: they are in every text."""
    _known.update(value for value in values if value and len(value) >= SHORTEST_KNOWN)


def know_links(expressions: Iterable[str]) -> None:
    """Take out of links like these what follows on the first group, from now on (settings/links.py)."""
    _links[:] = [re.compile(expression, re.IGNORECASE) for expression in expressions]


def scrub(value: Any, depth: int = 0) -> Any:
    """Return a copy of plain data (mappings, lists, text, numbers) without its secrets."""
    if depth > MAX_DEPTH:
        return SCRUBBED
    if isinstance(value, str):
        return scrub_text(value)
    if isinstance(value, bytes | bytearray):
        return scrub_text(bytes(value).decode("utf-8", "replace"))
    if isinstance(value, Mapping):
        return {scrub(key, depth + 1): _value_of(key, item, depth) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [scrub(item, depth + 1) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**12:
        text = str(value)
        return value if (clean := scrub_text(text)) == text else clean
    return value


def _value_of(key: Any, item: Any, depth: int) -> Any:
    if isinstance(key, str) and _SECRET_NAME.search(key) and item not in (None, "", True, False):
        return SCRUBBED
    return scrub(item, depth + 1)


def scrub_text(text: str) -> str:
    """Return text without its secrets, cut where it is very long."""
    if len(text) > MAX_TEXT:
        text = text[:MAX_TEXT] + f"… ({len(text) - MAX_TEXT} more characters)"
    for secret in _known:
        text = text.replace(secret, SCRUBBED)
    text = _SHAPES.sub(SCRUBBED, text)
    text = _HEADER.sub(rf"\1{SCRUBBED}", text)
    text = _IN_ADDRESS.sub(rf"\1{SCRUBBED}", text)
    for link in _links:
        text = link.sub(rf"\1{SCRUBBED}", text)
    text = _NAMED.sub(rf"\1{SCRUBBED}", text)
    return _DIGITS.sub(_without_cards, text)


def _without_cards(match: re.Match[str]) -> str:
    """Take card numbers out of a run of digits. One begins and ends at a gap of the run, or at its ends."""
    groups = re.split(r"([ -])", match[0])
    for first in range(0, len(groups), 2):
        for last in range(len(groups), first, -2):
            digits = "".join(groups[first:last:2])
            if len(digits) in _CARD_LENGTHS and digits[0] in "23456" and passes_luhn(digits):
                before, after = "".join(groups[:first]), "".join(groups[last:])
                return before + SCRUBBED + _DIGITS.sub(_without_cards, after)
    return match[0]


def passes_luhn(digits: str) -> bool:
    """Return whether the last digit is the check digit that every card number ends with."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        n = int(digit) * (2 if place % 2 else 1)
        total += n - 9 if n > 9 else n
    return total % 10 == 0
