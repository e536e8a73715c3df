"""What one cell says, by the field that its column is: a value as it is written down, None where it says nothing.

What each accepts is what the API accepts (inbox/api/contacts.py, accounts.py), and what people make of that in
spreadsheets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import tzinfo
from functools import lru_cache, partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from imports.csv.fields import OF_ACCOUNT, OF_CONTACT
from imports.csv.moments import NoMoment, day_of, moment_of
from imports.csv.statuses import status_of
from imports.csv.zones import zone_named
from inbox.contacts.attributes import coerce
from inbox.contacts.errors import AttributeRefused
from inbox.models import AttributeDefinition
from inbox.models.accounts import AccountStatus
from inbox.models.profiles import AttributeType

Take = Callable[[str], Any]
Definitions = Mapping[str, AttributeDefinition]

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# Most addresses, judged at once; Django judges the others.
_EMAIL = re.compile(r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_IN_ANGLES = re.compile(r"[^<>]*<\s*([^<>\s]+)\s*>\s*")
_PHONE = re.compile(r"[^<>@]*[0-9][^<>@]*")
_ROUNDED = re.compile(r"\d[.,]?\d*E\+?\d+", re.IGNORECASE)
_WHOLE = re.compile(r"(\d{1,19})(?:[.,]0+)?")
_DOMAIN = re.compile(r"[^\s/@:]+")
_INVISIBLE = str.maketrans("", "", "\u200b\u200c\u200d\u2060\ufeff")
_MOST = {"account.seats": 2**31 - 1, "account.seat_limit": 2**31 - 1, "account.mrr_minor": 2**63 - 1}
_LONGEST = {
    "external_id": 255, "name": 255, "first_name": 255, "last_name": 255, "account.external_id": 255,
    "account.name": 255, "account.plan": 120, "account.stripe_customer_id": 255, "account.stripe_subscription_id": 255,
}  # fmt: skip
_MOST_MODULES, _LONGEST_MODULE = 200, 80


class CellRefused(ValueError):
    """A cell cannot be what its column is. `code` is stable; the message says what to write."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code


def taker(field: str, zone: tzinfo, of_contact: Definitions, of_account: Definitions) -> Take:
    """Return the function that takes what a cell of this canonical field says. It raises CellRefused."""
    if field.startswith(OF_ACCOUNT):
        return _attribute(of_account.get(field.removeprefix(OF_ACCOUNT)))
    if field.startswith(OF_CONTACT):
        return _attribute(of_contact.get(field.removeprefix(OF_CONTACT)))
    if field in ("signed_up_at", "last_seen_at"):
        return lru_cache(maxsize=4_096)(partial(_moment, zone))
    if field in _MOST:
        return partial(_whole, _MOST[field])
    if field in _LONGEST:
        return partial(_line, _LONGEST[field])
    return _TAKERS[field]


def _line(longest: int, cell: str) -> str | None:
    text = cell.strip()
    if not text.isprintable():
        text = " ".join(text.split())
        if _CONTROL.search(text):
            raise CellRefused("text_invalid", "It holds characters that are no text. Take them out.")
    if len(text) > longest:
        raise CellRefused("too_long", f"It has {len(text):,} characters, and {longest} are the most. Shorten it.")
    return text or None


def _email(cell: str) -> str | None:
    text = cell.strip().lower()
    if _EMAIL.fullmatch(text) and len(text) <= 254:
        return text
    return _odd_email(text)


def _odd_email(text: str) -> str | None:
    text = text.translate(_INVISIBLE).strip(" \t\r\n;,'\"").removeprefix("mailto:").strip()
    if within := _IN_ANGLES.fullmatch(text):
        text = within[1].removeprefix("mailto:")
    if not text:
        return None
    if text.count("@") > 1 and re.search(r"[,;\s]", text):
        raise CellRefused("email_invalid", "There are several addresses. Keep one.")
    if len(text) > 254:
        raise CellRefused("too_long", f"It has {len(text):,} characters, and 254 are the most. Shorten it.")
    try:
        validate_email(text)
    except ValidationError as error:
        raise CellRefused("email_invalid", "That is no email address, such as ruth@example.com.") from error
    return text


