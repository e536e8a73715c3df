"""Telephone numbers: which line a spelling means, with what is known of the country it was written in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from babel.core import get_global

_ZONES: Mapping[str, str] = get_global("zone_territories")
# Fewer digits than these are an extension, more are no number; so many at the end tell one line from another.
FEWEST, MOST, TAIL = 7, 17, 8


@dataclass(frozen=True, slots=True)
class Number:
    """One number, read. `e164` is empty where its country is not known; `digits` are those without leading zeros.

    `fixed`: it stands in a home or an office, not in a pocket."""

    value: str
    e164: str
    digits: str
    extension: str
    verified: bool
    fixed: bool = False

    @property
    def tail(self) -> str:
        """The end of the number, the same in all its spellings."""
        return self.digits[-TAIL:]

    def is_line_of(self, other: Number) -> bool:
        """Return whether both are one line, each as it is written where it comes from."""
        if self.extension and other.extension and self.extension != other.extension:
            return False
        if self.e164 and other.e164:
            return self.e164 == other.e164
        return self.digits.endswith(other.digits) or other.digits.endswith(self.digits)


def country_of_zone(timezone: str) -> str:
    """Return the two letters of the country that an IANA zone lies in; "" if it is in none, or unknown."""
    return _ZONES.get(timezone, "")


def country_of_domain(domain: str) -> str:
    """Return the country under whose top-level domain a domain is; "" for .com and the like."""
    last = domain.rpartition(".")[2].upper()
    last = "GB" if last == "UK" else last
    return last if last in phonenumbers.SUPPORTED_REGIONS and last not in ("ME", "CO", "IO", "TV", "AI") else ""


def read(value: str, countries: Iterable[str] = (), verified: bool = False) -> Number | None:
    """Return the number, or None where the text is none; `countries` are those it may have been written in."""
    return _read(value[:60], tuple(countries)[:4], verified)


@lru_cache(maxsize=4096)
def _read(value: str, countries: tuple[str, ...], verified: bool) -> Number | None:
    spelled = re.sub(r"^\s*\(?00", "+", value)
    for country in (None,) if spelled.lstrip(" (").startswith("+") else countries:
        try:
            parsed = phonenumbers.parse(spelled, country)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(parsed):
            national = phonenumbers.national_significant_number(parsed).lstrip("0")
            e164 = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
            return _checked(Number(value, e164, national, parsed.extension or "", verified, _is_fixed(parsed)))
    plain, _, extension = re.sub(
        r"(?i)\s*(ext|extension|x|durchwahl|poste|#)\.?\s*(\d{1,6})\s*$", r"|\2", value
    ).partition("|")
    digits = "".join(str(int(digit)) for digit in plain if digit.isdecimal())
    return _checked(Number(value, "", digits.lstrip("0"), extension, verified))


def _checked(number: Number) -> Number | None:
    """Return the number unless it is too short, too long, or made up: one digit over and over, or counting."""
    digits = number.digits
    made_up = len(set(digits[-TAIL:])) < 3 or digits[-7:] in "0123456789012345" or digits[-7:] in "98765432109876"
    return number if FEWEST <= len(digits) <= MOST and not made_up else None


def _is_fixed(parsed: phonenumbers.PhoneNumber) -> bool:
    return phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.FIXED_LINE
