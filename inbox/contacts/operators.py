"""What can be asked of a field, by its type: the operators, their words, and the values that they take."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from inbox.contacts.fields import Field, Type

MOST_DAYS = 36_500
_DAYS = re.compile(r"[0-9]{1,5}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,10})?")

WORDS = {
    "is": "is", "not": "is not", "has": "contains", "lacks": "does not contain", "begins": "begins with",
    "more": "is more than", "less": "is less than", "before": "is before", "after": "is after",
    "within": "is within the last", "ago": "is longer ago than", "next": "is within the next",
    "yes": "is yes", "no": "is no", "empty": "is empty", "filled": "is not empty",
}  # fmt: skip
WITHOUT_VALUE = frozenset({"yes", "no", "empty", "filled"})
OF_DAYS = frozenset({"within", "ago", "next"})
_TIMES = ("within", "ago", "before", "after", "is", "empty", "filled")
OF_TYPE: dict[Type, tuple[str, ...]] = {
    Type.TEXT: ("is", "not", "has", "lacks", "begins", "empty", "filled"),
    Type.NUMBER: ("is", "not", "more", "less", "empty", "filled"),
    Type.TIME: _TIMES,
    Type.DATE: ("within", "next", *_TIMES[1:]),
    Type.BOOLEAN: ("yes", "no", "empty", "filled"),
    Type.CHOICE: ("is", "not"),
    Type.LIST: ("has", "lacks", "empty", "filled"),
}
TYPE_WORDS = {
    Type.TEXT: "a text", Type.NUMBER: "a number", Type.TIME: "a time", Type.DATE: "a day", Type.BOOLEAN: "yes or no",
    Type.CHOICE: "one of a few words", Type.LIST: "a list",
}  # fmt: skip


class ValueRefused(ValueError):
    """A value does not fit its field or its operator. The message says what does."""


def taken(field: Field, op: str, value: str) -> Any:
    """Return a value as the operator compares it. Raises ValueRefused."""
    if op in WITHOUT_VALUE:
        return None
    if not value:
        raise ValueRefused("Say what to compare it with.")
    if op in OF_DAYS:
        if not _DAYS.fullmatch(value) or int(value) > MOST_DAYS:
            raise ValueRefused(f"Say how many days: a whole number up to {MOST_DAYS:,}.")
        return int(value)
    if field.type == Type.NUMBER:
        said = value.replace("\u2212", "-")
        if not _NUMBER.fullmatch(said):
            raise ValueRefused("Write a number, such as 12 or 12.5.")
        return Decimal(said)
    if field.type in (Type.TIME, Type.DATE):
        return _day(value)
    if field.type == Type.CHOICE:
        return _choice(field, value)
    return value


def _day(value: str) -> date:
    try:
        if len(value) == 10:
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise ValueRefused("Write a day, such as 2026-01-31.")


def _choice(field: Field, value: str) -> str:
    asked = value.strip().lower().replace(" ", "_")
    for key, words in field.choices:
        if asked in (key, words.lower().replace(" ", "_")):
            return key
    raise ValueRefused(f"It is one of: {', '.join(words for _, words in field.choices)}.")