def _phone(cell: str) -> str | None:
    text = cell.strip()
    if not text.isascii():
        text = text.translate(_INVISIBLE).strip()
    if not text:
        return None
    if _ROUNDED.fullmatch(text):
        told = "A spreadsheet has made a rounded number of it. Write the number again, in a column of text."
        raise CellRefused("phone_invalid", told)
    if not _PHONE.fullmatch(text) or _CONTROL.search(text):
        raise CellRefused("phone_invalid", "That is no phone number, such as +49 30 1234567.")
    if len(text) > 40:
        raise CellRefused("too_long", f"It has {len(text):,} characters, and 40 are the most. Shorten it.")
    return text


def _zone(cell: str) -> str | None:
    if not cell.strip():
        return None
    found = zone_named(cell)
    if found is None:
        raise CellRefused("zone_unknown", "There is no such time zone. Write one such as Europe/Berlin.")
    return found


def _moment(zone: tzinfo, cell: str) -> str | None:
    if not cell.strip():
        return None
    try:
        return moment_of(cell, zone)
    except (NoMoment, OverflowError) as error:
        raise CellRefused("date_invalid", str(error)) from error


@lru_cache(maxsize=4_096)
def _day(cell: str) -> str | None:
    if not cell.strip():
        return None
    try:
        return day_of(cell)
    except (NoMoment, OverflowError) as error:
        raise CellRefused("date_invalid", str(error)) from error


def _whole(most: int, cell: str) -> int | None:
    text = cell.strip()
    if not text:
        return None
    found = _WHOLE.fullmatch(text)
    if found is None or int(found[1]) > most:
        raise CellRefused("number_invalid", f"It is a whole number from 0 to {most:,}, such as 12.")
    return int(found[1])


def _domain(cell: str) -> str | None:
    text = cell.strip().lower()
    if "//" in text:
        text = text.partition("//")[2].removeprefix("www.")
    text = text.partition("/")[0].rstrip(".")
    if not text:
        return None
    if not _DOMAIN.fullmatch(text) or _CONTROL.search(text) or len(text) > 255:
        raise CellRefused("domain_invalid", "That is no domain, such as example.com.")
    return text


def _status(cell: str) -> str | None:
    if not cell.strip():
        return None
    found = status_of(cell)
    if found is None:
        raise CellRefused("status_invalid", f"It is one of {', '.join(AccountStatus.values)}.")
    return str(found.value)


def _currency(cell: str) -> str | None:
    text = cell.strip().upper()
    if text and not (len(text) == 3 and text.isascii() and text.isalpha()):
        raise CellRefused("currency_invalid", "Write the three capitals of ISO 4217, such as EUR.")
    return text or None


def _modules(cell: str) -> list[str] | None:
    found = list(dict.fromkeys(word for part in re.split(r"[,;|\n]", cell) if (word := " ".join(part.split()))))
    if len(found) > _MOST_MODULES or any(len(word) > _LONGEST_MODULE or _CONTROL.search(word) for word in found):
        told = f"It is a list with commas: {_MOST_MODULES} modules at most, of {_LONGEST_MODULE} characters each."
        raise CellRefused("modules_invalid", told)
    return found or None


def _attribute(definition: AttributeDefinition | None) -> Take:
    if definition is None:
        return str.strip
    if definition.type == AttributeType.DATE:
        return _day
    return partial(_typed, definition)


def _typed(definition: AttributeDefinition, cell: str) -> Any:
    try:
        return coerce(definition, cell.strip())
    except AttributeRefused as refused:
        raise CellRefused("attribute_invalid", refused.why) from refused


_TAKERS: dict[str, Take] = {
    "email": _email,
    "phone": _phone,
    "timezone": _zone,
    "account.domain": _domain,
    "account.status": _status,
    "account.renews_on": _day,
    "account.trial_ends_on": _day,
    "account.timezone": _zone,
    "account.modules": _modules,
    "account.currency": _currency,
}
